import FleetModel
import FleetStore

/// One environment: what should be on its machines and by whose word, what keeps releases out, and when it ends.
struct EnvironmentView {
    struct Facts: Sendable {
        let environment: Environment
        let projects: [DashboardRows.Heading<Project>]
        let cells: [DashboardRows.Cell]
        let pins: [Pin]
        let freezes: [Freeze]
        let circuits: [Circuit]
        let history: [EnvironmentRelease]
    }

    let frame: Frame
    let name: String
    let ownHref: String
    let description: String
    let made: Moment
    let life: LifeView?
    let places: [PlaceView]
    let hasNoPlaces: Bool
    let pins: [PinLine]
    let freezes: [FreezeLine]
    let circuits: [CircuitLine]
    let history: [PastLine]
    let hasNoHistory: Bool
    let projectNames: [Choice]
    let mayPin: Bool
    let machinesHref: String
    let deploymentsHref: String

    struct LifeView {
        let badge: Badge
        let from: String
        let by: String
        let ends: Moment
        let idleLimit: String?
        let endsWhenEmpty: Bool
        let isProtected: Bool
        let teardown: String?
        let canChange: Bool
    }

    struct PlaceView {
        let project: String
        let href: String
        let cells: [CellView]
    }

    struct PinLine {
        let id: String
        let project: String
        let projectHref: String
        let release: String
        let what: String
        let reason: String
        let by: String
        let at: Moment
        let expires: Moment?
        let maySteer: Bool
    }

    struct CircuitLine {
        let id: String
        let project: String
        let projectHref: String
        let release: String
        let what: String
        let at: Moment
        let maySteer: Bool
    }

    struct PastLine {
        let at: Moment
        let project: String
        let projectHref: String
        let release: String
        let by: String
        let reason: String
        let deployment: String?
        let deploymentHref: String
    }

    init(_ frame: Frame, _ facts: Facts, now: Instant) {
        let environment = facts.environment
        self.frame = frame
        name = environment.name
        ownHref = Link.environment(environment.name)
        description = environment.description
        made = Moment(environment.createdAt, now: now)
        let mayChange = frame.may(.operateEnvironments, at: .environment(environment.name))
        let maySteer = { (project: String) in
            frame.may(.steerReleases, at: .of(project: project, in: environment.name))
        }
        life = environment.ephemeral.map { LifeView($0, mayChange: mayChange, now: now) }
        let cells = Dictionary(facts.cells.map { ($0.project, $0) }, uniquingKeysWith: { first, _ in first })
        places = facts.projects.compactMap { project in
            cells[project.id].map { cell in
                let content = CellContent(cell, environment: environment.name, now: now)
                return PlaceView(
                    project: project.name,
                    href: Link.project(project.name),
                    cells: [CellView(environment: "Here", cell: content)]
                )
            }
        }
        hasNoPlaces = places.isEmpty
        pins = facts.pins.map { PinLine($0, maySteer: maySteer($0.project), now: now) }
        freezes = facts.freezes.map { FreezeLine($0, mayDelete: false, now: now) }
        circuits = facts.circuits.map { CircuitLine($0, maySteer: maySteer($0.project), now: now) }
        history = facts.history.map { PastLine($0, now: now) }
        hasNoHistory = history.isEmpty
        projectNames = Choice.of(facts.projects.map(\.name).filter(maySteer), chosen: nil)
        mayPin = !projectNames.isEmpty
        machinesHref = Link("/machines", [("environment", environment.name)]).text
        deploymentsHref = Link("/deployments", [("environment", environment.name)]).text
    }
}

extension EnvironmentView.LifeView {
    init(_ life: Ephemeral, mayChange: Bool, now: Instant) {
        badge = Self.badge(life, now: now)
        from = life.from
        by = life.createdBy
        ends = Moment(life.expiresAt, now: now)
        idleLimit = life.idleLimitSeconds.map(RelativeTime.span)
        endsWhenEmpty = life.deleteWhenEmpty
        isProtected = life.protected
        teardown = life.teardownAt.map { "since \(Moment.exact($0)): \(life.teardownReason ?? "")" }
        canChange = mayChange && life.teardownAt == nil
    }

    /// How long it has left, more urgent when somebody was warned.
    static func badge(_ life: Ephemeral, now: Instant) -> Badge {
        if life.teardownAt != nil { return Badge("being torn down", .bad) }
        if life.protected { return Badge("protected", .good) }
        let left = Int(life.expiresAt.seconds(since: now).rounded())
        guard left > 0 else { return Badge("ends now", .bad) }
        return Badge("ends in \(RelativeTime.span(left))", left <= life.warnBeforeSeconds ? .warning : .faint)
    }
}

extension EnvironmentView.PinLine {
    init(_ pin: Pin, maySteer: Bool, now: Instant) {
        id = pin.id.description
        project = pin.project
        projectHref = Link.project(pin.project)
        release = pin.release
        what = pin.machine.map { "machine \($0)" } ?? "the environment"
        reason = pin.reason
        by = pin.createdBy
        at = Moment(pin.createdAt, now: now)
        expires = pin.expiresAt.map { Moment($0, now: now) }
        self.maySteer = maySteer
    }
}

extension EnvironmentView.CircuitLine {
    init(_ circuit: Circuit, maySteer: Bool, now: Instant) {
        id = circuit.id.description
        project = circuit.project
        projectHref = Link.project(circuit.project)
        release = circuit.release
        let instead = circuit.fallback.map { "; machines without it get \($0)" } ?? ""
        what = "failed on \(circuit.failed) of \(Words.count(circuit.tried, "machine"))\(instead)"
        at = Moment(circuit.openedAt, now: now)
        self.maySteer = maySteer
    }
}

extension EnvironmentView.PastLine {
    init(_ past: EnvironmentRelease, now: Instant) {
        at = Moment(past.since, now: now)
        project = past.project
        projectHref = Link.project(past.project)
        release = past.release
        by = past.actor
        reason = past.source == .marked ? "marked: \(past.reason)" : past.reason
        deployment = past.deploymentID?.description
        deploymentHref = past.deploymentID.map { Link.deployment($0) } ?? ""
    }
}
