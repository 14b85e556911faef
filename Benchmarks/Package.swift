// swift-tools-version: 6.2
import PackageDescription

/// The benchmarks are a package of their own, so that their tools never enter the product's
/// dependencies. `run` builds and runs them; `Docs/Benchmarks.md` tells what the figures mean.
let package = Package(
    name: "ombord-benchmarks",
    dependencies: [
        .package(name: "ombord", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        // The program that everything is measured against: C, SQLite and nothing else.
        .target(name: "BareSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "Benchmark",
            dependencies: [
                "BareSQLite", .product(name: "OmbordParts", package: "ombord"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .treatAllWarnings(as: .error),
            ]),
    ]
)
