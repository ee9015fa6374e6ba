extension APIV1 {
    /// `POST /pins`: an environment or a machine, not both.
    package struct PinRequest: Codable, Sendable {
        package var project: String
        package var release: String
        package var environment: String?
        package var machine: String?
        package var reason: String
        package var once: Bool?
        /// nil: until it is removed.
        package var expiresInSeconds: Int?

        package init(
            project: String,
            release: String,
            environment: String? = nil,
            machine: String? = nil,
            reason: String,
            once: Bool? = nil,
            expiresInSeconds: Int? = nil
        ) {
            self.project = project
            self.release = release
            self.environment = environment
            self.machine = machine
            self.reason = reason
            self.once = once
            self.expiresInSeconds = expiresInSeconds
        }
    }

    /// `POST /rollbacks`
    package struct RollbackRequest: Codable, Sendable {
        package var project: String
        package var environment: String
        /// nil: the one that the environment had before the present one.
        package var release: String?

        package init(project: String, environment: String, release: String? = nil) {
            self.project = project
            self.environment = environment
            self.release = release
        }
    }
}
