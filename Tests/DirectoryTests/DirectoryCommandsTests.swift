import Access
import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import Directory

@Suite struct DirectoryCommandsTests {
    private static let outlines = OutlineFile(geoJSON: geoJSON([(#""code":"210112""#, square(123.4, 41.7))]))
    private static let offices = OfficeFile(Data("code,kind,name,territory\nNEW,section,新科,210103\n".utf8))

    @Test func `an import is written down once, with who did it`() async throws {
        let town = try await TestTown()
        let commands = DirectoryCommands(town.services)
        for _ in 0..<2 {
            _ = try await commands.importOutlines(Self.outlines, by: .account(.admin))
            _ = try await commands.importOffices(Self.offices, by: .console)
        }
        let entries = try await town.database.read { try JournalStore($0).allEntries(limit: 10) }
        #expect(entries.map(\.kind) == ["territory.outline-import", "office.import"])
        #expect(entries.map(\.actor) == [Caller.admin.id, nil])
        #expect(String(decoding: entries[0].data, as: UTF8.self) == #"{"added":1,"changed":0,"system":"WGS-84"}"#)
        let office = try await town.database.read { try DirectoryStore($0).office(code: "NEW") }
        #expect(entries[1].subject == office?.id.uuid)
    }

    @Test func `a dry run writes nothing down`() async throws {
        let town = try await TestTown()
        let commands = DirectoryCommands(town.services)
        #expect(try await commands.importOutlines(Self.outlines, by: .console, isDryRun: true).added == 1)
        #expect(try await commands.importOffices(Self.offices, by: .console, isDryRun: true).added == 1)
        #expect(try await town.database.read { try JournalStore($0).allEntries(limit: 10).isEmpty })
        #expect(try await town.database.read { try DirectoryStore($0).office(code: "NEW") } == nil)
    }

    @Test(arguments: [Caller.officer, .rider])
    func `only administrators import`(caller: Caller) async throws {
        let commands = DirectoryCommands(try await TestTown().services)
        await #expect(throws: NotAllowed.self) {
            _ = try await commands.importOutlines(Self.outlines, by: .account(caller))
        }
        await #expect(throws: NotAllowed.self) {
            _ = try await commands.importOffices(Self.offices, by: .account(caller))
        }
    }
}
