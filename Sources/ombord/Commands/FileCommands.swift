public import ArgumentParser
import CivilCalendar
public import Engine
import Foundation
import JSONText
import Operations
import ProgrammeFiles
import Wording

/// `ombord validate`.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks programme files and competence frameworks.",
        discussion: """
            Prints every fault as file:line:column: error|warning: message, all at once. Exits with
            1 where there is an error. JSON is an array of objects with file, line, column,
            severity, code (which stays the same in every language) and message.
            """)

    @Argument(help: "The files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @OptionGroup var format: FormatOption

    @Option(help: "The language of the messages: nb, nn or en.") var language = "en"

    func run() async throws {
        let wording = Wording(language: try Language.argument(language))
        var hasErrors = false
        var all: [JSON] = []
        for file in files {
            let (isUsable, diagnostics) = Self.check(file)
            for diagnostic in diagnostics {
                if format.format == .text { print(wording.line(diagnostic)) }
                all.append(diagnostic.json(wording))
            }
            if !isUsable { hasErrors = true }
        }
        if format.format == .json { print(JSON.array(all).prettyText) }
        if hasErrors { throw ExitCode(1) }
    }

    private static func check(_ file: String) -> (isUsable: Bool, [Diagnostic]) {
        if ProgrammeCompiler.isFramework(path: file) {
            let (framework, diagnostics) = FrameworkCompiler.compile(path: file)
            return (framework != nil, diagnostics)
        }
        let (programme, diagnostics) = ProgrammeCompiler.compile(path: file)
        return (programme != nil, diagnostics)
    }
}

extension Diagnostic {
    fileprivate func json(_ wording: Wording) -> JSON {
        .object([
            "file": .string(file), "line": .integer(line), "column": .integer(column),
            "severity": .string(severity.rawValue), "code": .string(fault.code),
            "message": .string(wording.programmeFault(fault)),
        ])
    }
}

/// Compiles a file or prints what is wrong with it.
func compiled(_ file: String, _ language: Language) throws -> Programme {
    let (compiled, diagnostics) = ProgrammeCompiler.compile(path: file)
    guard let compiled else {
        complain(diagnostics, in: language)
        throw ExitCode(1)
    }
    return compiled.programme
}

/// Says what is wrong with a file, where errors are said.
func complain(_ diagnostics: [Diagnostic], in language: Language = .english) {
    let wording = Wording(language: language)
    for diagnostic in diagnostics { complain(wording.line(diagnostic)) }
}

extension Simulation.Behaviour: ExpressibleByArgument {}

extension Language {
    static func argument(_ text: String) throws -> Language {
        guard Wording.languages.contains(Language(text)) else {
            let known = Wording.languages.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("the language \"\(text)\" is not there; use one of \(known)")
        }
        return Language(text)
    }
}

/// A day of the command line.
func day(_ text: String) throws -> CivilDay {
    guard let day = CivilDay(text) else {
        throw ValidationError("\"\(text)\" is not a day; write it as 2026-08-31")
    }
    return day
}

/// Splits `name=value`.
func pair(_ text: String) throws -> (name: String, value: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw ValidationError("\"\(text)\" is not of the form name=value")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
}

/// `ombord simulate`.
struct Simulate: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, svg }

    static let configuration = CommandConfiguration(
        abstract: "Shows the whole calendar of a fictional participant.",
        discussion: """
            Runs the file through the real engine. The start day stands in for every required date
            that is not given. JSON is an array of objects with date, time, kind (opens, due,
            reminder, escalation, message, closes), step, to (roles) and why (a sentence).
            """)

    @Argument(help: "The programme file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "The day on which it starts, as YYYY-MM-DD.")
    var start: String

    @Option(help: "A date that the programme counts from, as name=YYYY-MM-DD. May be repeated.")
    var anchor: [String] = []

    @Option(help: "A fact about the participant, as name=value. May be repeated.")
    var fact: [String] = []

    @Option(help: "none: nobody does anything; on-time: everybody does all on the day.")
    var complete: Simulation.Behaviour = .onTime

    @Option(help: "text, json or svg.")
    var format: Format = .text

    @Option(help: "The language of the texts: nb, nn or en.")
    var language = "en"

    func run() async throws {
        let language = try Language.argument(language)
        let programme = try compiled(file, language)
        var anchors: [AnchorID: CivilDay] = [:]
        for text in anchor {
            let (name, value) = try pair(text)
            anchors[AnchorID(name)] = try day(value)
        }
        var facts: [FactID: FactValue] = [:]
        for text in fact {
            let (name, value) = try pair(text)
            do throws(FactTextError) {
                facts[FactID(name)] = try FactValue(
                    parsing: value, for: FactID(name), in: programme)
            } catch {
                throw Complaint(error.sentence(Wording(language: language)))
            }
        }
        let simulation: Simulation
        let startDay = try day(start)
        do throws(Refusal) {
            simulation = try Simulation(
                programme, start: startDay, anchors: anchors, facts: facts, behaviour: complete)
        } catch {
            throw Complaint(Wording(language: language).refusal(error, in: programme))
        }
        let report = SimulationReport(simulation, of: programme, language: language)
        switch format {
        case .text: print(report.text())
        case .json: print(report.json())
        case .svg: print(report.svg())
        }
    }
}

/// `ombord schema`.
struct Schema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the JSON Schema of programme files, for editors.")

    @Flag(help: "The schema of competence frameworks instead.") var framework = false

    func run() async throws {
        print(framework ? frameworkSchema() : programmeSchema())
    }
}

/// `ombord diagram`.
struct Diagram: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case svg, mermaid }

    static let configuration = CommandConfiguration(abstract: "Draws a programme.")

    @Argument(help: "The programme file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "svg or mermaid.")
    var format: Format = .svg

    @Option(help: "The language of the texts: nb, nn or en.")
    var language = "nb"

    func run() async throws {
        let language = try Language.argument(language)
        let programme = try compiled(file, language)
        switch format {
        case .svg: print(diagramSVG(programme, language))
        case .mermaid: print(mermaid(programme, language))
        }
    }
}
