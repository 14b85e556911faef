// swift-tools-version: 6.2
import PackageDescription

/// Strict from the first line: a warning in our own code is an error, and every import says what
/// it takes. Dependencies are weighed in `Docs/decisions/0002-dependencies.md`.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [],
    resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources,
        swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["Support"], exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "ombord",
    products: [
        .executable(name: "ombord", targets: ["ombord"]),
        // For the benchmarks, which are a package of their own.
        .library(
            name: "OmbordParts",
            targets: [
                "CivilCalendar", "Competence", "Cryptography", "Delivery", "Engine",
                "Operations", "ProgrammeFiles", "Storage", "Web",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Pure: no clock, no bytes, no tasks.
        library("CivilCalendar"),
        library("Engine", ["CivilCalendar"]),
        library("Competence", ["CivilCalendar", "Engine"]),
        library("JSONText"),

        // Pure, though Cbc does its sums.
        library("Placements", ["CCbc", "JSONText"]),

        // Edges.
        library("Cryptography", ["COpenSSL"]),
        library(
            "Wording",
            [
                "CEmbedded", "CivilCalendar", "Engine", "JSONText", "Placements",
                "ProgrammeFiles", product("Yams", "Yams"),
            ], exclude: ["Languages"]),
        library(
            "ProgrammeFiles",
            [
                "Competence", "CivilCalendar", "Cryptography", "Engine", "JSONText",
                product("Yams", "Yams"),
            ],
            resources: [.embedInCode("BuiltInRoles.yaml"), .embedInCode("DiagramWords.yaml")]),
        library("Storage", ["CPostgreSQL", "CSQLite", "Cryptography"]),
        library(
            "Delivery",
            ["CCurl", "CivilCalendar", "Cryptography", product("Mustache", "swift-mustache")]),
        library(
            "Operations",
            [
                "CivilCalendar", "Competence", "Cryptography", "Delivery", "Engine",
                "JSONText", "Placements",
                "ProgrammeFiles", "Storage", "Wording", product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
            ]),
        library(
            "Web",
            [
                "CEmbedded", "CivilCalendar", "Competence", "Cryptography", "Delivery", "Engine",
                "JSONText", "Operations", "Placements", "ProgrammeFiles", "Storage", "Wording",
                product("HTTPTypes", "swift-http-types"),
                product("Hummingbird", "hummingbird"),
                product("Logging", "swift-log"),
                product("NIOCore", "swift-nio"),
            ], exclude: ["Templates"]),
        .executableTarget(
            name: "ombord",
            dependencies: [
                "CMalloc", "CivilCalendar", "Competence", "Cryptography", "Delivery", "Engine",
                "JSONText", "Operations", "Placements", "ProgrammeFiles", "Storage", "Web",
                "Wording",
                product("ArgumentParser", "swift-argument-parser"),
                product("Configuration", "swift-configuration"),
                product("Hummingbird", "hummingbird"),
                product("Logging", "swift-log"),
                product("ServiceLifecycle", "swift-service-lifecycle"),
                product("UnixSignals", "swift-service-lifecycle"),
                product("Yams", "Yams"),
            ],
            swiftSettings: strict,
            // Addresses to be adjusted at the start are a megabyte of memory as a plain table, and
            // a fiftieth of it packed (Debian 12's loader reads that).
            linkerSettings: [
                .unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"])
            ]),

        // Tests.
        .target(
            name: "Support", dependencies: [], path: "Tests/Support", swiftSettings: strict),
        tests("CivilCalendarTests", ["CivilCalendar"], exclude: ["Fixtures"]),
        tests("CompetenceTests", ["CivilCalendar", "Competence", "Engine"]),
        tests("EngineTests", ["CivilCalendar", "Engine"], exclude: ["Golden"]),
        tests(
            "WordingTests", ["CivilCalendar", "Engine", "Wording"], exclude: ["Golden"]),
        tests(
            "DeliveryTests", ["CivilCalendar", "Cryptography", "Delivery"],
            exclude: ["Golden", "Python"]),
        tests(
            "ProgrammeFilesTests",
            [
                "CivilCalendar", "Competence", "Engine", "ProgrammeFiles", "Wording",
            ],
            exclude: ["Fixtures", "Golden", "Python"]),
        tests("StorageTests", ["Storage"]),
        tests(
            "OperationsTests",
            [
                "CivilCalendar", "Competence", "Cryptography", "Delivery", "Engine",
                "JSONText", "Operations", "Placements", "ProgrammeFiles", "Storage", "Wording",
            ], exclude: ["Golden", "Python"]),
        // Works until it is killed; what the crash test kills.
        .executableTarget(
            name: "crash-worker",
            dependencies: ["CivilCalendar", "Delivery", "Engine", "Operations", "Storage"],
            path: "Tests/CrashWorker", swiftSettings: strict),
        tests(
            "EndToEndTests",
            [
                "CivilCalendar", "Delivery", "Engine", "JSONText", "Operations", "Placements",
                "Storage", "Web", "crash-worker", "ombord",
            ], exclude: ["Python", "Stored"]),
        tests(
            "PlacementsTests", ["JSONText", "Placements"], exclude: ["Fixtures", "Python"]),
        tests(
            "SimulationTests",
            [
                "CivilCalendar", "Cryptography", "Delivery", "Engine", "JSONText", "Operations",
                "Storage", product("Logging", "swift-log"),
            ]),
        tests("TidyTests", []),
        tests(
            "WebTests",
            [
                "CivilCalendar", "Competence", "Delivery", "Engine", "JSONText", "Operations",
                "Placements",
                "ProgrammeFiles", "Storage", "Web", "Wording",
                product("HTTPTypes", "swift-http-types"),
                product("Hummingbird", "hummingbird"), product("Logging", "swift-log"),
                product("Mustache", "swift-mustache"), product("NIOCore", "swift-nio"),
                product("NIOEmbedded", "swift-nio"),
            ], exclude: ["Golden", "Python"]),

        // libpq, loaded at run time and only where it is wanted.
        .target(name: "CPostgreSQL"),
        // The texts that come with the program.
        .target(name: "CEmbedded"),

        // C libraries that Debian keeps for us.
        .systemLibrary(
            name: "CCbc", pkgConfig: "cbc", providers: [.apt(["coinor-libcbc-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // A header of the C library's own.
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    ],
    cLanguageStandard: .gnu2x
)
