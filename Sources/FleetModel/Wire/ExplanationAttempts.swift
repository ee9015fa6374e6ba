extension ProjectExplanation {
    /// How often the release that a machine should have was tried there, and what came of it.
    package struct Attempts: Codable, Sendable, Equatable {
        /// Runs made for the machine with the release.
        package var made: Int
        /// Runs that its trigger allows.
        package var allowed: Int
        /// When the next one is due; nil: none is.
        package var nextAt: Instant?
        /// The release was given up on the machine.
        package var quarantine: Quarantine?
        /// The environment's release failed on too many machines.
        package var circuit: Circuit?

        package init(made: Int, allowed: Int, nextAt: Instant?, quarantine: Quarantine?, circuit: Circuit?) {
            self.made = made
            self.allowed = allowed
            self.nextAt = nextAt
            self.quarantine = quarantine
            self.circuit = circuit
        }
    }
}
