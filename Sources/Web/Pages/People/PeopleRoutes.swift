import Hummingbird

/// The pages of newcomers, mentors and buddies.
func addPeople(to router: Router<PageRequest>, _ web: WebContext) {
}
