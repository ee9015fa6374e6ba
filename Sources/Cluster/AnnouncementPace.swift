/// How long to rest after an announcement: shortly while there is little to announce, so that the others hear of it
/// within milliseconds, and up to a tenth of a second while there is always more, so that a busy node sends ten
/// notifications a second and not thousands.
struct AnnouncementPace: Sendable, Equatable {
    static let shortest: Duration = .milliseconds(5)
    static let longest: Duration = .milliseconds(100)

    private(set) var rest = Self.shortest

    /// `hasMore`: something new came in while it rested.
    mutating func rested(hasMore: Bool) {
        rest = hasMore ? min(rest * 2, Self.longest) : Self.shortest
    }
}
