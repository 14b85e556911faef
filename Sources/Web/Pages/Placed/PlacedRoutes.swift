import Hummingbird

/// What comes after an allocation: publishing it, repairing it, and everybody's own part in it.
func addPlaced(to router: Router<PageRequest>, _ web: WebContext) {
    let own = router.group("/me/placements")
    own.get { try web.showOwnPlacements($0, $1) }
    own.get("{round}") { try web.showOwnPlacement($0, $1) }
    own.get("{round}/wishes") { try web.showWishes($1) }
    own.post("{round}/wishes") { try await web.writeWishes($0, $1) }
    own.post("{round}/swap") { try await web.askSwap($0, $1) }
    let swap = router.group("/me/swaps/{swap}")
    swap.get { try web.showSwap($0, $1) }
    swap.post("answer") { try await web.answerSwap($0, $1) }
    swap.post("withdrawal") { try await web.withdrawSwap($0, $1) }

    router.get("/me/students") { try web.showOwnStudents($0, $1) }
    router.get("/me/students/{round}/{supervisor}/absence") {
        try web.showSupervisorAbsence($0, $1)
    }
    router.post("/me/students/{round}/{supervisor}/absence") {
        try await web.reportSupervisorAbsence($0, $1)
    }
    router.post("/me/students/{round}/{supervisor}/absence/withdrawal") {
        try await web.takeBackSupervisorAbsence($0, $1)
    }

    let round = router.group("/placements/{round}")
    round.get("drafts/{draft}/publish") { try web.showPublish($0, $1) }
    round.post("drafts/{draft}/publish") { try await web.publish($0, $1) }
    round.get("publications/{publication}") { try web.showPublication($0, $1) }
    round.get("afterwards") { try web.showAfterwards($0, $1) }
    round.post("withdrawals") { try await web.withdrawStudent($0, $1) }
    round.post("returns") { try await web.returnStudent($0, $1) }
    round.post("repair") { try await web.startRepair($0, $1) }
    round.post("wishing") { try await web.setWishing($0, $1) }
    round.get("tutors") { try web.showTutors($0, $1) }
    round.post("tutors") { try await web.setTutor($0, $1) }
    round.get("swaps") { try web.showRoundSwaps($0, $1) }
    round.post("swaps/{swap}") { try await web.decideSwap($0, $1) }
}
