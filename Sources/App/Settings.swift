import Configuration
import Foundation
import Kernel
import Logging
import Open311
import SystemPackage

/// How this server is set up: from flags, then the environment (`NUANXIN_…`), then `nuanxin.json` in the data folder.
///
/// The names are those of `docs/operations.md`. A flag `--port` is the variable `NUANXIN_PORT` and the member `port` of the
/// file; `tls.certificate` is `NUANXIN_TLS_CERTIFICATE`.
package struct Settings: Sendable {
    package let data: URL
    package let host: String
    package let port: Int
    /// Where PostgreSQL is, with the password. Without it everything is in one SQLite file in the data folder.
    package let databaseURL: String?
    /// How many sessions this node has on PostgreSQL at the most, but for three of its own.
    package let databaseConnections: Int
    /// How many seconds a piece of work waits for its turn and for a server before the person is told to try again.
    package let databasePatience: Int
    /// Where a copy of the database is that follows it, for what nobody decides by.
    package let replicaURL: String?
    /// How old the answers from the copy may be, in seconds.
    package let replicaLag: Int
    package let photosURL: String?
    /// Where copies of the journal's checkpoints are kept: a folder or `s3://…`, away from the database.
    package let checkpointsURL: String?
    package let photosAccessKey: String?
    package let photosSecretKey: String?
    /// Where every message is written as a file instead of being sent.
    package let sinks: URL?
    /// The servers of others that cases go on to.
    package let open311Targets: DeliveryTargets
    package let certificate: String?
    package let privateKey: String?
    /// The key that photos are sealed with, as text. Without it one is made in the data folder.
    package let sealingKey: String?
    /// Keys that photos were sealed with before, which still open those.
    package let olderSealingKeys: [String]
    /// The key behind codes, tokens and authenticators, as text. Without it one is made in the data folder.
    package let serverKey: String?
    /// What backups are encrypted with, as text.
    package let backupSecret: String?
    package let mapTiles: String?
    package let mapAttribution: String?
    package let mapSystem: String
    /// Where a map starts on which nothing is marked yet; the middle of all outlines when left out.
    package let mapCentre: Position?
    package let logLevel: String
    /// Whether `serve` also does what runs in the background. With PostgreSQL that can be left to `nuanxin worker`.
    package let runsBackground: Bool
    /// Whether people reach the server by TLS that ends at a proxy before it.
    package let isBehindTLS: Bool
    /// The proxies that are believed about whom they speak for.
    package let proxies: PeerNetworks
    /// Who may read `/metrics`.
    package let metricsReaders: PeerNetworks

    package var servesTLS: Bool { certificate != nil }
    package var isSecure: Bool { servesTLS || isBehindTLS }

    /// `flags` are what was given on the command line, by name; they win. Throws ``SettingsError``.
    package init(flags: [String: String], environment: [String: String]? = nil) async throws {
        let given = InMemoryProvider(
            values: Dictionary(
                uniqueKeysWithValues: flags.map { name, value in
                    (
                        AbsoluteConfigKey(name.split(separator: ".").map(String.init)),
                        ConfigValue(.string(value), isSecret: false)
                    )
                }))
        let secrets: SecretsSpecifier<String, String> = .dynamic { name, _ in
            name.hasSuffix("_KEY") || name.hasSuffix("_URL") || name.contains("_KEY_")
        }
        let variables =
            environment.map { EnvironmentVariablesProvider(environmentVariables: $0, secretsSpecifier: secrets) }
            ?? EnvironmentVariablesProvider(secretsSpecifier: secrets)
        let outer: [any ConfigProvider] = [given, variables.prefixKeys(with: "nuanxin")]
        let folder = ConfigReader(providers: outer).string(forKey: "data", default: "data")
        data = URL(filePath: folder, directoryHint: .isDirectory).standardizedFileURL
        let file = try await FileProvider<JSONSnapshot>(
            filePath: FilePath(data.appending(path: "nuanxin.json").path), allowMissing: true)
        let reader = ConfigReader(providers: outer + [file])
        /// A file may say `8080` or `true` where a variable can only say `"8080"` or `"true"`.
        func text(_ name: String, isSecret: Bool = false) -> String? {
            let key = ConfigKey(name)
            return reader.string(forKey: key, isSecret: isSecret)
                ?? reader.int(forKey: key, isSecret: isSecret).map(String.init)
                ?? reader.bool(forKey: key, isSecret: isSecret).map(String.init)
        }
        host = text("host") ?? "127.0.0.1"
        port = try Self.port(text("port") ?? "8080")
        databaseURL = text("database.url", isSecret: true)
        let connections = text("database.connections") ?? "10"
        databaseConnections = try Self.number("database.connections", connections, 2...200)
        let patience = text("database.patience") ?? "4"
        databasePatience = try Self.number("database.patience", patience, 1...600)
        replicaURL = text("replica.url", isSecret: true)
        replicaLag = try Self.number("replica.lag", text("replica.lag") ?? "10", 1...3600)
        photosURL = text("photos.url", isSecret: true)
        checkpointsURL = text("checkpoints.url", isSecret: true)
        photosAccessKey = text("photos.access.key", isSecret: true)
        photosSecretKey = text("photos.secret.key", isSecret: true)
        sinks = text("sinks").map { URL(filePath: $0, directoryHint: .isDirectory) }
        open311Targets =
            try text("open311.targets").map { path in
                try Self.targets(path) { text("open311.key.\($0)", isSecret: true) }
            } ?? .none
        certificate = text("tls.certificate")
        privateKey = text("tls.key")
        isBehindTLS = text("tls.proxy") == "true"
        proxies = try text("tls.proxy.from").map { try PeerNetworks($0, setting: "tls.proxy.from") } ?? .loopback
        metricsReaders = try text("metrics.from").map { try PeerNetworks($0, setting: "metrics.from") } ?? .loopback
        sealingKey = text("sealing.key", isSecret: true)
        olderSealingKeys = text("sealing.older", isSecret: true)?.split(separator: ",").map(String.init) ?? []
        serverKey = text("server.key", isSecret: true)
        backupSecret = text("backup.key", isSecret: true)
        mapTiles = text("map.tiles")
        mapAttribution = text("map.attribution")
        mapSystem = text("map.system") ?? "wgs84"
        mapCentre = try text("map.centre").map(Self.position)
        logLevel = text("log.level") ?? "info"
        runsBackground = text("background") != "false"
        try Self.checkFile(in: data)
        try check()
    }

    /// Every setting of the file, for telling a misspelt one.
    private static let names: Set = [
        "data", "background", "host", "port", "sinks", "database.url", "database.connections", "database.patience",
        "replica.url", "replica.lag", "photos.url", "photos.access.key", "photos.secret.key",
        "checkpoints.url",
        "tls.certificate", "tls.key", "tls.proxy", "tls.proxy.from", "metrics.from",
        "sealing.key", "sealing.older", "server.key", "backup.key", "open311.targets",
        "map.tiles", "map.attribution", "map.system", "map.centre",
        "log.level",
    ]

    private static func checkFile(in data: URL) throws {
        let file = data.appending(path: "nuanxin.json")
        guard let content = try? Data(contentsOf: file) else { return }
        let members = try JSONSerialization.jsonObject(with: content) as? [String: Any] ?? [:]
        let unknown = names(of: members).filter { !names.contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw SettingsError("\(file.path): there is no setting \(unknown.joined(separator: ", "))")
        }
    }

    private static func names(of members: [String: Any]) -> [String] {
        members.flatMap { name, value in
            (value as? [String: Any]).map { names(of: $0).map { "\(name).\($0)" } } ?? [name]
        }
    }

    private static func targets(_ path: String, key: (String) -> String?) throws -> DeliveryTargets {
        do {
            return try DeliveryTargets(json: Data(contentsOf: URL(filePath: path)), key: key)
        } catch {
            throw SettingsError("open311.targets: \(path) can't be used: \(error)")
        }
    }

    private static func port(_ text: String) throws -> Int {
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw SettingsError("port: \(text) is not a port (0 to 65535)")
        }
        return port
    }

    private static func number(_ name: String, _ text: String, _ allowed: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), allowed.contains(number) else {
            throw SettingsError(
                "\(name): \(text) is not a number from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return number
    }

    private static func position(_ text: String) throws -> Position {
        let numbers = text.split(separator: ",").compactMap { Double($0.filter { $0 != " " }) }
        guard numbers.count == 2, let position = Position(checkedLat: numbers[0], lng: numbers[1]) else {
            throw SettingsError("map.centre: \(text) is not a latitude and a longitude such as 41.79,123.45")
        }
        return position
    }

    private func check() throws {
        _ = try PhotoPlace(self)
        if replicaURL != nil, databaseURL == nil {
            throw SettingsError("replica.url: a copy follows a PostgreSQL database: give database.url too")
        }
        if !runsBackground, databaseURL == nil {
            throw SettingsError("background: with SQLite nothing else can do it; leave it out, or give database.url")
        }
        if (certificate == nil) != (privateKey == nil) {
            throw SettingsError("tls.certificate and tls.key: give both or neither")
        }
        guard Logger.Level(rawValue: logLevel) != nil else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw SettingsError("log.level: \(logLevel) is none of \(levels)")
        }
        guard ["wgs84", "gcj02"].contains(mapSystem) else {
            throw SettingsError("map.system: \(mapSystem) is neither wgs84 nor gcj02")
        }
        if !isSecure, !["127.0.0.1", "localhost", "::1"].contains(host) {
            throw SettingsError(
                "host: \(host) is reached over a network: give tls.certificate and tls.key, or set tls.proxy to true when a proxy speaks TLS for this server"
            )
        }
    }
}

/// A setting that can't be: said plainly and at once, before anything is opened.
package struct SettingsError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
