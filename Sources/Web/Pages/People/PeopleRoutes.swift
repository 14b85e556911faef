import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// The pages of newcomers, mentors and buddies.
func addPeople(to router: Router<PageRequest>, _ web: WebContext) {
    router.get("/follow") { try web.showFollow($0, $1) }
    router.post("/follow/booking") { try await web.bookFollowed($0, $1) }
    router.get("/follow/confirm") { try web.showFollowConfirm($1) }
    router.post("/follow/confirm") { try await web.confirmFollowed($0, $1) }

    let enrolment = router.group("/enrolments/{enrolment}")
    enrolment.get("input") { try web.showOwnInput($0, $1) }
    enrolment.post("input") { try await web.giveInput($0, $1) }
    enrolment.get("notes") { try web.showNotes($0, $1) }
    enrolment.post("notes") { try await web.writeNote($0, $1) }
    enrolment.post("notes/{note}") { try await web.changeNote($0, $1) }
    enrolment.post("notes/{note}/deletion") { try await web.deleteNote($0, $1) }
    enrolment.get("steps/{step}/invitation.ics") { try web.downloadStepInvitation($1) }
}

extension WebContext {
    /// The talk as a calendar file, for who takes part in it.
    func downloadStepInvitation(_ context: PageRequest) throws -> Response {
        let reader = try context.needReader()
        let view = try view(context)
        let id = try context.identifier("step")
        guard let courier, let step = view.steps.first(where: { $0.step.id.rawValue == id }),
            step.step.participants.contains(where: { view.holder($0) == reader.id }),
            let bytes = try courier.invitation(to: step, of: view, for: reader)
        else { throw PageError.notFound }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/calendar; charset=utf-8; method=REQUEST",
                .contentDisposition: "attachment; filename=\"invitation.ics\"",
            ], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
