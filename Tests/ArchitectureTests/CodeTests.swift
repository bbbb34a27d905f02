import Foundation
import Testing

/// The rules of the house for code that a compiler can't check.
struct CodeTests {
    private let manifest = Manifest()

    @Test func `a file fits on a few screens`() {
        #expect(Tree.sources.count > 50)
        for file in Tree.sources + Tree.tests {
            // The last line ends with a line break.
            #expect(file.lines.count <= 301, "\(file.path) has \(file.lines.count - 1) lines")
        }
    }

    @Test func `arrows between modules never form a circle`() {
        func reached(from module: String, through path: [String]) -> [String]? {
            if path.contains(module) { return path + [module] }
            for next in (manifest.uses[module] ?? []).sorted() {
                if let circle = reached(from: next, through: path + [module]) { return circle }
            }
            return nil
        }
        #expect(manifest.uses.count == Set(Tree.sources.map(\.module)).count, "every module is in the manifest")
        for module in manifest.uses.keys.sorted() {
            #expect(reached(from: module, through: []) == nil)
        }
    }

    @Test func `a module imports only what the manifest lists for it`() {
        let ours = Set(manifest.uses.keys)
        let system: Set = ["Foundation", "Synchronization", "Dispatch", "Glibc", "FoundationNetworking"]
        for file in Tree.sources {
            let listed = manifest.uses[file.module, default: []]
            #expect(file.imports.intersection(ours).subtracting(listed).isEmpty, "\(file.path) imports \(file.imports)")
            let others = file.imports.subtracting(ours).subtracting(system).subtracting(manifest.systemLibraries)
            #expect(others.isSubset(of: manifest.libraries[file.module, default: []]), "\(file.path) imports \(others)")
        }
    }

    @Test func `the bottom knows nothing above it`() {
        #expect(manifest.uses["Kernel"] == [])
        #expect(manifest.libraries["Kernel"] == [])
        #expect(manifest.uses["Storage"] == ["Kernel"])
        #expect(manifest.libraries["Storage"] == [])
    }

    @Test func `only the application knows which database there is`() {
        for (backend, library) in [("SQLiteBackend", "GRDB"), ("PostgresBackend", "CPostgres")] {
            for file in Tree.sources where file.module != backend {
                #expect(!file.imports.contains(library), "\(file.path)")
                let mayKnow = ["App", "DatabaseBench"].contains(file.module)
                #expect(mayKnow || !file.imports.contains(backend), "\(file.path)")
            }
        }
    }

