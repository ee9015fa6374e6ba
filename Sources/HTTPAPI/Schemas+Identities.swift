import FleetModel

/// The shapes of who is who at an OpenID provider.
extension Schemas {
    static let identities: [Object] = [
        Object(name: "IdentityRequest", fields: [("issuer", string), ("subject", string)]),
        Object(
            name: "PersonIdentity",
            fields: [("issuer", string), ("subject", string), ("linkedAt", instant), ("linkedBy", string)]
        ),
    ]
}
