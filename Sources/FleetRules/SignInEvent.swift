import FleetModel

/// Who came in through the pages, who left, and who was not let in.
package enum SignInEvent: Sendable, Equatable {
    /// `remote` is the address as the node, or the balancer before it, saw it.
    case signedIn(name: String, remote: String)
    case signedOut(name: String)
    /// From another session, by whoever the event names as actor.
    case ended(name: String, sessions: Int)
    case refused(what: String, remote: String)

    package var record: EventRecord {
        switch self {
        case .signedIn(let name, let remote):
            EventRecord(
                .signedIn,
                EventSubject(),
                "\(name) signed in from \(remote)",
                detail: ["remote": remote]
            )
        case .signedOut(let name):
            EventRecord(.signedOut, EventSubject(), "\(name) signed out")
        case .ended(let name, let sessions):
            EventRecord(
                .signedOut,
                EventSubject(),
                sessions == 1
                    ? "1 session of \(name) was ended" : "\(sessions) sessions of \(name) were ended"
            )
        case .refused(let what, let remote):
            EventRecord(
                .signInRefused,
                EventSubject(),
                "a sign-in from \(remote) was refused: \(what)",
                detail: ["remote": remote]
            )
        }
    }
}
