import CivilCalendar
import Engine
import Foundation
import ProgrammeFiles

/// Figure 6: what `ombord simulate` does with a programme: compile its file, run it for a fictional
/// participant through the real engine.
struct Simulations {
    struct Result {
        let file: String
        let behaviour: Simulation.Behaviour
        let compile: Double
        let simulate: Double

        var total: Double { compile + simulate }
    }

    let stage: Stage

    /// Every shipped programme with either behaviour, the slowest first.
    func run() throws -> [Result] {
        let folder = stage.root + "/Workflows"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".yaml") }.sorted()
        var results: [Result] = []
        for file in files {
            for behaviour in Simulation.Behaviour.allCases {
                results.append(try run("\(folder)/\(file)", file, behaviour))
            }
        }
        return results.sorted { $0.total > $1.total }
    }

    private func run(
        _ path: String, _ file: String, _ behaviour: Simulation.Behaviour
    ) throws -> Result {
        var compileTimes: [Double] = []
        var simulateTimes: [Double] = []
        for _ in 0..<5 {
            var compiled: CompiledProgramme?
            compileTimes.append(time { compiled = ProgrammeCompiler.compile(path: path).programme })
            guard let programme = compiled?.programme else {
                throw BenchmarkFault("\(file) has errors")
            }
            simulateTimes.append(
                try time {
                    _ = try Simulation(
                        programme, start: Stage.morning.day, behaviour: behaviour)
                })
        }
        return Result(
            file: file, behaviour: behaviour, compile: compileTimes.median * 1000,
            simulate: simulateTimes.median * 1000)
    }
}
