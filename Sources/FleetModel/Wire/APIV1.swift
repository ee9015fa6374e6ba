/// Bodies of the HTTP API `/api/v1` that are not nouns of their own. Lists answer `Page`.
package enum APIV1 {
    /// One page of a list, oldest or newest first as the list says.
    package struct Page<Item: Codable & Sendable>: Codable, Sendable {
        package var items: [Item]
        /// Pass as `?cursor=`; nil: that was all.
        package var nextCursor: String?

        package init(items: [Item], nextCursor: String?) {
            self.items = items
            self.nextCursor = nextCursor
        }
    }

    /// `POST /tokens`
    package struct TokenRequest: Codable, Sendable {
        package var environment: String
        package var roles: [String]
        /// Default one hour.
        package var ttlSeconds: Int?
        /// nil: any number of machines.
        package var uses: Int?
        /// The machine policy of the machines; nil: `default`.
        package var policy: String?
        /// True: the machines are cleaned up as soon as they say goodbye.
        package var ephemeral: Bool?

        package init(
            environment: String,
            roles: [String],
            ttlSeconds: Int?,
            uses: Int?,
            policy: String? = nil,
            ephemeral: Bool? = nil
        ) {
            self.environment = environment
            self.roles = roles
            self.ttlSeconds = ttlSeconds
            self.uses = uses
            self.policy = policy
            self.ephemeral = ephemeral
        }
    }

    /// A join token; `token` only in the answer that creates it.
    package struct Token: Codable, Sendable {
        package var id: Int64
        package var token: String?
        package var prefix: String
        package var environment: String
        package var roles: [String]
        package var usesLeft: Int?
        package var uses: Int
        package var createdBy: String
        package var expiresAt: Instant
        package var revoked: Bool
        package var policy: String?
        package var ephemeral: Bool?

        package init(
            id: Int64,
            token: String?,
            prefix: String,
            environment: String,
            roles: [String],
            usesLeft: Int?,
            uses: Int,
            createdBy: String,
            expiresAt: Instant,
            revoked: Bool,
            policy: String? = nil,
            ephemeral: Bool? = nil
        ) {
            self.id = id
            self.token = token
            self.prefix = prefix
            self.environment = environment
            self.roles = roles
            self.usesLeft = usesLeft
            self.uses = uses
            self.createdBy = createdBy
            self.expiresAt = expiresAt
            self.revoked = revoked
            self.policy = policy
            self.ephemeral = ephemeral
        }
    }

    /// A package in the built-in store. `PUT /packages/{name}/{version}` with the file as body makes one.
    package struct Package: Codable, Sendable {
        package var id: Int64
        package var name: String
        package var version: String
        package var sizeBytes: Int64
        package var sha256: String
        package var pushedBy: String
        package var createdAt: Instant

        package init(
            id: Int64,
            name: String,
            version: String,
            sizeBytes: Int64,
            sha256: String,
            pushedBy: String,
            createdAt: Instant
        ) {
            self.id = id
            self.name = name
            self.version = version
            self.sizeBytes = sizeBytes
            self.sha256 = sha256
            self.pushedBy = pushedBy
            self.createdAt = createdAt
        }
    }

    /// `POST /projects/{project}/releases`
    package struct ReleaseRequest: Codable, Sendable {
        package var version: String
        /// Version of each package by its name; a package not named here gets the release's version.
        package var packages: [String: String]
        package var notes: String?

        package init(version: String, packages: [String: String], notes: String?) {
            self.version = version
            self.packages = packages
            self.notes = notes
        }
    }

    /// `POST /deployments`
    package struct DeploymentRequest: Codable, Sendable {
        package var project: String
        package var release: String
        package var environment: String
        /// nil or empty: every machine of the environment.
        package var machines: [String]?
        /// Deploy although a freeze covers the environment; `reason` says why.
        package var ignoreFreeze: Bool?
        /// Deploy although the release has not come so far by the project's phases; `reason` says why.
        package var skipPromotion: Bool?
        package var reason: String?

        package init(
            project: String,
            release: String,
            environment: String,
            machines: [String]?,
            ignoreFreeze: Bool? = nil,
            skipPromotion: Bool? = nil,
            reason: String? = nil
        ) {
            self.ignoreFreeze = ignoreFreeze
            self.skipPromotion = skipPromotion
            self.reason = reason
            self.project = project
            self.release = release
            self.environment = environment
            self.machines = machines
        }
    }

    /// `POST /deployments/{id}/approve`, `POST /deployments/{id}/refuse`
    package struct ApprovalRequest: Codable, Sendable {
        /// nil: the one that waits.
        package var step: String?
        /// Needed to refuse.
        package var reason: String?

        package init(step: String?, reason: String?) {
            self.step = step
            self.reason = reason
        }
    }

    /// `GET /deployments/{id}`
    package struct DeploymentDetail: Codable, Sendable {
        package var deployment: Deployment
        package var runs: [Run]
        /// The steps that no machine runs and that it has come to; nil: an older node answered.
        package var gates: [Gate]?

        package init(deployment: Deployment, runs: [Run], gates: [Gate]? = nil) {
            self.deployment = deployment
            self.runs = runs
            self.gates = gates
        }
    }

    /// `POST /apply`: one value for each document, in the order of the file; `DocumentReader` reads them.
    package struct ApplyRequest: Codable, Sendable, Equatable {
        package var documents: [JSONValue]
        /// Nothing is applied unless all of these are so: what a dry run before has shown is then what is changed.
        package var expected: [Expected]?

        package init(documents: [JSONValue], expected: [Expected]? = nil) {
            self.documents = documents
            self.expected = expected
        }
    }

    /// That something is as it was when its tag was read.
    package struct Expected: Codable, Sendable, Equatable {
        package var kind: String
        /// Of a trigger: `PROJECT/TRIGGER`.
        package var name: String
        /// nil: it is not there.
        package var etag: String?

        package init(kind: String, name: String, etag: String?) {
            self.kind = kind
            self.name = name
            self.etag = etag
        }
    }

    /// One thing that an apply did.
    package struct Applied: Codable, Sendable, Equatable {
        package var kind: String
        package var name: String
        /// `created`, `changed` or `unchanged`.
        package var action: String
        /// Of a dry run only: the tag of what is there; nil: nothing is.
        package var etag: String?
        /// Of a dry run only, of what would not stay unchanged: as it is, and as it would be.
        package var before: JSONValue?
        package var after: JSONValue?

        package init(
            kind: String,
            name: String,
            action: String,
            etag: String? = nil,
            before: JSONValue? = nil,
            after: JSONValue? = nil
        ) {
            self.kind = kind
            self.name = name
            self.action = action
            self.etag = etag
            self.before = before
            self.after = after
        }
    }

    /// Answer of `POST /apply`.
    package struct ApplyResponse: Codable, Sendable {
        package var applied: [Applied]

        package init(applied: [Applied]) {
            self.applied = applied
        }
    }
}
