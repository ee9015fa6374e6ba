import FleetModel
import FleetStore

/// One machine as its page shows it: the same answer as `explain` gives.
struct MachineView {
    let frame: Frame
    let name: String
    let ownHref: String
    let environment: String
    let environmentHref: String
    let roles: String
    let health: Badge
    let healthSince: Moment
    let isDisabled: Bool
    let seen: Moment?
    let joined: Moment
    let incarnation: Int?
    let facts: [Fact]
    let policy: [Fact]?
    let policyHref: String?
    let isExpired: Bool
    let expired: Moment?
    let quarantines: [QuarantineLine]
    let projects: [ProjectOnMachine]
    let hasNoProjects: Bool
    /// Those that have nothing to do with it, by name: a fleet can have hundreds.
    let others: OtherProjects?
    let runs: [RunLine]
    let events: [EventLine]
    let eventsHref: String
    let decisionsHref: String
    let mayOperate: Bool

    struct OtherProjects {
        let count: String
        let links: [NamedLink]
    }

    struct NamedLink {
        let name: String
        let href: String
    }

    struct Fact {
        let name: String
        let value: String
    }

    struct QuarantineLine {
        let id: String
        let project: String
        let release: String
        let what: String
        let at: Moment
        let maySteer: Bool
    }

    struct RunLine {
        let deployment: String
        let href: String
        let project: String
        let release: String
        let kind: String
        let badge: Badge
        let reason: String
        let created: Moment
        let took: String?
    }

    init(
        _ frame: Frame,
        _ explanation: Explanation,
        policy: MachineOverviewRows.Policy?,
        quarantines: [Quarantine],
        runs: [MachineOverviewRows.PastRun],
        events: [NamedEvent],
        now: Instant
    ) {
        let machine = explanation.machine
        self.frame = frame
        name = machine.name
        ownHref = Link.machine(machine.name)
        environment = machine.environment
        environmentHref = Link("/machines", [("environment", machine.environment)]).text
        roles = machine.roles.joined(separator: ", ")
        health = Badge(machine.health)
        healthSince = Moment(machine.healthSince, now: now)
        isDisabled = !machine.enabled
        seen = machine.lastSeen.map { Moment($0, now: now) }
        joined = Moment(machine.createdAt, now: now)
        incarnation = machine.incarnation > 1 ? machine.incarnation : nil
        facts = machine.facts.sorted { $0.key < $1.key }.map { Fact(name: Words.of($0.key), value: $0.value) }
        self.policy = policy.map(Self.facts(of:))
        policyHref = policy.map { Link.policy($0.name) }
        expired = machine.expiredAt.map { Moment($0, now: now) }
        isExpired = machine.expiredAt != nil
        self.quarantines = quarantines.map {
            QuarantineLine(
                id: $0.id.description,
                project: $0.project,
                release: $0.release,
                what: "given up after \(Words.count($0.attempts, "attempt")): \($0.reason)",
                at: Moment($0.since, now: now),
                maySteer: frame.may(
                    .steerReleases,
                    at: .of(project: $0.project, in: machine.environment)
                )
            )
        }
        projects = explanation.projects.filter { !$0.isForOthers }.map { ProjectOnMachine($0, now: now) }
        let forOthers = explanation.projects.filter(\.isForOthers)
        others =
            forOthers.isEmpty
            ? nil
            : OtherProjects(
                count: Words.count(forOthers.count, "project"),
                links: forOthers.map { NamedLink(name: $0.project, href: Link.project($0.project)) }
            )
        hasNoProjects = explanation.projects.isEmpty
        self.runs = runs.map { run in
            RunLine(
                deployment: run.deployment.description,
                href: Link.deployment(run.deployment),
                project: run.project,
                release: run.release,
                kind: run.kind.rawValue,
                badge: Badge(run.state),
                reason: run.reason,
                created: Moment(run.createdAt, now: now),
                took: Moment.span(from: run.createdAt, to: run.finishedAt, now: now)
            )
        }
        self.events = events.map { EventLine($0, now: now) }
        eventsHref = Link("/events", [("machine", machine.name)]).text
        decisionsHref = Link("/decisions", [("machine", machine.name)]).text
        mayOperate = frame.may(.operateMachines, at: .environment(machine.environment))
    }

