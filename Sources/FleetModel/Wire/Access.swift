/// Bodies about people, keys, and who may do what.
extension APIV1 {
    /// `POST /people`. A password is set by a request of its own, whose body no answer to a repeated request remembers.
    package struct PersonRequest: Codable, Sendable {
        package var name: String
        package var displayName: String?
        package var grants: [Grant]

        package init(name: String, displayName: String?, grants: [Grant]) {
            self.name = name
            self.displayName = displayName
            self.grants = grants
        }
    }

    /// `PUT /people/{person}/grants`, `PUT /keys/{key}/grants`: all that there are from then on.
    package struct GrantsRequest: Codable, Sendable {
        package var grants: [Grant]

        package init(grants: [Grant]) {
            self.grants = grants
        }
    }

    /// `PUT /people/{person}/password`
    package struct PasswordRequest: Codable, Sendable {
        package var password: String

        package init(password: String) {
            self.password = password
        }
    }

    /// `POST /keys`
    package struct KeyRequest: Codable, Sendable {
        package var name: String
        package var grants: [Grant]
        /// The name of the person whose key it is; nil: nobody's in particular.
        package var owner: String?
        /// nil: it does not expire.
        package var expiresInSeconds: Int?

        package init(name: String, grants: [Grant], owner: String?, expiresInSeconds: Int?) {
            self.name = name
            self.grants = grants
            self.owner = owner
            self.expiresInSeconds = expiresInSeconds
        }
    }

    /// Answer of `POST /keys` and of `POST /keys/{key}/rotate`: the only one that shows the secret.
    package struct NewKey: Codable, Sendable {
        package let key: APIKey
        package var secret: String?

        package init(key: APIKey, secret: String?) {
            self.key = key
            self.secret = secret
        }
    }

    /// Answer of `GET /whoami`.
    package struct WhoAmI: Codable, Sendable, Equatable {
        /// As events say it: `key:ci`, `person:ada`.
        package let actor: String
        package let grants: [Grant]
        /// The person whose key it is, and what that person was granted: the key may do what both may.
        package let owner: String?
        package let ownerGrants: [Grant]?

        package init(_ principal: Principal) {
            actor = principal.actor
            grants = principal.grants
            owner = principal.owner?.name
            ownerGrants = principal.owner?.grants
        }
    }

    /// Answer of `GET /can-i`.
    package struct CanI: Codable, Sendable, Equatable {
        package let right: Right
        package let allowed: Bool
        /// What is missing; nil: nothing is.
        package let reason: String?

        package init(right: Right, allowed: Bool, reason: String?) {
            self.right = right
            self.allowed = allowed
            self.reason = reason
        }
    }
}