    /// The name of a file says what it does, and so what it may know.
    @Test(arguments: [
        ("Store.swift", ["Foundation", "Kernel", "Storage", "Access", "Vault"]), ("Schema.swift", ["Storage"]),
        ("Error.swift", ["Foundation", "Kernel"]),
    ])
    func `a file of a feature imports only what its kind may know`(suffix: String, allowed: [String]) {
        for file in Tree.sources where manifest.features.contains(file.module) && file.name.hasSuffix(suffix) {
            // A store may use the store of a feature below it, in the same transaction.
            let below = suffix == "Store.swift" ? manifest.features : []
            #expect(
                file.imports.subtracting(allowed).subtracting(below).isEmpty, "\(file.path) imports \(file.imports)")
        }
    }

    @Test(arguments: [
        ("Pages.swift", ["Storage", "Journal", "SQLiteBackend", "PostgresBackend", "GRDB"]),
        ("Commands.swift", ["Hummingbird", "HTTPTypes", "Mustache"]),
        ("Routes.swift", ["SQLiteBackend", "PostgresBackend", "GRDB", "Crypto"]),
    ])
    func `a file of a feature doesn't reach past its neighbours`(suffix: String, refused: [String]) {
        for file in Tree.sources where manifest.features.contains(file.module) && file.name.hasSuffix(suffix) {
            #expect(file.imports.isDisjoint(with: refused), "\(file.path) imports \(file.imports)")
        }
    }

    @Test func `SQL is written in stores and schemas only`() {
        let allowed: Set = ["Storage", "SQLiteBackend", "PostgresBackend", "DatabaseBench"]
        for file in Tree.sources where !allowed.contains(file.module) {
            let isStore =
                file.name.contains(/(Store|Schema)(\+\w+)?\.swift$/) || file.text.contains(/struct \w*Store\b/)
            let places = file.places(
                of: /(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|ALTER TABLE|PRAGMA) [a-z\\(*]/,
                with: ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "PRAGMA"])
            #expect(isStore || places.isEmpty, "\(places)")
        }
    }

    /// What somebody decides by, rights, money and a person's own data come from the database itself.
    @Test func `only what nobody decides by is read from a copy of the database`() {
        let allowed = ["Sources/Cases/Figures.swift": "the public figures"]
        for file in Tree.sources where allowed[file.path] == nil {
            let places = file.places(of: /\.replica\.read/, with: [".replica.read"])
            #expect(places.isEmpty, "\(places)")
        }
    }

    /// Who can open what is sealed: the stores of sealed tables, and nobody else.
    @Test func `only a few places ask for the seals`() {
        let allowed: [(pattern: String, files: [String])] = [
            (
                "db.seals",
                [
                    "Sources/People/ContactStore.swift", "Sources/People/EnrolmentStore.swift",
                    "Sources/People/SignInMiddleware.swift",
                    "Sources/People/SessionStore.swift",
                    "Sources/Cases/ReporterStore.swift", "Sources/Notices/NoticeStore.swift",
                ]
            ),
            (".openKnown(", ["Sources/People/SignInMiddleware.swift"]),
            // Both put what they learn into the reporter's own inbox: that a step was taken, that somebody looked.
            (".recipient(of:", ["Sources/Notices/LookConsumer.swift", "Sources/Notices/NoticeConsumer.swift"]),
            (".openAccount(", ["Sources/Cases/HiddenReporter.swift"]),
            ("HiddenReporter(", ["Sources/Cases/CaseCommands.swift"]),
            ("HiddenIdentity(", ["Sources/Cases/HiddenReporter.swift", "Sources/MyData/HiddenAsker.swift"]),
            ("HiddenAsker(", ["Sources/MyData/DataRequestCommands+Answer.swift"]),
        ]
        for (pattern, files) in allowed {
            let users = Tree.sources.filter { $0.module != "Vault" && $0.text.contains(pattern) }.map(\.path)
            #expect(users.sorted() == files.sorted(), "\(pattern)")
        }
    }

    @Test func `time and identities come from outside`() {
        let allowed: [String: String] = [
            "Sources/Web/Services.swift": "it is where they come from",
            "Sources/PostgresBackend/PostgresPool.swift": "how long somebody has waited",
            "Sources/PostgresBackend/PostgresNotices.swift": "how long somebody has waited",
            "Sources/Journal/ReadReplica.swift": "the age of a copy of the database",
            "Sources/Web/Upload.swift": "the name of a folder that lives as long as one form",
        ]
        for file in Tree.sources where file.module != "App" && allowed[file.path] == nil {
            let places = file.places(
                of: /\bDate\(\)|\bUUID\(\)|\bDate\.now|[:=] \.now\b|ContinuousClock\(\)\.now/,
                with: ["Date()", "UUID()", ".now"])
            #expect(places.isEmpty, "\(places)")
        }
    }

    @Test func `nothing stops the server or writes to its terminal in passing`() {
        for file in Tree.sources where !["App", "nuanxin", "DatabaseBench"].contains(file.module) {
            let places = file.places(
                of: /\b(?:fatalError|preconditionFailure|print)\(|\btry!\s/,
                with: ["fatalError", "preconditionFailure", "print(", "try!"])
            #expect(places.isEmpty, "\(places)")
        }
    }

}
