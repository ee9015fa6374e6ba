import FleetModel

/// The shapes of people, keys, and who may do what.
extension Schemas {
    private static let role = words(Role.allCases.map(\.rawValue))
    private static let grants = list(reference("Grant"))

    static let access: [Object] = [
        Object(
            name: "Grant",
            fields: [("role", role), ("environments?", list(string)), ("projects?", list(string))]
        ),
        Object(
            name: "PersonRequest",
            fields: [("name", string), ("displayName?", string), ("grants", grants)]
        ),
        Object(name: "GrantsRequest", fields: [("grants", grants)]),
        Object(name: "PasswordRequest", fields: [("password", string)]),
        Object(
            name: "Person",
            fields: [
                ("id", integer), ("name", string), ("displayName", string), ("grants", grants),
                ("hasPassword", boolean), ("createdAt", instant), ("createdBy", string),
                ("disabledAt?", instant), ("lastSignInAt?", instant),
            ]
        ),
        Object(
            name: "KeyRequest",
            fields: [
                ("name", string), ("grants", grants), ("owner?", string), ("expiresInSeconds?", integer),
            ]
        ),
        Object(
            name: "APIKey",
            fields: [
                ("id", integer), ("name", string), ("prefix", string), ("grants", grants), ("owner?", string),
                ("createdAt", instant), ("createdBy", string), ("expiresAt?", instant),
                ("lastUsedAt?", instant), ("revokedAt?", instant),
            ]
        ),
        Object(name: "NewKey", fields: [("key", reference("APIKey")), ("secret?", string)]),
        Object(
            name: "WhoAmI",
            fields: [("actor", string), ("grants", grants), ("owner?", string), ("ownerGrants?", grants)]
        ),
        Object(
            name: "CanI",
            fields: [
                ("right", words(Right.allCases.map(\.rawValue))), ("allowed", boolean), ("reason?", string),
            ]
        ),
    ]
}
