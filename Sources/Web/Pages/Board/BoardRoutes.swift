import Hummingbird

/// The pages of those who lead.
func addBoard(to router: Router<PageRequest>, _ web: WebContext) {
}
