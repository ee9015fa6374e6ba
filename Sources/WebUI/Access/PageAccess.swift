import FleetModel

/// Who may use a page. There is no default: a page without an answer to this cannot be written down.
enum PageAccess: Sendable, Equatable {
    /// Anybody: the sign-in page and what it is made of.
    case open
    /// Whoever is signed in, and asks about himself alone.
    case known
    /// Whoever has this right. Somewhere: whether it reaches the thing itself, the command asks that changes it.
    case needs(Right)
}
