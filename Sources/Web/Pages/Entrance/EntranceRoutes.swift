import Hummingbird

/// Signing in and out, and acting from a mail.
func addEntrance(to router: Router<PageRequest>, _ web: WebContext) {
    router.get("/l/{token}") { try web.followLink($0, $1) }
    router.post("/signout") { try await web.signOut($0, $1) }
}
