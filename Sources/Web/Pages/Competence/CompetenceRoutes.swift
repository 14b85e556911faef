import Hummingbird

/// The pages of what people can do, and of what is missing.
func addCompetence(to router: Router<PageRequest>, _ web: WebContext) {
    let competence = router.group("/competence")
    competence.get { try web.showPassport($0, $1) }
    competence.get("claim") { try web.showClaim($0, $1) }
    competence.post("claim") { try await web.sendClaim($0, $1) }
    competence.get("of/{person}") { try web.showPassportOf($0, $1) }
    competence.get("of/{person}/attest") { try web.showClaim($0, $1) }
    competence.post("of/{person}/attest") { try await web.sendClaim($0, $1) }
    competence.post("of/{person}/entries/{entry}/revocation") { try await web.revokeEntry($0, $1) }
    competence.post("claims/{claim}/support") { try await web.supportClaim($0, $1) }
    competence.post("claims/{claim}/refusal") { try await web.refuseClaim($0, $1) }
    competence.post("entries/{entry}/credential") { try await web.makeCredential($0, $1) }
    router.get("/gap") { try web.showGap($0, $1) }

    // What anybody needs to check a credential.
    router.get("/.well-known/jwks.json") { _, _ in try web.credentialKeys() }
    router.get("/.well-known/issuer.json") { _, _ in try web.issuerProfile() }
    router.get("/credentials/status") { _, _ in try web.credentialStatus() }
}
