import Hummingbird

/// The pages of those who lead.
func addBoard(to router: Router<PageRequest>, _ web: WebContext) {
    router.get("/board") { try web.showBoard($0, $1) }
    router.get("/compliance") { try web.showCompliance($0, $1) }
    router.get("/compliance.csv") { try web.downloadCompliance($0, $1) }
    router.get("/board/start") { try web.showBegin($0, $1) }
    router.get("/board/start/{programme}") { try web.showBeginForm($0, $1) }
    router.post("/board/start/{programme}") { try await web.begin($0, $1) }
    router.post("/board/start/{programme}/preview") { try await web.previewBegin($0, $1) }
}
