// swift-tools-version: 6.2
import PackageDescription

/// The benchmarks are a package of their own, so that their tools never enter the product's
/// dependencies. `run` builds and runs them; `Docs/Benchmarks.md` tells what the figures mean.
let package = Package(
    name: "ombord-benchmarks",
    dependencies: [.package(name: "ombord", path: "..")],
    targets: [
        // The program that everything is measured against: C, SQLite and nothing else.
        .target(name: "BareSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "Benchmark",
            dependencies: ["BareSQLite", .product(name: "OmbordParts", package: "ombord")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .treatAllWarnings(as: .error),
            ]),
    ]
)
