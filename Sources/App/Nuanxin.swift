import Audit
import Cases
import Crypto
import Deadlines
import Directory
import Foundation
import Hummingbird
import Incidents
import Journal
import Kernel
import Logging
import Media
import MyData
import Notices
import Open311
import Outgoing
import People
import PostgresBackend
import Retention
import SQLiteBackend
import Storage
import Vault
import Web

/// The product, put together: a database, the features on it, the shelf of photos.
package struct Nuanxin: Sendable {
    package let settings: Settings
    package let root: Root
    package let facts: Facts
    package let services: Services
    package let people: People
    package let myData: MyData
    package let incidents: Incidents
    package let open311: Open311
    package let retention: Retention
    package let features: [any Feature]
    package let desk: PhotoDesk
    package let shelf: PhotoShelf
    package let workshop: PhotoWorkshop
    package let consumers: [any JournalConsumer]
    package let witness: JournalWitness
    package let rotation: KeyRotation

    /// Every feature's history of tables, in the order in which they need each other.
    package static let migrations =
        JournalSchema.migrations + VaultSchema.migrations + Deadlines.migrations + Directory.migrations
        + People.migrations + Cases.migrations
        + Notices.migrations + MyData.migrations + Audit.migrations + Incidents.migrations + Retention.migrations
        + Open311.migrations

    /// The tables with sealed columns.
    static let sealedTables = People.sealedTables + Cases.sealedTables + Notices.sealedTables

    /// What each feature says of how its own is erased, in the order in which that is done.
    static let retentionRules =
        People.retention + Cases.retention + Notices.retention + MyData.retention + Open311.retention
        + Retention.rules

    /// The modules with templates, words and parts of the API's description.
    package static let bundles = [
        Deadlines.bundle, Directory.bundle, People.bundle, Cases.bundle, Notices.bundle, MyData.bundle,
        Audit.bundle, Incidents.bundle, Retention.bundle, Open311.bundle,
    ]

    /// Opens the database and the keys in the data folder, and makes them when there are none.
    ///
    /// `gateway` says how one-time codes reach phones, by the settings when left out. `adjust` changes the services, for
    /// the demo and for tests: their time, their identities. `outgoing` is how requests leave for servers of others.
    package init(
        _ settings: Settings, root: Root, gateway: (any CodeGateway)? = nil, outgoing: (any Outgoing)? = nil,
        passwordCost: PasswordHash.Cost = .standard, patience: S3Patience = .serving,
        adjust: (inout Services) -> Void = { _ in }
    ) async throws {
        self.settings = settings
        self.root = root
        var facts = try Facts(root)
        try FileManager.default.createDirectory(
            at: settings.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let keys = try Keys(settings)
        let database = try Self.database(settings)
        shelf = try PhotoPlace(settings).shelf(in: settings.data, keys: keys.sealing, patience: patience)
        workshop = PhotoWorkshop(workFolder: shelf.workFolder)
        var services = Services(
            database: database, site: try Site(Self.bundles, assetVersion: Assets.version(of: root)),
            policy: facts.policy,
            uploads: shelf.workFolder, rights: Rights.renewed, replica: try Self.replica(settings, of: database))
        adjust(&services)
        let vault = Vault(keys.vault, now: services.now)
        services.database = VaultDatabase(services.database, vault: vault)
        rotation = KeyRotation(services.database, vault: vault, tables: Self.sealedTables)
        self.services = services
        witness = JournalWitness(
            database: database, place: try CheckpointPlace(settings), key: keys.journalSigner, now: services.now)
        let gateway = gateway ?? Self.gateway(settings)
        // Where no message costs anything and no phone rings, people try things out again and again.
        let isForTrying = gateway is DemoGateway || gateway is SinkGateway
        if isForTrying {
            facts.cases.reports = [Budget("report-hour", 10_000, per: 3600)]
            facts.cases.searches = [Budget("search-hour", 10_000, per: 3600)]
        }
        self.facts = facts
        people = try People(
            services, serverKey: keys.server, purposes: facts.purposes, gateway: gateway,
            cookies: settings.isSecure ? .secure : .loopback,
            limits: isForTrying ? .demo : .standard, passwordCost: passwordCost,
            sectors: facts.sectors,
            work: AssignedWork(
                count: { account, db in try CaseStore(db).open(assignedTo: account) },
                giveBack: { [makeUUID = services.makeUUID] account, now, db in
                    try CaseCommands.giveBack(from: account, at: now, makeUUID: makeUUID, in: db)
                }),
            unread: NoticeStore.counting(unreadOf:))
        myData = MyData(services, facts: facts.cases, people: people)
        incidents = Incidents(services, facts: facts.incidents)
        let unknown = settings.open311Targets.faults(facts.cases.categories)
        guard unknown.isEmpty else { throw SettingsError(unknown.joined(separator: "\n")) }
        open311 = Open311(
            services, cases: facts.cases, facts: facts.open311, targets: settings.open311Targets,
            outgoing: outgoing ?? settings.sinks.map { OutgoingSink(folder: $0) as any Outgoing } ?? OutgoingClient(),
            isSecure: settings.isSecure)
        desk = PhotoDesk(services, workshop: workshop, shelf: shelf)
        let removing = desk
        retention = Retention(
            services,
            commands: RetentionCommands(services, facts: facts.retention, rules: Self.retentionRules) {
                try await removing.removeErased()
            })
        let map = MapSettings(
            tiles: settings.mapTiles ?? "", attribution: settings.mapAttribution ?? "", crs: settings.mapSystem,
            centre: settings.mapCentre)
        let categories = facts.cases.categories
        features = [
            Deadlines(services, book: facts.clocks),
            Directory(services) { code, language in
                categories.category(code)?.name(language) ?? categories.groups.first { $0.code == code }?.name(language)
            },
            people,
            Cases(services, facts: facts.cases, desk: desk, map: map),
            Notices(services, facts: facts.cases),
            myData,
            Audit(
                services, rules: facts.unusual,
                witness: Audit.Witness(
                    signer: keys.journalSigner.publicKey.rawRepresentation, isElsewhere: witness.place.isElsewhere)),
            incidents, retention, open311,
        ]
        consumers =
            [
                NoticeConsumer(), LookConsumer(), ClockConsumer(book: facts.clocks), JournalSealer(),
            ] + open311.consumers
    }

    /// Brings the tables up to date and says which steps that took.
    @discardableResult
    package func migrate() async throws -> [String] {
        let taken = try await services.database.migrate(Self.migrations)
        let isNew = taken.contains(Self.migrations[0].name)
        // What stood in plain before lies on in the file's free places.
        if !isNew, Self.migrations.contains(where: { $0.phase == .contract && taken.contains($0.name) }) {
            try await services.database.eraseRemoved()
        }
        _ = try await services.database.write(alone: "migration") { db in try JournalStore(db).adopt() }
        let calendar = String(decoding: try root.data("calendar.json"), as: UTF8.self)
        _ = try await CalendarCommands(services).keepIfEmpty(CalendarImport(calendar))
        try await eraseAgain()
        return taken
    }

    /// Erases those whom a restored backup has brought back, before anybody can see them.
    private func eraseAgain() async throws {
        let list = ErasureList(in: settings.data)
        guard list.isThere else { return }
        try await myData.requests.eraseAgain(try list.accounts())
        list.remove()
    }

    static func database(_ settings: Settings) throws -> any Database {
        guard let url = settings.databaseURL else {
            return try SQLiteDatabase(path: settings.data.appending(path: "nuanxin.sqlite").path)
        }
        return PostgresDatabase(
            try address(url, for: .writing, setting: "database.url"), connections: settings.databaseConnections,
            patience: .seconds(settings.databasePatience))
    }

    private static func replica(_ settings: Settings, of primary: any Database) throws -> ReadReplica {
        guard let url = settings.replicaURL else { return ReadReplica(primary: primary) }
        let copy = PostgresDatabase(
            try address(url, for: .reading, setting: "replica.url"), connections: settings.databaseConnections,
            // Who waits for the copy could as well ask the database itself.
            patience: .seconds(1))
        return ReadReplica(primary: primary, copy: copy, longestLag: Double(settings.replicaLag))
    }

    private static func address(
        _ text: String, for use: PostgresAddress.Use, setting: String
    ) throws -> PostgresAddress {
        do {
            return try PostgresAddress(text, for: use)
        } catch {
            throw SettingsError("\(setting): \(error)")
        }
    }

    private static func gateway(_ settings: Settings) -> any CodeGateway {
        if let sinks = settings.sinks { return SinkGateway(folder: sinks) }
        // The demo city says of itself that it is one; a real city never shows a code in a page.
        let isDemo = FileManager.default.fileExists(atPath: settings.data.appending(path: "demo-accounts.json").path)
        return isDemo ? DemoGateway() : NoGateway()
    }
}
