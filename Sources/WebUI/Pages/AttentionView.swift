import FleetStore

/// One line of what waits for somebody: a state, what to look at, and where it is.
struct AttentionView {
    let badge: Badge
    let link: String
    let href: String
    let place: String

    init(_ item: AttentionRows.Item) {
        switch item {
        case .approval(let rollout):
            self = Self.line(Badge("waits for approval", .warning), rollout)
        case .rolloutFailed(let rollout):
            self = Self.line(Badge("rollout failed", .bad), rollout)
        case .cleanupHeld(let policy, let machines):
            self.init(
                badge: Badge("cleanup held back", .warning),
                link: Words.count(machines, "machine"),
                href: Link.policy(policy),
                place: "of the policy \(policy) fell silent together"
            )
        case .needs(let project, let environment, let verdict, let machines):
            self.init(
                badge: Badge(verdict: verdict),
                link: Words.count(machines, "machine"),
                href: Link("/machines", [("environment", environment), ("verdict", verdict)]).text,
                place: "of \(project) in \(environment)"
            )
        }
    }

    private init(badge: Badge, link: String, href: String, place: String) {
        self.badge = badge
        self.link = link
        self.href = href
        self.place = place
    }

    private static func line(_ badge: Badge, _ rollout: AttentionRows.Rollout) -> AttentionView {
        AttentionView(
            badge: badge,
            link: "deployment \(rollout.deployment)",
            href: Link.deployment(rollout.deployment),
            place: "of \(rollout.project) \(rollout.release) to \(rollout.environment)"
        )
    }
}
