import Engine
import HTTPTypes
import Hummingbird
import Operations

/// Keeps a session that a link from a mail began to what the link is about.
///
/// What is allowed stands in one list; whatever is not in it is refused, also a page that is made
/// tomorrow. Pages that are open to all are shown as to all.
struct LinkScopeMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: PageRequest,
        next: (Request, PageRequest) async throws -> Response
    ) async throws -> Response {
        // What there is not has nothing to protect.
        guard let session = context.session, case .link(let enrolment, let step) = session.scope,
            let route = context.endpointPath
        else { return try await next(request, context) }
        let method: HTTPRequest.Method = request.method == .head ? .get : request.method
        switch LinkScope.access(method, route) {
        case .open:
            var context = context
            context.reader = nil
            context.language = ReaderMiddleware.chosenLanguage(request) ?? context.language
            return try await next(request, context)
        case .own:
            return try await next(request, context)
        case .plan:
            guard let enrolment, context.parameters.get("enrolment") == enrolment.rawValue,
                step == nil || context.isLinkOfParticipant
            else { throw PageError.outsideLink }
            return try await next(request, context)
        case .step:
            guard let enrolment, let step,
                context.parameters.get("enrolment") == enrolment.rawValue,
                context.parameters.get("step") == step.rawValue
            else { throw PageError.outsideLink }
            return try await next(request, context)
        case nil: throw PageError.outsideLink
        }
    }
}

/// What the sessions of links may ask for.
enum LinkScope {
    enum Access: Hashable {
        /// Open to all, and shown as to all.
        case open
        /// The person's own: what their mails may be like, and coming in wholly.
        case own
        /// The plan that the link is about.
        case plan
        /// The step that the link is about.
        case step
    }

    /// - Returns: nil for whatever a link does not open.
    static func access(_ method: HTTPRequest.Method, _ route: String) -> Access? {
        allowed["\(method.rawValue) \(route)"]
    }

    private static let step = "/enrolments/{enrolment}/steps/{step}"

    static let allowed: [String: Access] = [
        "GET /": .open, "GET /style.css": .open,
        "GET /healthz": .open, "GET /readyz": .open, "GET /metrics": .open,
        "GET /programmes": .open, "GET /programmes/{programme}": .open,
        "GET /programmes/{programme}/diagram.svg": .open,
        "GET /programmes/{programme}/versions": .open,
        "GET /programmes/{programme}/versions/{from}/{to}": .open,
        "GET /l/{token}": .open, "POST /l/{token}": .open,
        "GET /a/{token}": .open, "POST /a/{token}": .open,
        "GET /p/{token}": .open, "POST /p/{token}": .open,
        "GET /signin/sent": .open,
        "GET /signin/{token}": .open, "POST /signin/{token}": .open,
        // The demonstration's, which are for whoever comes; elsewhere they are not there.
        "POST /demo/person": .open, "POST /demo/clock": .open,
        "GET /mailbox": .open, "GET /mailbox/{message}": .open,
        "GET /mailbox/{message}/html": .open, "GET /mailbox/{message}/message.eml": .open,
        "GET /mailbox/{message}/invitation.ics": .open,

        "GET /signin": .own, "POST /signin": .own, "POST /signin/me": .own,
        "POST /signout": .own,
        "GET /settings/mail": .own, "POST /settings/mail": .own,

        "GET /enrolments/{enrolment}": .plan,
        "GET /enrolments/{enrolment}/timeline.svg": .plan,

        "GET \(step)": .step, "POST \(step)/confirmation": .step, "POST \(step)/skip": .step,
        "POST \(step)/booking": .step, "POST \(step)/settlement": .step,
        "POST \(step)/answers": .step,
    ]
}
