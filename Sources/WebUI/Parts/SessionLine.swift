import FleetModel
import FleetStore

/// An open session as a line of a list.
struct SessionLine {
    let id: String
    let how: String
    let remote: String
    let opened: Moment
    let seen: Moment
    let ends: Moment
    /// It is the one in which the page is shown.
    let isThis: Bool

    init(_ session: SessionOverviewRows.Line, this: Int64?, now: Instant) {
        id = String(session.id)
        how = session.key.map { "key \($0)" } ?? "by name"
        remote = session.remote
        opened = Moment(session.openedAt, now: now)
        seen = Moment(session.seenAt, now: now)
        ends = Moment(session.expiresAt, now: now)
        isThis = session.id == this
    }
}
