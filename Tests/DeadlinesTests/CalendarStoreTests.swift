import Access
import Deadlines
import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Web

/// The calendar in the database, and the right to change it.
struct CalendarStoreTests {
    private static let migrations = JournalSchema.migrations + Deadlines.migrations

    private static let administrator = Caller(
        id: ID(UUID(uuidString: "00000000-0000-4000-8000-0000000000a1")!), name: "管理员",
        grants: [Grant(role: .administrator)])

    @Test(arguments: TestDatabase.available)
    func `a database without notices knows nothing`(kind: TestDatabase) async throws {
        let database = try await kind.open(Self.migrations)
        let calendar = try await database.read { try CalendarStore($0).calendar() }
        #expect(calendar.years == [])
        #expect(calendar.isWorkingDay(Day("2026-11-23")!) == nil)
    }

    @Test(arguments: TestDatabase.available)
    func `what was imported is read back the same`(kind: TestDatabase) async throws {
        let services = try Services.test(try await kind.open(Self.migrations), modules: [Deadlines.bundle])
        let file = try Facts.calendarFile()
        #expect(try await CalendarCommands(services).keep(file, by: Self.administrator) == [2025, 2026])
        let years = try await services.database.read { try CalendarStore($0).years() }
        #expect(years.map(\.notice) == file.years)
        #expect(years.allSatisfy { $0.importedBy == Self.administrator.id && $0.importedAt == services.now() })
        let calendar = try await services.database.read { try CalendarStore($0).calendar() }
        #expect(
            try Facts.book().reckon("report-decision", start: Facts.instant("2026-09-30"), calendar: calendar)?.answer
                == "2026-10-27")
    }

    @Test(arguments: TestDatabase.available)
    func `importing the same again changes nothing and writes nothing down`(kind: TestDatabase) async throws {
        let services = try Services.test(try await kind.open(Self.migrations), modules: [Deadlines.bundle])
        let commands = CalendarCommands(services)
        #expect(try await commands.keepIfEmpty(try Facts.calendarFile()) == [2025, 2026])
        #expect(try await commands.keepIfEmpty(try Facts.calendarFile()) == [])
        #expect(try await commands.keep(try Facts.calendarFile(), by: Self.administrator) == [])
        let entries = try await services.database.read { try JournalStore($0).allEntries(limit: 10) }
        #expect(entries.map(\.kind) == ["calendar.imported", "calendar.imported"])
        #expect(entries.allSatisfy { $0.actor == nil })
    }

    @Test(arguments: TestDatabase.available)
    func `a year that is imported again is replaced, and the journal knows both`(kind: TestDatabase) async throws {
        let services = try Services.test(try await kind.open(Self.migrations), modules: [Deadlines.bundle])
        let commands = CalendarCommands(services)
        _ = try await commands.keepAsOperator(try Facts.calendarFile())
        let old = try #require(try Facts.calendarFile().years.last)
        let new = CalendarYear(
            year: 2026, document: "更正", off: old.off + [Day("2026-12-25")!], makeUp: old.makeUp)
        let text = String(decoding: try JSONEncoder().encode(["years": [new]]), as: UTF8.self)
        #expect(try await commands.preview(CalendarImport(text)) == [2026])
        #expect(try await commands.keep(CalendarImport(text), by: Self.administrator) == [2026])
        let year = try #require(try await services.database.read { try CalendarStore($0).year(2026) })
        #expect(year.notice == new)
        let entries = try await services.database.read { try JournalStore($0).entries(about: year.id) }
        let told = try entries.map { try $0.decoded(as: CalendarImported.self) }
        #expect(
            told == [
                CalendarImported(year: 2026, document: "国办发明电〔2025〕7号", off: 33, makeUp: 6, isReplaced: false),
                CalendarImported(year: 2026, document: "更正", off: 34, makeUp: 6, isReplaced: true),
            ])
        #expect(entries.map(\.actor) == [nil, Self.administrator.id])
    }

    @Test(arguments: TestDatabase.available, [Role.rider, .intake, .officer, .supervisor])
    func `nobody but an administrator imports`(kind: TestDatabase, role: Role) async throws {
        let services = try Services.test(try await kind.open(Self.migrations), modules: [Deadlines.bundle])
        let caller = Caller(id: Self.administrator.id, name: "", grants: [Grant(role: role)])
        await #expect(throws: NotAllowed.self) {
            try await CalendarCommands(services).keep(try Facts.calendarFile(), by: caller)
        }
        #expect(try await services.database.read { try CalendarStore($0).years() }.isEmpty)
    }

    @Test(arguments: TestDatabase.available)
    func `a file with one wrong day imports none of its years`(kind: TestDatabase) async throws {
        let services = try Services.test(try await kind.open(Self.migrations), modules: [Deadlines.bundle])
        let years = try Facts.calendarFile().years
        let text = String(decoding: try JSONEncoder().encode(["years": years]), as: UTF8.self)
        let read = CalendarImport(text.replacing("2026-10-07", with: "2027-10-07"))
        await #expect(throws: CalendarError.self) {
            try await CalendarCommands(services).keep(read, by: Self.administrator)
        }
        #expect(try await services.database.read { try CalendarStore($0).years() }.isEmpty)
    }
}
