import CivilCalendar
import Engine
public import Hummingbird
import Operations
import Wording

/// A request with what the session and the reader's language are.
public struct PageRequest: RequestContext {
    public var coreContext: CoreRequestContextStorage
    var session: Session?
    /// The person of the session.
    var reader: PersonCard?
    /// What the reader is to others.
    var standing = Standing.none
    /// Whether the session is of a link to a step of its own person's plan.
    var isLinkOfParticipant = false
    var language: Language = .bokmål

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    var wording: Wording { Wording(language: language) }

    /// The person signed in.
    ///
    /// - Throws: `PageError.signInNeeded`.
    func needReader() throws(PageError) -> PersonCard {
        guard let reader else { throw .signInNeeded }
        return reader
    }

    /// A part of the address that names something: short, and of the characters that ids have.
    func identifier(_ name: String) throws(PageError) -> String {
        guard let text = parameters.get(name), text.utf8.count <= 128,
            text.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            })
        else { throw .notFound }
        return text
    }
}

/// Why a page is not shown.
enum PageError: Error, Hashable, Sendable {
    /// There is no such page, or the reader has nothing to do with it; which, is not told.
    case notFound
    case signInNeeded
    /// The session is a link's, and this is not what the link is about.
    case outsideLink
    /// The form is not one that this session was given.
    case foreignForm
    case badForm
    /// The link was altered or is too old.
    case badLink
    case busy
    /// There is no such person, or none of whose competence is the reader's business.
    case notYourPerson
    /// The same of a unit.
    case notYourUnit
}

extension Standing {
    /// Whether the administration's pages are there for them.
    var administers: Bool { charges.contains(.hr) || charges.contains(.programmeOwner) }
}
