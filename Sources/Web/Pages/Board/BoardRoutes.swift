import Hummingbird

/// The pages of those who lead.
func addBoard(to router: Router<PageRequest>, _ web: WebContext) {
    router.get("/board") { try web.showBoard($0, $1) }
}
