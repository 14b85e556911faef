import CivilCalendar
import Engine
import Operations
import Wording

/// Reads single fields of a form; what cannot be used is told beside the field.
struct FormReader {
    static let longestText = 1000

    let form: Form
    let wording: Wording
    let lookUp: (String) throws -> PersonMatch

    func fault(_ field: String, _ key: String, _ values: [String: String] = [:]) -> FieldFault {
        FieldFault(field: field, sentence: wording.text("page.change.fault.\(key)", values))
    }

    func chosen(_ name: String) throws -> String {
        guard let id = form[name] else { throw fault(name, "choice") }
        return id
    }

    func day(_ name: String) throws -> CivilDay {
        guard let text = form[name], let day = CivilDay(text), (1900...2199).contains(day.year)
        else { throw fault(name, "day") }
        return day
    }

    func optionalDay(_ name: String) throws -> CivilDay? {
        form[name] == nil ? nil : try day(name)
    }

    func number(_ name: String) throws -> Int {
        guard let text = form[name] else { return 0 }
        guard let number = Int(text), (0...999).contains(number) else {
            throw fault(name, "number")
        }
        return number
    }

    /// The person whom a field names.
    func person(_ name: String) throws -> PersonID {
        guard let text = form[name] else { throw fault(name, "person-missing") }
        switch try lookUp(String(text.prefix(200))) {
        case .one(let person): return person.id
        case .nobody: throw fault(name, "person-unknown", ["text": text])
        case .several(let count):
            throw fault(name, "person-several", ["text": text, "count": "\(count)"])
        }
    }
}
