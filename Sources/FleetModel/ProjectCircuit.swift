extension Project {
    /// When a release of the project counts as bad in an environment, and what its machines get then.
    package struct Circuit: Codable, Sendable, Equatable {
        /// It failed on so many machines at least,
        package var count: Int
        /// and on this share of those it was last tried on.
        package var sharePercent: Int
        /// Machines that do not have it get the last good release; false: they wait.
        package var fallBack: Bool

        /// Three machines, and half of those it was last tried on.
        package init(count: Int = 3, sharePercent: Int = 50, fallBack: Bool = true) {
            self.count = count
            self.sharePercent = sharePercent
            self.fallBack = fallBack
        }
    }
}
