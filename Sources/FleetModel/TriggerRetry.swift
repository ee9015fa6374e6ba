extension Trigger {
    /// How often a machine is tried again after a failed run, and how long to wait in between. When the attempts are used
    /// up, the pair of machine and release is quarantined.
    package struct Retry: Codable, Sendable, Equatable {
        /// Runs of one release, the first one included.
        package var attempts: Int
        /// From the end of the first run to the next one; it doubles every time.
        package var backoffSeconds: Int
        /// The longest time between two runs.
        package var longestSeconds: Int

        /// Three attempts, 30 seconds and 1 minute apart.
        package init(attempts: Int = 3, backoffSeconds: Int = 30, longestSeconds: Int = 600) {
            self.attempts = attempts
            self.backoffSeconds = backoffSeconds
            self.longestSeconds = longestSeconds
        }
    }
}
