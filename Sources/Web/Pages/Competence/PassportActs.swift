import Competence
import Engine
import Hummingbird
import Operations

extension WebContext {
    func showPassport(_ request: Request, _ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        return try page(try passport(of: reader.id, request, context), context)
    }

    func showPassportOf(_ request: Request, _ context: PageRequest) throws -> Response {
        let person = PersonID(try context.identifier("person"))
        return try page(try passport(of: person, request, context), context)
    }

    /// - Throws: `PageError.notYourPerson` for whoever may not vouch for the person.
    private func passport(
        of person: PersonID, _ request: Request, _ context: PageRequest
    ) throws -> PassportPage {
        let reader = try context.needReader()
        let capacities = try installation.capacities(of: reader.id, for: person)
        guard !capacities.isEmpty, let card = try installation.person(person) else {
            throw PageError.notYourPerson
        }
        let isOwn = reader.id == person
        let known = ["claimed", "attested", "waiting", "refused", "revoked", "supported"]
        let saved = request.uri.queryParameters["saved"].map { String($0) }
        return PassportPage(
            person: person, name: card.name, isOwn: isOwn,
            passport: try installation.passport(of: person, for: reader.id),
            mayRevoke: !capacities.isDisjoint(with: [.lineManager, .hr, .supervisor]),
            mayAttest: !isOwn, saved: saved.flatMap { known.contains($0) ? $0 : nil })
    }

    func supportClaim(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, form, claim) = try await claimForm(request, context)
        let subject = try subject(of: claim, for: reader)
        do {
            _ = try await hidden {
                try await installation.support(claim, by: reader, key: try key(form, reader))
            }
        } catch OperationError.competence(let refusal) {
            return try refused(refusal, claim, of: subject, form, request, context)
        }
        return redirect(to: back(subject, reader, "supported"))
    }

    func refuseClaim(_ request: Request, _ context: PageRequest) async throws -> Response {
        let (reader, form, claim) = try await claimForm(request, context)
        let subject = try subject(of: claim, for: reader)
        do {
            try await hidden {
                try await installation.settle(
                    claim, asRefusedBy: reader, reason: form["reason"] ?? "")
            }
        } catch OperationError.competence(let refusal) {
            return try refused(refusal, claim, of: subject, form, request, context)
        }
        return redirect(to: back(subject, reader, "refused"))
    }

    /// The page of whom the claim is about again, with what was written and what is wrong.
    private func refused(
        _ refusal: CompetenceRefusal, _ claim: String, of subject: PersonID, _ form: Form,
        _ request: Request, _ context: PageRequest
    ) throws -> Response {
        var page = try passport(of: subject, request, context)
        let error = OperationError.competence(refusal)
        let sentence = error.sentence(in: context.language, programme: nil)
        switch refusal {
        case .reasonMissing, .textTooLong:
            page.keptRefusal = (claim, form["reason"] ?? "", sentence)
        default: page.refusal = sentence
        }
        return try self.page(page, context, status: error.pageStatus)
    }

    func revokeEntry(_ request: Request, _ context: PageRequest) async throws -> Response {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        let person = PersonID(try context.identifier("person"))
        guard let entry = Int(try context.identifier("entry")) else { throw PageError.notFound }
        do {
            _ = try await hidden {
                try await installation.revoke(
                    entry, of: person, by: reader.id, reason: form["reason"] ?? "",
                    key: try key(form, reader.id))
            }
        } catch OperationError.competence(let refusal) {
            let error = OperationError.competence(refusal)
            let sentence = error.sentence(in: context.language, programme: nil)
            var page = try passport(of: person, request, context)
            switch refusal {
            case .reasonMissing, .textTooLong:
                page.kept = (entry, form["reason"] ?? "", sentence)
            default: page.refusal = sentence
            }
            return try self.page(page, context, status: error.pageStatus)
        }
        return redirect(to: "\(PassportPage.path(person))?saved=revoked")
    }

    private func back(_ subject: PersonID, _ reader: PersonID, _ saved: String) -> String {
        let path = subject == reader ? PassportPage.path : PassportPage.path(subject)
        return "\(path)?saved=\(saved)"
    }

    private func claimForm(
        _ request: Request, _ context: PageRequest
    ) async throws -> (PersonID, Form, String) {
        let reader = try context.needReader()
        let form = try await request.form()
        try check(form, request, context)
        return (reader.id, form, try context.identifier("claim"))
    }

    /// Whom a claim is about, for whoever may vouch for them.
    private func subject(of claim: String, for reader: PersonID) throws -> PersonID {
        guard let subject = try installation.subject(ofClaim: claim),
            try !installation.capacities(of: reader, for: subject).isEmpty
        else { throw PageError.notYourPerson }
        return subject
    }

    /// Whether something exists is kept from those whom it is not about.
    func hidden<R>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch OperationError.competence(.noSuchEntry), OperationError.competence(.noSuchClaim) {
            throw PageError.notFound
        }
    }
}
