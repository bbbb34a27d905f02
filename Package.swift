// swift-tools-version: 6.2

import PackageDescription

// The map of the product: who may use whom. Arrows point down; a test asserts that they never form a cycle.
let package = Package(
    name: "Nuanxin",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "nuanxin", targets: ["nuanxin"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        // 2.100 is the first version in which one request with many headers can't end the process (CVE-2026-28980).
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.100.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.0"),
    ],
    targets: [
        // The bottom: values and rules that everything shares. Kernel imports nothing but Foundation.
        .target(name: "Kernel"),
        .target(name: "Storage", dependencies: ["Kernel"]),
        .target(name: "Access", dependencies: ["Kernel", "Storage"]),
        .target(
            name: "Journal",
            dependencies: [
                "Kernel", "Storage", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        // Keys, and what is sealed with them.
        .target(
            name: "Vault",
            dependencies: ["Kernel", "Storage", "Journal", .product(name: "Crypto", package: "swift-crypto")]),

        // Wrappers round a database, and round libvips and the places for photos. Nothing of the domain.
        .target(
            name: "SQLiteBackend", dependencies: ["Kernel", "Storage", .product(name: "GRDB", package: "GRDB.swift")]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "PostgresBackend", dependencies: ["Kernel", "Storage", "CPostgres"]),
        // Programs that read what strangers sent, in processes of their own.
        .target(
            name: "Children",
            dependencies: [
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(
            name: "Media",
            dependencies: [
                "Kernel", "Children", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]
        ),

        // Requests to servers of others. Nothing of what they are about.
        .target(
            name: "Outgoing",
            dependencies: [
                "Kernel", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),

        // What every page and endpoint shares.
        .target(
            name: "Web",
            dependencies: [
                "Kernel", "Storage", "Access", "Journal",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            resources: [.copy("Templates"), .copy("Strings"), .copy("API")]
        ),

        // The engines and features, one target each.
        .feature("Deadlines"),
        .feature("Directory"),
        .feature("Retention", uses: ["Deadlines"]),
        .feature(
            "People", uses: ["Directory", "Retention", "Vault", "Children"],
            libraries: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .feature(
            "Cases", uses: ["Deadlines", "Directory", "People", "Media", "Retention", "Vault"],
            libraries: [.product(name: "Crypto", package: "swift-crypto")]),
        .feature("Notices", uses: ["Cases", "People", "Retention", "Vault"]),
        .feature("MyData", uses: ["Deadlines", "Directory", "People", "Cases", "Notices", "Retention", "Vault"]),
        .feature(
            "Audit", uses: ["Deadlines", "People", "Vault"],
            libraries: [.product(name: "NIOCore", package: "swift-nio")]
        ),
        .feature("Incidents", uses: ["People"]),
        .feature(
            "Open311", uses: ["Cases", "Directory", "Outgoing", "People", "Retention"],
            libraries: [.product(name: "Crypto", package: "swift-crypto")]),

        // Putting it all together: configuration, commands, the demo city.
        .target(
            name: "App",
            dependencies: [
                "Kernel", "Storage", "Access", "Journal", "Vault", "SQLiteBackend", "PostgresBackend", "Media", "Web",
                "Deadlines", "Directory", "People", "Cases", "Notices", "MyData", "Retention", "Audit", "Incidents",
                "Open311", "Outgoing",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .executableTarget(name: "nuanxin", dependencies: ["App"]),
        // What `scripts/bench` compares with the databases' own tools.
        .executableTarget(
            name: "DatabaseBench", dependencies: ["Kernel", "Storage", "SQLiteBackend", "PostgresBackend"]),

        .target(
            name: "TestSupport",
            dependencies: [
                "Kernel", "Storage", "Access", "Journal", "Vault", "SQLiteBackend", "PostgresBackend", "Web",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Tests/TestSupport"
        ),
        .tests("Kernel"),
        .tests("Access", uses: ["TestSupport"]),
        .tests("Storage", uses: ["SQLiteBackend", "PostgresBackend", "TestSupport"]),
        .tests("Journal", uses: ["TestSupport"]),
        .tests("Vault", uses: ["TestSupport"]),
        .tests("Children"),
        .tests("Media", uses: ["Kernel"]),
        .tests("Web", uses: ["TestSupport"]),
        .tests("Deadlines", uses: ["TestSupport"]),
        .tests("Directory", uses: ["TestSupport"]),
        .tests("Retention", uses: ["TestSupport"]),
        .tests("People", uses: ["Directory", "Vault", "TestSupport"]),
        .tests("Cases", uses: ["Deadlines", "Directory", "People", "Media", "Notices", "Vault", "TestSupport"]),
        .tests(
            "App",
            uses: [
                "SQLiteBackend", "PostgresBackend", "Deadlines", "Directory", "People", "Media", "Cases", "Notices",
                "MyData", "Retention", "Audit", "Incidents", "Open311", "Outgoing", "Vault", "TestSupport",
            ]),
        .testTarget(name: "ArchitectureTests"),
    ],
    swiftLanguageModes: [.v6]
)

extension Target {
    /// A feature: its rules, its tables, its pages. It may use other features only when listed here.
    static func feature(
        _ name: String, uses others: [String] = [], libraries: [Dependency] = []
    ) -> Target {
        .target(
            name: name,
            dependencies: [
                "Kernel", "Storage", "Access", "Journal", "Web",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ] + others.map { .byName(name: $0) } + libraries,
            resources: [.copy("Templates"), .copy("Strings"), .copy("API")]
        )
    }

    static func tests(_ subject: String, uses others: [String] = []) -> Target {
        let shared: [Dependency] = ["Kernel", "Storage", "Access", "Journal", "Web"].filter { $0 != subject }.map {
            .byName(name: $0)
        }
        return .testTarget(
            name: "\(subject)Tests",
            dependencies: [.byName(name: subject)] + others.map { .byName(name: $0) }
                + (subject == "Children" ? [.product(name: "SystemPackage", package: "swift-system")] : [])
                + (subject == "Media"
                    ? [
                        .product(name: "Subprocess", package: "swift-subprocess"),
                        .product(name: "SystemPackage", package: "swift-system"),
                        // A store of objects that misbehaves when told to.
                        .product(name: "Crypto", package: "swift-crypto"),
                        .product(name: "Hummingbird", package: "hummingbird"),
                        .product(name: "HummingbirdTesting", package: "hummingbird"),
                        .product(name: "HTTPTypes", package: "swift-http-types"),
                        .product(name: "Logging", package: "swift-log"),
                        .product(name: "NIOCore", package: "swift-nio"),
                    ] : [])
                + (others.contains("TestSupport")
                    ? shared + [
                        .product(name: "Crypto", package: "swift-crypto"),
                        .product(name: "Hummingbird", package: "hummingbird"),
                        .product(name: "HummingbirdTesting", package: "hummingbird"),
                        .product(name: "HTTPTypes", package: "swift-http-types"),
                        .product(name: "Logging", package: "swift-log"),
                        .product(name: "NIOCore", package: "swift-nio"),
                    ] : [])
        )
    }
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
