// swift-tools-version: 6.2
import PackageDescription

/// The settings every target shares: Swift 6 mode, the upcoming features of the house style, warnings as errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// `make fuzz` alone sets it: what reads bytes from outside is then built with libFuzzer's counters.
let fuzzes = Context.environment["TIDEMARK_FUZZ"] != nil
let reading = strict + (fuzzes ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioFileSystem = Target.Dependency.product(name: "_NIOFileSystem", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// What the parsers must stand: as a test with a fixed number of inputs, or as a program that looks for more.
let parsers: [Target.Dependency] = [
    "AgentKit", "CommandLineKit", "CZlib", "FleetClient", "FleetModel", "FleetStore", "HTTPAPI",
    "OpenIDConnect", "Postgres", nioCore,
]
let fuzzTests = Target.testTarget(
    name: "FuzzTests",
    dependencies: parsers,
    exclude: ["LibFuzzer"],
    swiftSettings: strict
)
let fuzzProgram = Target.executableTarget(
    name: "tidemark-fuzz",
    dependencies: parsers,
    path: "Tests/FuzzTests",
    sources: ["Parsers", "LibFuzzer"],
    swiftSettings: reading,
    linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]
)

let package = Package(
    name: "tidemark",
    products: [
        .executable(name: "tidemarkd", targets: ["tidemarkd"]),
        .executable(name: "tidemark", targets: ["tidemark"]),
        .executable(name: "tidemark-agent", targets: ["tidemark-agent"]),
        .library(name: "ClockShift", type: .dynamic, targets: ["ClockShift"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinux"),
        .target(name: "ClockShift"),
        .target(name: "Postgres", dependencies: ["CLibPQ", logging], swiftSettings: reading),
        .target(name: "FleetModel", swiftSettings: reading),
        .target(name: "FleetRules", dependencies: ["FleetModel"], swiftSettings: strict),
        .target(
            name: "FleetStore",
            dependencies: ["Postgres", "FleetModel", "FleetRules", crypto, cryptoExtras, logging],
            swiftSettings: strict,
            plugins: ["EmbedText"]
        ),
        .target(
            name: "Cluster",
            dependencies: ["FleetStore", logging, serviceLifecycle],
            swiftSettings: strict
        ),
        .target(name: "StructuredLogs", dependencies: ["FleetModel", logging], swiftSettings: strict),
        .target(
            name: "Webhooks",
            dependencies: [
                "Cluster", "FleetModel", "FleetRules", "FleetStore", asyncHTTPClient, crypto, logging,
                nioCore, nioHTTP1, nioPosix, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPAPI",
            dependencies: ["Cluster", hummingbird, httpTypes, nioCore, logging, serviceLifecycle, crypto],
            swiftSettings: reading
        ),
        .target(
            name: "OpenIDConnect",
            dependencies: ["FleetClient", "FleetModel", crypto, jwtKit],
            swiftSettings: reading
        ),
        .target(
            name: "WebUI",
            dependencies: [
                "HTTPAPI", "OpenIDConnect", crypto, hummingbird, httpTypes, logging, mustache, nioCore,
            ],
            exclude: ["Web"],
            swiftSettings: strict,
            plugins: ["EmbedText"]
        ),
        .target(
            name: "FleetClient",
            dependencies: ["FleetModel", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioFileSystem],
            swiftSettings: reading
        ),
        .target(
            name: "AgentKit",
            dependencies: [
                "CLinux", "CZlib", "FleetModel", "FleetClient", crypto, logging, nioCore, nioPosix,
                serviceLifecycle,
            ],
            swiftSettings: reading
        ),
        .target(
            name: "CommandLineKit",
            dependencies: [
                "FleetClient", "FleetModel", argumentParser, asyncHTTPClient, crypto, nioCore, nioHTTP1, yams,
            ],
            swiftSettings: reading
        ),
        .executableTarget(
            name: "tidemarkd",
            dependencies: [
                "FleetClient", "HTTPAPI", "OpenIDConnect", "StructuredLogs", "Webhooks", "WebUI",
                argumentParser, logging,
                nioCore, serviceLifecycle, unixSignals,
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "tidemark", dependencies: ["CommandLineKit"], swiftSettings: strict),
        .executableTarget(
            name: "tidemark-agent",
            dependencies: [
                "AgentKit", "FleetModel", "StructuredLogs", argumentParser, logging, serviceLifecycle,
                unixSignals,
            ],
            swiftSettings: strict,
            // One file that can be copied to a machine: the Swift runtime is inside.
            linkerSettings: [
                .unsafeFlags(["-static-stdlib"]), .linkedLibrary("_FoundationCollections"),
                .linkedLibrary("_FoundationCShims"),
            ]
        ),
        .target(name: "Proof", dependencies: ["CLinux", "FleetStore", logging], swiftSettings: strict),
        .target(
            name: "SimulatedAgents",
            dependencies: ["FleetClient", "FleetModel", crypto, logging, serviceLifecycle],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "tidemark-simulated-agents",
            dependencies: ["SimulatedAgents", argumentParser, logging, serviceLifecycle, unixSignals],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "tidemark-drill",
            dependencies: [
                "Proof", "Cluster", "FleetClient", argumentParser, logging, nioCore, nioPosix,
                serviceLifecycle,
                unixSignals,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "tidemark-bench",
            dependencies: ["Proof", "Cluster", "FleetClient", argumentParser, logging, serviceLifecycle],
            swiftSettings: strict
        ),
        .executableTarget(name: "embed-text", swiftSettings: strict),
        .plugin(name: "EmbedText", capability: .buildTool(), dependencies: ["embed-text"]),
        .target(
            name: "TestSupport",
            dependencies: ["Postgres", "FleetStore", logging],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "TestProvider",
            dependencies: ["FleetModel", crypto, cryptoExtras, httpTypes, hummingbird, jwtKit, nioCore],
            path: "Tests/TestProvider",
            swiftSettings: strict
        ),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["Postgres", "FleetStore", "TestSupport", logging],
            swiftSettings: strict
        ),
        .testTarget(name: "FleetModelTests", dependencies: ["FleetModel"], swiftSettings: strict),
        .testTarget(
            name: "StructuredLogsTests",
            dependencies: ["FleetModel", "StructuredLogs", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FleetRulesTests",
            dependencies: ["FleetModel", "FleetRules"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FleetStoreTests",
            dependencies: ["FleetStore", "TestSupport", crypto, nioCore, nioPosix],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ClusterTests",
            dependencies: ["Cluster", "TestSupport", logging, serviceLifecycle],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebhookTests",
            dependencies: [
                "Webhooks", "TestSupport", crypto, hummingbird, httpTypes, logging, nioCore, nioPosix,
                serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPAPITests",
            dependencies: [
                "HTTPAPI", "SimulatedAgents", "TestSupport", crypto, hummingbird, hummingbirdTesting,
                httpTypes,
                nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebUITests",
            dependencies: [
                "FleetClient", "HTTPAPI", "OpenIDConnect", "TestProvider", "TestSupport", "WebUI", crypto,
                hummingbird, hummingbirdTesting, httpTypes,
                nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OpenIDConnectTests",
            dependencies: [
                "OpenIDConnect", "FleetClient", "FleetModel", "TestProvider", crypto, httpTypes,
                hummingbird, hummingbirdTesting, nioCore,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AgentKitTests",
            dependencies: [
                "AgentKit", "CZlib", "FleetClient", "FleetModel", "SimulatedAgents", crypto, httpTypes,
                hummingbird,
                logging, nioCore, serviceLifecycle,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CLITests",
            dependencies: [
                "CommandLineKit", "FleetClient", "FleetModel", argumentParser, nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StoryTests",
            // Not the programs that it runs: `swift build --build-tests` builds those, and to depend on the agent would
            // link the tests statically too.
            dependencies: ["FleetClient", "FleetModel", "Postgres", "SimulatedAgents", "TestSupport"],
            swiftSettings: strict
        ),
    ] + [fuzzes ? fuzzProgram : fuzzTests]
)
