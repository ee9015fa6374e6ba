extension APIV1 {
    /// Body of what a person does against a rule, and says why.
    package struct ReasonRequest: Codable, Sendable, Equatable {
        package var reason: String

        package init(reason: String) {
            self.reason = reason
        }
    }
}
