/// On whose behalf something is done: a person, an API key, or the system itself.
package struct Principal: Sendable, Equatable {
    package enum Identity: Sendable, Hashable {
        /// A node, an agent, an administrator at the database: what it may do is not a matter of grants.
        case system
        /// Somebody who did not say who he is.
        case nobody
        case person(ID<Person>)
        case apiKey(ID<APIKey>)
    }

    package let identity: Identity
    /// As events name it: `person:NAME`, `key:NAME`, `node:NAME`.
    package let actor: String
    package let grants: [Grant]
    /// Whose key it is: the key may do nothing that its owner may not.
    package let owner: Owner?

    package struct Owner: Sendable, Equatable {
        package let name: String
        package let grants: [Grant]

        package init(name: String, grants: [Grant]) {
            self.name = name
            self.grants = grants
        }
    }

    package init(_ identity: Identity, actor: String, grants: [Grant], owner: Owner? = nil) {
        self.identity = identity
        self.actor = actor
        self.grants = grants
        self.owner = owner
    }

    package static func person(_ id: ID<Person>, name: String, grants: [Grant]) -> Principal {
        Principal(.person(id), actor: "person:\(name)", grants: grants)
    }

    package static func apiKey(
        _ id: ID<APIKey>,
        name: String,
        grants: [Grant],
        owner: Owner? = nil
    ) -> Principal {
        Principal(.apiKey(id), actor: "key:\(name)", grants: grants, owner: owner)
    }

    package static let nobody = Principal(.nobody, actor: "nobody", grants: [])

    package static func system(_ actor: String) -> Principal {
        Principal(.system, actor: actor, grants: [])
    }
}

/// What the program itself names in its text, it does of itself. A string that came in with a request does not convert.
extension Principal: ExpressibleByStringInterpolation {
    package init(stringLiteral actor: String) {
        self = .system(actor)
    }
}
