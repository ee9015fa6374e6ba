import FleetModel

/// The fields of a new key as somebody fills them in.
struct KeyForm: Sendable {
    let name: String
    let owner: String
    let lifetimes: [Choice]
    let grantForm: GrantForm

    /// What was entered comes back.
    init(_ form: Form, environments: [String]) {
        name = form["name"] ?? ""
        owner = form["owner"] ?? ""
        lifetimes = KeyLifetime.choices(form)
        grantForm = GrantForm(form, environments: environments)
    }

    static func request(_ form: Form) throws -> APIV1.KeyRequest {
        APIV1.KeyRequest(
            name: form["name"] ?? "",
            grants: [try GrantForm.grant(form)],
            owner: form["owner"],
            expiresInSeconds: try KeyLifetime.seconds(form)
        )
    }
}

/// A secret that is shown once, on the page that answers the request that made it.
struct SecretView: Sendable {
    let what: String
    let text: String
}
