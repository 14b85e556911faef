import Hummingbird

/// Signing in and out, and acting from a mail.
func addEntrance(to router: Router<PageRequest>, _ web: WebContext) {
    router.get("/signin") { try web.showSignIn($0, $1) }
    router.post("/signin") { try await web.askSignIn($0, $1) }
    router.post("/signin/me") { try await web.askOwnSignIn($0, $1) }
    router.get("/signin/sent") { try web.showSignInSent($1) }
    router.get("/signin/{token}") { try web.showSignInLink($1) }
    router.post("/signin/{token}") { try await web.useSignInLink($0, $1) }
    router.get("/l/{token}") { try web.followLink($0, $1) }
    router.post("/l/{token}") { try await web.followLinkInstead($0, $1) }
    router.get("/a/{token}") { try web.showMailAct($0, $1) }
    router.post("/a/{token}") { try await web.carryOutMailAct($0, $1) }
    router.post("/signout") { try await web.signOut($0, $1) }
    router.post("/signout/everywhere") { try await web.signOutEverywhere($0, $1) }
}
