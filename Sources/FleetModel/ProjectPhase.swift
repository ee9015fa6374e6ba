extension Project {
    /// A stage that a release goes through: it may come to the environments of a later phase once it has succeeded in
    /// one of those of every earlier phase that is not optional.
    package struct Phase: Codable, Sendable, Equatable {
        package var name: String
        /// Names.
        package var environments: [String]
        /// A release is rolled out to its environments by itself, as soon as it may.
        package var automatic: Bool
        /// Later phases do not wait for it.
        package var optional: Bool

        package init(name: String, environments: [String], automatic: Bool = false, optional: Bool = false) {
            self.name = name
            self.environments = environments
            self.automatic = automatic
            self.optional = optional
        }
    }
}
