/// What somebody wants of a page.
enum Action: String, Sendable, CaseIterable {
    /// Needs nobody: the sign-in page and what it is made of.
    case open
    case signOut
    /// Reads.
    case look
    case cancelDeployment
    case makeToken
}

/// The one place that says who may do what. Whoever holds an API key may do everything yet; people and roles change
/// this function and nothing else.
enum Authority {
    enum Answer: Sendable, Equatable {
        case allowed
        case signInFirst
        /// With what is missing, in words.
        case refused(String)
    }

    /// `actor` is nil for somebody who is not signed in.
    static func authorize(_ actor: String?, _ action: Action) -> Answer {
        switch action {
        case .open: .allowed
        case .signOut, .look, .cancelDeployment, .makeToken: actor == nil ? .signInFirst : .allowed
        }
    }
}
