import Hummingbird

/// The pages of HR and of programme owners.
func addAdmin(to router: Router<PageRequest>, _ web: WebContext) {
}
