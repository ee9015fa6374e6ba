/// The messages between an agent and a node, version 1. Add a version 2; never change the meaning of a field here.
///
/// `POST /agent/v1/join` (unauthenticated, the token is in the body), `POST /agent/v1/session` (signed), and with the
/// session's bearer token `POST /agent/v1/poll`, `POST /agent/v1/steps/{id}/accept`,
/// `POST /agent/v1/steps/{id}/secrets`, `PATCH /agent/v1/steps/{id}/log?fence=N&offset=N`,
/// `POST /agent/v1/steps/{id}/result`,
/// `POST /agent/v1/checks/{id}/result`,
/// `GET /agent/v1/packages/{sha256}` (ranged) and `POST /agent/v1/goodbye`.
package enum AgentV1 {
    /// A machine asks to join. The token fixes environment and roles.
    package struct JoinRequest: Codable, Sendable, Equatable {
        package var token: String
        package var name: String
        /// Ed25519 public key, 32 bytes, base64.
        package var publicKey: String
        /// Signature of `joinStatement(token:name:publicKey:)`, base64: proof of the private key.
        package var signature: String
        package var facts: [String: String]

        package init(
            token: String,
            name: String,
            publicKey: String,
            signature: String,
            facts: [String: String]
        ) {
            self.token = token
            self.name = name
            self.publicKey = publicKey
            self.signature = signature
            self.facts = facts
        }
    }

    package struct JoinResponse: Codable, Sendable, Equatable {
        package var machineID: ID<Machine>
        package var name: String
        package var environment: String
        package var roles: [String]

        package init(machineID: ID<Machine>, name: String, environment: String, roles: [String]) {
            self.machineID = machineID
            self.name = name
            self.environment = environment
            self.roles = roles
        }
    }

    /// An agent opens its session; an older session of the machine ends with it.
    package struct SessionRequest: Codable, Sendable, Equatable {
        package var machineID: ID<Machine>
        /// The agent's clock; a node refuses one more than five minutes off and answers with its own.
        package var time: Instant
        /// Random, 16 to 64 characters; never used twice.
        package var nonce: String
        package var bootID: String
        /// Every step in the agent's journal that a node has not acknowledged the result of. A step that a node
        /// believes running and that is not here was never started.
        package var journal: [JournalEntry]
        package var inventory: [InventoryItem]
        package var facts: [String: String]
        /// Signature of `sessionStatement(...)`, base64.
        package var signature: String

        package init(
            machineID: ID<Machine>,
            time: Instant,
            nonce: String,
            bootID: String,
            journal: [JournalEntry],
            inventory: [InventoryItem],
            facts: [String: String],
            signature: String
        ) {
            self.machineID = machineID
            self.time = time
            self.nonce = nonce
            self.bootID = bootID
            self.journal = journal
            self.inventory = inventory
            self.facts = facts
            self.signature = signature
        }
    }

    package struct JournalEntry: Codable, Sendable, Equatable, Hashable {
        package var stepRunID: ID<StepRun>
        package var fence: Int64

        package init(stepRunID: ID<StepRun>, fence: Int64) {
            self.stepRunID = stepRunID
            self.fence = fence
        }
    }

    package struct SessionResponse: Codable, Sendable, Equatable {
        /// Bearer token of the session.
        package var token: String
        package var epoch: Int64
        package var expiresInSeconds: Int
        /// How long a poll is held.
        package var pollSeconds: Int
        package var serverTime: Instant

        package init(
            token: String,
            epoch: Int64,
            expiresInSeconds: Int,
            pollSeconds: Int,
            serverTime: Instant
        ) {
            self.token = token
            self.epoch = epoch
            self.expiresInSeconds = expiresInSeconds
            self.pollSeconds = pollSeconds
            self.serverTime = serverTime
        }
    }

    /// What the machine proves to hold of one project.
    package struct InventoryItem: Codable, Sendable, Equatable, Hashable {
        package var project: String
        /// The release whose every step succeeded last; nil: none.
        package var releaseID: ID<Release>?
        /// A release that was begun and did not complete; nil: none.
        package var incompleteReleaseID: ID<Release>?

        package init(project: String, releaseID: ID<Release>?, incompleteReleaseID: ID<Release>?) {
            self.project = project
            self.releaseID = releaseID
            self.incompleteReleaseID = incompleteReleaseID
        }
    }

    /// The long poll: what is here and what runs; the answer brings work.
    package struct PollRequest: Codable, Sendable, Equatable {
        package var inventory: [InventoryItem]
        package var running: [ID<StepRun>]
        /// Health checks in hand; nil: the agent is too old to run any.
        package var checks: [ID<HealthCheck>]?

        package init(
            inventory: [InventoryItem],
            running: [ID<StepRun>],
            checks: [ID<HealthCheck>]? = nil
        ) {
            self.inventory = inventory
            self.running = running
            self.checks = checks
        }
    }

    /// Both lists empty and no check: nothing to do, poll again.
    package struct PollResponse: Codable, Sendable, Equatable {
        package var assignments: [Assignment]
        /// Steps to stop: TERM, grace, KILL, and report as cancelled.
        package var cancellations: [ID<StepRun>]
        /// A health check to run beside whatever else runs; an older node has none.
        package var check: Check?

        package init(assignments: [Assignment], cancellations: [ID<StepRun>], check: Check? = nil) {
            self.assignments = assignments
            self.cancellations = cancellations
            self.check = check
        }
    }

    /// One step for one machine. To be started only after `accept` was answered 200.
    package struct Assignment: Codable, Sendable, Equatable {
        package var stepRunID: ID<StepRun>
        package var fence: Int64
        package var deploymentID: ID<Deployment>
        package var project: String
        package var releaseID: ID<Release>
        package var release: String
        package var environment: String
        package var machine: String
        /// Whether it is the first and the last step of the run on this machine: a run that succeeds to the last
        /// step makes the release the machine's.
        package var isFirst: Bool
        package var isLast: Bool
        package var step: Step
        package var variables: [String: String]
        /// The trace of whoever asked for the deployment (W3C Trace Context); an older node has none.
        package var traceparent: String?
        /// The project has secrets in this environment, to be asked for with `SecretsRequest` before the script runs; an
        /// older node has none. They are no part of the assignment, which the agent keeps on its disk.
        package var hasSecrets: Bool?

        package init(
            stepRunID: ID<StepRun>,
            fence: Int64,
            deploymentID: ID<Deployment>,
            project: String,
            releaseID: ID<Release>,
            release: String,
            environment: String,
            machine: String,
            isFirst: Bool,
            isLast: Bool,
            step: Step,
            variables: [String: String],
            traceparent: String? = nil,
            hasSecrets: Bool? = nil
        ) {
            self.stepRunID = stepRunID
            self.fence = fence
            self.deploymentID = deploymentID
            self.project = project
            self.releaseID = releaseID
            self.release = release
            self.environment = environment
            self.machine = machine
            self.isFirst = isFirst
            self.isLast = isLast
            self.step = step
            self.variables = variables
            self.traceparent = traceparent
            self.hasSecrets = hasSecrets
        }
    }

    package struct AcceptRequest: Codable, Sendable, Equatable {
        package var fence: Int64

        package init(fence: Int64) {
            self.fence = fence
        }
    }

    /// Asks for the secrets of an accepted step, of the machine's own alone. 409 when the fence is out of date.
    package struct SecretsRequest: Codable, Sendable, Equatable {
        package var fence: Int64

        package init(fence: Int64) {
            self.fence = fence
        }
    }

    /// Values by name, as they are at this moment: the environment's own, else the project's.
    package struct SecretsResponse: Codable, Sendable, Equatable {
        package var secrets: [String: String]

        package init(secrets: [String: String]) {
            self.secrets = secrets
        }
    }

    /// Answer to a piece of log: how much the node has. Sent with 200, and with 409 when the offset did not match.
    package struct LogPosition: Codable, Sendable, Equatable {
        package var length: Int64

        package init(length: Int64) {
            self.length = length
        }
    }

    package enum Outcome: String, Codable, Sendable {
        case succeeded, failed, cancelled
        /// The step may or may not have run to its end.
        case unknown
    }

    /// The result of a step; repeated until it is answered with 2xx, or with 409 when the fence is out of date.
    package struct ResultRequest: Codable, Sendable, Equatable {
        package var fence: Int64
        package var outcome: Outcome
        package var exitCode: Int?
        /// One or two sentences for people.
        package var message: String
        /// Length of the whole log, all of which has been sent before.
        package var logBytes: Int64
        package var logDroppedBytes: Int64
        package var inventory: [InventoryItem]

        package init(
            fence: Int64,
            outcome: Outcome,
            exitCode: Int?,
            message: String,
            logBytes: Int64,
            logDroppedBytes: Int64,
            inventory: [InventoryItem]
        ) {
            self.fence = fence
            self.outcome = outcome
            self.exitCode = exitCode
            self.message = message
            self.logBytes = logBytes
            self.logDroppedBytes = logDroppedBytes
            self.inventory = inventory
        }
    }
}
