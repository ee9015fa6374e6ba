/// What somebody wants of a page.
enum Action: String, Sendable, CaseIterable {
    /// Needs nobody: the sign-in page and what it is made of.
    case open
    case signOut
    /// Reads.
    case look
    /// Cancels, repeats.
    case deploy
    /// Approves or refuses what waits for a person.
    case approve
    /// Enables, checks, takes back, deletes machines; lets cleanup go on.
    case operateMachines
    /// Prolongs, protects, ends environments.
    case operateEnvironments
    /// Pins, freezes, lets what failed be tried again.
    case steerReleases
    /// Changes triggers.
    case configure
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
        case .signOut, .look, .deploy, .approve, .operateMachines, .operateEnvironments, .steerReleases,
            .configure, .makeToken:
            actor == nil ? .signInFirst : .allowed
        }
    }
}
