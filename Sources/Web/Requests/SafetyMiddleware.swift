import Engine
import HTTPTypes
import Hummingbird
import Logging
import Operations
import Storage

/// Gives every answer the headers that keep a browser from doing what no page asks it to, and turns
/// every error into a plain page in the reader's language.
struct SafetyMiddleware: RouterMiddleware {
    /// Nothing is loaded from anywhere else, no script runs, and nobody may frame a page.
    static let contentPolicy = """
        default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
        frame-src 'self'; frame-ancestors 'none'; base-uri 'none'
        """

    func handle(
        _ request: Request, context: PageRequest,
        next: (Request, PageRequest) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.set("Content-Security-Policy", Self.contentPolicy)
        response.set("Referrer-Policy", "no-referrer")
        response.set("X-Content-Type-Options", "nosniff")
        response.set("X-Frame-Options", "DENY")
        response.set("Cross-Origin-Opener-Policy", "same-origin")
        response.set("Cross-Origin-Resource-Policy", "same-origin")
        response.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.set("Cache-Control", "no-store")
        return response
    }
}

extension Response {
    /// Sets a header, unless the page has said something of its own.
    mutating func set(_ name: String, _ value: String) {
        guard let field = HTTPField.Name(name), headers[field] == nil else { return }
        headers[field] = value
    }
}

/// Turns errors into plain pages, inside the middleware that knows the reader.
struct ErrorMiddleware: RouterMiddleware {
    let web: WebContext

    func handle(
        _ request: Request, context: PageRequest,
        next: (Request, PageRequest) async throws -> Response
    ) async throws -> Response {
        do {
            // No browser sends that, and not every database has a place for it.
            if request.head.path?.contains("%00") == true { throw HTTPError(.badRequest) }
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch {
            let (status, kind, sentence) = describe(error, context)
            // The template of the address and not the address: that may name somebody.
            context.logger.log(
                level: status.code >= 500 ? .error : .info, "request not carried out",
                metadata: [
                    "route": "\(context.endpointPath ?? "none")", "status": "\(status.code)",
                    "method": "\(request.method)", "error": "\(type(of: error))",
                ])
            let wanted = request.method == .get ? LocalTarget(request.head.path ?? "") : nil
            if error as? PageError == .outsideLink {
                return try web.page(
                    web.restPage(context, target: wanted), context, status: .forbidden)
            }
            var response = try web.page(
                ErrorPage(
                    kind: kind, sentence: sentence, signIn: signIn(for: error, target: wanted)),
                context, status: status)
            if status == .unauthorized { response.status = .forbidden }
            return response
        }
    }

    /// Where one signs in, where that would help.
    private func signIn(for error: any Error, target: LocalTarget?) -> String? {
        switch error as? PageError {
        case .signInNeeded: WebContext.signInPath(target)
        case .badLink: WebContext.signInPath(nil)
        default: nil
        }
    }

    private func describe(
        _ error: any Error, _ context: PageRequest
    ) -> (HTTPResponse.Status, String, String?) {
        switch error {
        case let error as PageError:
            switch error {
            case .notFound: return (.notFound, "not-found", nil)
            case .signInNeeded, .outsideLink: return (.forbidden, "sign-in", nil)
            case .foreignForm: return (.forbidden, "foreign-form", nil)
            case .badForm: return (.badRequest, "bad-form", nil)
            case .badLink: return (.gone, "bad-link", nil)
            case .busy: return (.conflict, "busy", nil)
            case .notYourPerson: return (.notFound, "not-your-person", nil)
            case .notYourUnit: return (.notFound, "not-your-unit", nil)
            }
        case let error as OperationError:
            return (error.pageStatus, error.pageStatus == .notFound ? "not-found" : "refused",
                error.sentence(in: context.language, programme: nil))
        case let error as any HTTPResponseError:
            switch error.status.code {
            case 404, 405: return (error.status, "not-found", nil)
            case 413: return (.contentTooLarge, "too-large", nil)
            case 400..<500: return (error.status, "bad-form", nil)
            default: return (error.status, "broken", nil)
            }
        case StorageError.outcomeUnknown: return (.serviceUnavailable, "outcome-unknown", nil)
        case StorageError.busy, StorageError.full, StorageError.lost, StorageError.conflict,
            StorageError.cannotOpen:
            return (.serviceUnavailable, "broken", nil)
        default: return (.internalServerError, "broken", nil)
        }
    }
}

extension OperationError {
    /// 422 for what the reader can write otherwise, 409 for how things stand.
    var pageStatus: HTTPResponse.Status {
        switch self {
        case .refused(let refusal, _):
            switch refusal {
            case .dayInTheFuture, .dayBeforeStart, .timeInThePast, .lengthOutOfRange,
                .reasonMissing, .valueNotAllowed, .dayInThePast, .titleMissing, .actorsMissing,
                .kindNotAllowed, .opensAfterDue, .endsBeforeItBegins, .extensionIsEmpty,
                .coversThemselves, .alreadyThatPerson, .alreadyThatDay, .alreadyThatValue,
                .resumesBeforePause, .requiredFactsMissing:
                return .unprocessableContent
            default: return .conflict
            }
        case .invalid: return .unprocessableContent
        case .competence(let refusal): return refusal.pageStatus
        case .alreadyEnrolled, .keyReused, .messageNotRetryable: return .conflict
        case .noSuchEnrolment, .noSuchPerson, .noSuchUnit, .noSuchProgramme, .noSuchMessage,
            .noSuchEndpoint, .noSuchInput, .noSuchNote, .noSuchRound:
            return .notFound
        case .damaged: return .internalServerError
        }
    }
}

extension CompetenceRefusal {
    var pageStatus: HTTPResponse.Status {
        switch self {
        case .noSuchClaim, .noSuchEntry: .notFound
        case .notEntitled, .notAmong: .forbidden
        case .alreadyOnRecord, .alreadyClaimed, .alreadySaid, .alreadySettled, .alreadyRevoked:
            .conflict
        case .unknownCompetence, .unknownLevel, .dayInTheFuture, .beforeBirth, .tooLongAgo,
            .evidenceMissing, .reasonMissing, .textTooLong, .unknownPosition, .endsBeforeItBegins:
            .unprocessableContent
        }
    }
}
