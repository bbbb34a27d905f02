import Cases
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import Journal
import Kernel
import Logging
import MyData
import NIOCore
import NIOSSL
import Open311
import People
import Retention
import ServiceLifecycle
import Storage
import Web

extension Nuanxin {
    /// All addresses, behind everything that every request goes through.
    package func router() throws -> Router<AppContext> { try addressed().router }

    /// The same with what each address needs. Throws when the policy lets nobody come to one of them.
    package func addressed() throws -> (router: Router<AppContext>, routes: Routes) {
        let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
        let methods = RouteTable()
        router.addMiddleware {
            MeasureMiddleware()
            ProxyMiddleware(proxies: settings.isBehindTLS ? settings.proxies : nil)
            BodyPaceMiddleware()
            SecurityHeadersMiddleware(tileOrigin: settings.mapTiles.flatMap(Self.origin), isSecure: settings.isSecure)
            LanguageMiddleware()
            ProblemMiddleware(site: services.site)
            SameOriginMiddleware()
            people.middleware
            DeadDeliveryMiddleware(services)
            MethodMiddleware(table: methods)
        }
        router.add(middleware: PackedFiles(root))
        for folder in root.publicFolders {
            // Ours carry their version in the address, those of others in their names.
            router.add(
                middleware: FileMiddleware(
                    folder.path,
                    cacheControl: .init([
                        (MediaType(type: .any), [.public, .maxAge(86_400)])
                    ]), searchForIndexHtml: false))
        }
        let routes = Routes(router, policy: facts.policy, refusals: services.refusals, now: services.now)
        LanguageRoutes(isSecure: settings.isSecure).addRoutes(to: routes)
        ProblemRoutes(site: services.site).addRoutes(to: routes)
        try OpenAPI(Self.bundles).addRoutes(to: routes)
        try InstallRoutes(root, site: services.site, assetVersion: Assets.version(of: root)).addRoutes(to: routes)
        HealthRoutes(services, shelf: shelf, metricsFor: settings.metricsReaders).add(to: routes)
        for feature in features {
            feature.addRoutes(to: routes)
        }
        guard routes.faults.isEmpty else { throw SettingsError(routes.faults.joined(separator: "\n")) }
        methods.fill(router.routes.map { ($0.method, $0.path.description) })
        return (router, routes)
    }

    /// The server with all that runs beside it, ready to run until it is told to stop.
    package func server(logger: Logger) throws -> some ApplicationProtocol {
        let settings = settings
        var http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [SlowClientHandler()], idleTimeout: .seconds(15))
        http.httpDecoder = .init(maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 100)
        let channel: HTTPServerBuilder =
            if let tls = try Self.tls(settings) {
                try .http2Upgrade(
                    tlsConfiguration: tls,
                    configuration: .init(idleTimeout: .seconds(60), streamConfiguration: http))
            } else {
                .http1(configuration: http)
            }
        var application = Application(
            router: try router(),
            server: channel,
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: "nuanxin", backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(4096)),
            onServerRunning: { channel in
                let address = channel.localAddress.map {
                    "\($0.ipAddress ?? settings.host):\($0.port ?? settings.port)"
                }
                let line = "serving on \(settings.servesTLS ? "https" : "http")://\(address ?? "")\n"
                // At once, also into a pipe: a script waits for this line.
                FileHandle.standardOutput.write(Data(line.utf8))
            },
            logger: logger
        )
        application.addServices(PhotoConnections(shelf: shelf))
        application.addServices(RefusalJournal(services: services, logger: logger))
        if settings.runsBackground {
            for service in background(logger: logger) { application.addServices(service) }
        }
        return application
    }

    /// What runs beside the answers to requests: the journal's consumers and what has to be done now and then.
    package func background(logger: Logger) -> [any Service] {
        var services: [any Service] = [
            JournalFeed(database: self.services.database, consumers: consumers, logger: logger),
            Housekeeping(
                desk: desk, requests: myData.requests, retention: retention.commands, now: self.services.now,
                logger: logger),
            RetentionJob(database: self.services.database, commands: retention.commands, logger: logger),
            JournalWitnessing(witness: witness, logger: logger),
            DeliveryJob(database: self.services.database, sender: open311.sender, logger: logger),
        ]
        if settings.databaseURL != nil {
            services.append(Heart(self.services.database, logger: logger, now: self.services.now))
        }
        return services
    }

    private static func tls(_ settings: Settings) throws -> TLSConfiguration? {
        guard let certificate = settings.certificate, let key = settings.privateKey else { return nil }
        do {
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            tls.minimumTLSVersion = .tlsv12
            return tls
        } catch {
            throw SettingsError("tls.certificate, tls.key: \(certificate) and \(key) can't be used: \(error)")
        }
    }

    private static func origin(_ address: String) -> String? {
        guard let url = URL(string: address.replacing("{", with: "").replacing("}", with: "")), let scheme = url.scheme,
            let host = url.host()
        else { return nil }
        return "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
    }
}

/// What has to be done now and then: photos that no report took are removed, accounts whose owners have asked for it are
/// erased, requests about personal data that are late are named.
struct Housekeeping: Service {
    let desk: PhotoDesk
    let requests: DataRequestCommands
    let retention: RetentionCommands
    let now: @Sendable () -> Date
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    // Photos can't wait for the time of day when all else goes: their span is hours.
                    let waiting = retention.facts["waiting-photos"]?.span?.cutoff(at: now())
                    let removed = try await desk.sweep(before: waiting ?? .distantPast)
                    if removed > 0 { logger.info("removed abandoned photos", metadata: ["count": "\(removed)"]) }
                    let turn = try await requests.run()
                    if turn.erased > 0 { logger.info("erased accounts", metadata: ["count": "\(turn.erased)"]) }
                } catch {
                    logger.error("housekeeping failed", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(600))
            }
        }
    }
}