    private static func facts(of policy: MachineOverviewRows.Policy) -> [Fact] {
        func span(_ seconds: Int?) -> String? { seconds.map(RelativeTime.span) }
        let when =
            policy.checkCron.map { "at \($0)" } ?? span(policy.checkIntervalSeconds).map { "every \($0)" }
        let after = span(policy.deleteAfterSeconds) ?? ""
        return [
            Fact(name: "follows", value: policy.name),
            Fact(
                name: "health check",
                value: [policy.checkKind, when].compactMap { $0 }.joined(separator: ", ")
            ),
            Fact(
                name: "unavailable",
                value: span(policy.unavailableAfterSeconds).map { "when silent for \($0)" }
                    ?? "when silent for longer than the nodes allow"
            ),
            Fact(
                name: "cleaned up",
                value: policy.deleteUnavailable ? "when unavailable for \(after)" : "never by itself"
            ),
        ]
    }
}

extension ProjectExplanation {
    /// Its release has no step for the machine's roles, and it left nothing on it.
    fileprivate var isForOthers: Bool {
        verdict == Verdict.noApplicableStep.rawValue && actual == nil && incomplete == nil
    }
}

/// One project on the machine: should be, is, why.
struct ProjectOnMachine {
    let name: String
    let href: String
    let badge: Badge
    let shouldBe: String
    let shouldBeReason: String
    let since: Moment?
    let by: String?
    let isOnIt: String
    let differs: Bool
    let incomplete: String?
    let reason: String
    let next: String?
    let deployment: String?
    let deploymentHref: String?
    let rules: [RuleLine]
    let hasRules: Bool
    let chain: [ChainLine]
    let hasChain: Bool

    struct RuleLine {
        let badge: Badge
        let rule: String
        let text: String
    }

    struct ChainLine {
        let event: String
        let href: String
        let at: Moment
        let what: String
        let deploymentHref: String?
    }

    init(_ project: ProjectExplanation, now: Instant) {
        name = project.project
        href = Link.project(project.project)
        badge = Badge(verdict: project.verdict)
        shouldBe = project.desired ?? "nothing"
        shouldBeReason = project.desiredReason
        since = project.desiredSince.map { Moment($0, now: now) }
        by = project.desiredBy
        isOnIt = project.actual ?? "nothing"
        differs = project.desired != project.actual
        incomplete = project.incomplete
        reason = project.reason
        next = project.nextLookAt.map {
            $0 > now
                ? "looked at again \(RelativeTime.describe($0, now: now))"
                : "looked at again with the next scan"
        }
        deployment = project.deploymentID?.description
        deploymentHref = project.deploymentID.map { Link.deployment($0) }
        rules = (project.rules ?? []).map(Self.line)
        hasRules = !rules.isEmpty
        chain = project.chain.map {
            ChainLine(
                event: $0.eventID.description,
                href: Link.event($0.eventID),
                at: Moment($0.at, now: now),
                what: $0.what,
                deploymentHref: $0.deploymentID.map { Link.deployment($0) }
            )
        }
        hasChain = !chain.isEmpty
    }

    private static func line(_ rule: ProjectExplanation.Rule) -> RuleLine {
        switch rule.standing {
        case .passed:
            RuleLine(badge: Badge("passed", .faint), rule: Words.of(rule.rule), text: rule.meaning)
        case .decides, .alsoInTheWay:
            RuleLine(
                badge: rule.standing == .decides
                    ? Badge("decides", .warning) : Badge("also in the way", .faint),
                rule: Words.of(rule.rule),
                text: rule.reason ?? rule.meaning
            )
        }
    }
}
