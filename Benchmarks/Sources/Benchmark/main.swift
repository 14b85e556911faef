import Engine
import Foundation
import Operations

/// What the command line asks for.
struct Options {
    var root = "."
    var folder: String?
    var service: String?
    var only: Set<Int> = Set(1...10)
    var rounds = 20

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchmarkFault("\(name) what?") }
            switch name {
            case "--root": root = value
            case "--folder": folder = value
            case "--service": service = value
            case "--only": only = Set(value.split(separator: ",").compactMap { Int($0) })
            case "--rounds": rounds = Int(value) ?? rounds
            default: throw BenchmarkFault("there is no option \(name)")
            }
        }
    }
}

/// Writes a line for people, at once.
func say(_ line: String = "") {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

/// Runs the figures that are asked for, each with a fresh database.
struct Run {
    let options: Options
    let stage: Stage
    var figures: [Figure] = []

    mutating func all() async throws {
        say(Machine.description(cacheKiB: Stage.cacheKiB))
        say("disk       \(try probe())")
        say("load       \(Machine.load)")
        say()
        for number in options.only.sorted() {
            switch number {
            case 1: try await completions(concurrently: false)
            case 2: try await completions(concurrently: true)
            case 3: try await sleepers()
            case 5: try await service()
            case 6: try simulations()
            case 7: try await starts()
            case 8: try await migrations()
            case 9: try await pages()
            case 10: try await gaps()
            case 11: try await mails()
            default: break
            }
        }
        figures.sort { $0.number < $1.number }
        say()
        say(table(figures))
        say()
        say("disk       \(try probe()) afterwards")
        say("load       \(Machine.load) afterwards")
    }

    private func probe() throws -> String {
        let (p50, p99) = try Machine.flushProbe(in: stage.folder)
        return "4 KiB overwritten and flushed: p50 \(p50.text(3)) ms, p99 \(p99.text(3)) ms"
    }

    private mutating func completions(concurrently: Bool) async throws {
        let result = try await Completions(stage: stage, rounds: options.rounds)
            .run(concurrently: concurrently)
        let threshold = concurrently ? 0.60 : 0.70
        let ratios = result.ratios.map { $0.text(2) }.joined(separator: " ")
        say(
            "rounds \(concurrently ? 2 : 1): \(ratios); \(result.rowsPerStep.text(1)) statements "
                + "a step; the same rows in both databases")
        figures.append(
            Figure(
                number: concurrently ? 2 : 1,
                name: concurrently
                    ? "durable completions, \(Completions.callers) callers"
                    : "durable completions, one caller",
                measured: "\(result.stack.text(0))/s",
                against: "bare SQLite \(result.bare.text(0))/s", value: "\(result.ratio.text(2))",
                threshold: "≥ \(threshold.text(2))", isMet: result.ratio >= threshold))
    }

    private mutating func sleepers() async throws {
        let sleepers = Sleepers(stage: stage)
        try await sleepers.prepare()
        let few = try sleepers.restart("few")
        let many = try sleepers.restart("sleepers")
        let growth = Double(many.residentKiB - few.residentKiB) / 1024
        figures.append(
            Figure(
                number: 4, name: "restart to ready, 1 000 000 sleeping",
                measured: "\((many.seconds * 1000).text(0)) ms, \(growth.text(1)) MiB more",
                against: "10 000 sleeping: \((few.seconds * 1000).text(0)) ms",
                value: "\(many.seconds.text(3)) s", threshold: "< 1 s, < 2 MiB more",
                isMet: many.seconds < 1 && growth < 2))
        let sweep = try await sleepers.sweep()
        say("a sweep wakes 1 000 and records \(sweep.eventsPerSweep) events")
        figures.append(
            Figure(
                number: 3, name: "sweep of 1 000 due among 1 000 000",
                measured: "\((sweep.many * 1000).text(0)) ms",
                against: "among 10 000: \((sweep.few * 1000).text(0)) ms",
                value: "\(sweep.ratio.text(2)) x", threshold: "≤ 2 x", isMet: sweep.ratio <= 2))
    }

    private mutating func gaps() async throws {
        let result = try await Gaps(stage: stage).run()
        say(
            "\(result.entries) entries, \(result.pairs) requirements; 5 000 people take "
                + "\((result.seconds5000 * 1000).text(0)) ms, growth \(result.growth.text(2))")
        figures.append(
            Figure(
                number: 10, name: "gap of 15 000 people, 60 requirements each",
                measured: "\((result.seconds * 1000).text(0)) ms",
                against: "a third of them: \((result.seconds5000 * 1000).text(0)) ms",
                value: "\(result.seconds.text(2)) s, \(result.growth.text(2)) x linear",
                threshold: "< 1 s, ≤ 1.2 x",
                isMet: result.seconds < 1 && result.growth <= 1.2))
    }

    private mutating func mails() async throws {
        let result = try await Mails(stage: stage, rounds: min(options.rounds, 10)).run()
        if let result {
            let ratios = result.ratios.map { $0.text(2) }.joined(separator: " ")
            say("rounds 11: \(ratios); a mail of \(result.bytes) bytes")
        }
        figures.append(
            Figure(
                number: 11, name: "mails from the outbox",
                measured: result.map { "\($0.sent.text(0))/s" } ?? "install postfix",
                against: result.map { "smtp-source \($0.accepted.text(0))/s" } ?? "",
                value: result.map { $0.ratios.median.text(2) } ?? "", threshold: "≥ 0.80",
                isMet: result.map { $0.ratios.median >= 0.8 }))
    }

    private mutating func service() async throws {
        var resident: Double?
        if let binary = options.service {
            resident = try await IdleService(stage: stage, binary: binary).run()
        }
        figures.append(
            Figure(
                number: 5, name: "idle service, resident",
                measured: resident.map { "\($0.text(1)) MiB" } ?? "", against: "",
                value: resident.map { "\($0.text(1)) MiB" } ?? "", threshold: "< 60 MiB",
                isMet: resident.map { $0 < 60 }))
    }

    private mutating func simulations() throws {
        let results = try Simulations(stage: stage).run()
        guard let slowest = results.first else { throw BenchmarkFault("there are no programmes") }
        for result in results.prefix(3) {
            say(
                "simulate \(result.file) \(result.behaviour.rawValue): compile "
                    + "\(result.compile.text(1)) ms, simulate \(result.simulate.text(1)) ms")
        }
        figures.append(
            Figure(
                number: 6, name: "simulate, the slowest of \(results.count / 2) programmes",
                measured: slowest.file, against: "", value: "\(slowest.total.text(1)) ms",
                threshold: "< 50 ms", isMet: slowest.total < 50))
    }

    private mutating func migrations() async throws {
        let result = try await Migrations(stage: stage, people: 10_000).run()
        let total = result.preview + result.move
        say(
            "migration: \(result.preview.text(1)) s to look, \(result.move.text(1)) s to move; "
                + "\(result.acts) acts of others meanwhile, the longest "
                + "\((result.longestAct * 1000).text(0)) ms; "
                + "\(result.growthMiB.text(0)) MiB more than before")
        figures.append(
            Figure(
                number: 8, name: "10 000 enrolments to another version",
                measured: "\((10_000 / total).text(0))/s", against: "",
                value: "\(total.text(1)) s", threshold: "< 60 s", isMet: total < 60))
    }

    private mutating func pages() async throws {
        let (empty, pages) = try await Pages(stage: stage).run()
        for page in [empty] + pages {
            say(
                "\(page.name): \(page.perSecond.text(0))/s on one core, "
                    + "p50 \(page.p50.text(1)) ms, p99 \(page.p99.text(1)) ms "
                    + "with \(Pages.callers) callers, "
                    + "\((Double(page.bytes) / 1000).text(1)) kB")
        }
        for page in pages {
            let p99 = page.threshold.p99.map { ", p99 < \($0.text(0)) ms" } ?? ""
            figures.append(
                Figure(
                    number: 9, name: page.name,
                    measured: "\(page.perSecond.text(0))/s, p99 \(page.p99.text(1)) ms",
                    against: "an empty page \(empty.perSecond.text(0))/s",
                    value: "\((page.perSecond / empty.perSecond).text(2))",
                    threshold: "≥ \(page.threshold.perSecond.text(0))/s\(p99)", isMet: page.isMet))
        }
    }

    private mutating func starts() async throws {
        let (seconds, steps) = try await Starts(stage: stage, people: 10_000).run()
        figures.append(
            Figure(
                number: 7, name: "10 000 starts of a \(steps)-step programme",
                measured: "\((10_000 / seconds).text(0))/s", against: "",
                value: "\(seconds.text(1)) s", threshold: "< 10 s", isMet: seconds < 10))
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
    if arguments.first == "--be-ready", let path = arguments.last {
        try Sleepers.beReady(path)
        exit(0)
    }
    if arguments.first == "--serve", let path = arguments.last {
        try await PageServer.serve(path)
        exit(0)
    }
    if arguments.first == "--load", arguments.count == 5, let port = Int(arguments[1]),
        let seconds = Int(arguments[4])
    {
        try PageLoad.run(port, arguments[2], arguments[3], seconds)
        exit(0)
    }
    if arguments.first == "--ten-steps", arguments.count == 4, let seconds = Double(arguments[3]) {
        let result = try await TenSteps(stage: Stage(root: arguments[1], folder: arguments[2]))
            .run(seconds: seconds)
        say("\(result.steps) \(result.seconds)")
        exit(0)
    }
    let options = try Options(arguments)
    let folder = (options.folder ?? options.root + "/Benchmarks/.build") + "/ombord-benchmark"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var run = Run(options: options, stage: Stage(root: options.root, folder: folder))
    try await run.all()
    if run.figures.contains(where: { $0.isMet == false }) {
        try? FileManager.default.removeItem(atPath: folder)
        exit(1)
    }
} catch {
    FileHandle.standardError.write(Data("benchmark: \(error)\n".utf8))
    exit(2)
}
