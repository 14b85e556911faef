import Engine
import Hummingbird
import Operations

/// Who reads the administration's pages, and what for.
struct Administration {
    let reader: PersonCard
    /// Answers for units as HR, with all below them.
    let isHR: Bool
    /// Owns programmes.
    let isOwner: Bool
}

extension WebContext {
    /// The reader, for the pages of HR and programme owners.
    ///
    /// - Throws: `PageError.notFound` for whoever is neither: that the pages are there is not told.
    func administration(_ context: PageRequest) throws(PageError) -> Administration {
        let reader = try context.needReader()
        let charges = context.standing.charges
        guard context.standing.administers else { throw .notFound }
        return Administration(
            reader: reader, isHR: charges.contains(.hr),
            isOwner: charges.contains(.programmeOwner))
    }

    /// The reader, who is HR of a unit.
    func needHR(_ context: PageRequest) throws(PageError) -> PersonCard {
        let found = try administration(context)
        guard found.isHR else { throw .notFound }
        return found.reader
    }

    /// The reader, who owns programmes.
    func needOwner(_ context: PageRequest) throws(PageError) -> PersonCard {
        let found = try administration(context)
        guard found.isOwner else { throw .notFound }
        return found.reader
    }
}
