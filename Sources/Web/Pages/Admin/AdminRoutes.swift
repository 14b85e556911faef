import Hummingbird

/// The pages of HR and of programme owners.
func addAdmin(to router: Router<PageRequest>, _ web: WebContext) {
    let admin = router.group("/admin")
    admin.get { try web.showAdmin($1) }

    admin.get("workshop") { try web.showWorkshop($1) }
    admin.post("workshop") { try await web.useWorkshop($0, $1) }
    admin.post("workshop/publish") { try await web.publishFromWorkshop($0, $1) }
}
