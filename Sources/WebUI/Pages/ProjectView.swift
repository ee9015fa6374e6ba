import FleetModel
import FleetStore

/// One project: where it is, its releases, its process, its triggers.
struct ProjectView {
    struct Facts: Sendable {
        let project: Project
        let environments: [DashboardRows.Heading<Environment>]
        let cells: [DashboardRows.Cell]
        let releases: [PlaceOverviewRows.ReleaseOverview]
        let triggers: [Trigger]
        let secrets: [Secret]
    }

    let frame: Frame
    let name: String
    let description: String
    let changed: Moment
    let places: [CellView]
    let hasNoPlaces: Bool
    let releases: [ReleaseLine]
    let hasNoReleases: Bool
    let pager: Pager
    let steps: [StepLine]
    let variables: [String]
    let hasVariables: Bool
    let triggers: [TriggerLine]
    let hasNoTriggers: Bool
    let newTriggerHref: String
    let mayAddTrigger: Bool
    let secrets: [SecretLine]
    let hasNoSecrets: Bool
    let secretForm: SecretForm?
    let secretProblem: String?
    let secretTakes: String?
    let deploymentsHref: String
    let eventsHref: String

    struct ReleaseLine {
        let version: String
        let notes: String
        let by: String
        let at: Moment
        let environments: String
        let machines: String
    }

    struct StepLine {
        let name: String
        let kind: String
        let roles: String
        let window: String
        let timeout: String
        let isIdempotent: Bool
        let text: String?
    }

    struct TriggerLine {
        let name: String
        let href: String
        let badge: Badge
        let on: String
        let environments: String
        let roles: String
        let redeploys: Bool
        let batch: String
    }

    init(
        _ frame: Frame,
        _ facts: Facts,
        _ releases: [PlaceOverviewRows.ReleaseOverview],
        _ pager: Pager,
        _ entered: SecretForm.Entered?,
        now: Instant
    ) {
        let project = facts.project
        self.frame = frame
        name = project.name
        description = project.description
        changed = Moment(project.updatedAt, now: now)
        let cells = Dictionary(
            facts.cells.map { ($0.environment, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        places = facts.environments.compactMap { environment in
            cells[environment.id].map {
                CellView(
                    environment: environment.name,
                    cell: CellContent($0, environment: environment.name, now: now)
                )
            }
        }
        hasNoPlaces = places.isEmpty
        self.releases = releases.map {
            ReleaseLine(
                version: $0.version,
                notes: $0.notes,
                by: $0.createdBy,
                at: Moment($0.createdAt, now: now),
                environments: $0.environments.joined(separator: ", "),
                machines: Words.count($0.machines, "machine")
            )
        }
        hasNoReleases = releases.isEmpty
        self.pager = pager
        steps = project.process.map(Self.line(of:))
        // The values may be nobody's business.
        let special = (project.environmentVariables ?? [:]).values.flatMap(\.keys)
        variables = Set(special).union(project.variables.keys).sorted()
        hasVariables = !variables.isEmpty
        triggers = facts.triggers.map(Self.line(of:))
        hasNoTriggers = facts.triggers.isEmpty
        newTriggerHref = "\(Link.project(project.name))/triggers"
        mayAddTrigger = frame.may(
            .configure,
            at: AccessPlace(environment: .some, project: .named(project.name))
        )
        secrets = facts.secrets.map { SecretLine($0, frame, now: now) }
        hasNoSecrets = secrets.isEmpty
        secretForm = SecretForm(
            project.name,
            environments: facts.environments.map(\.name),
            frame,
            entered
        )
        secretProblem = entered?.problem
        secretTakes = secretForm == nil ? Words.takes(.configure, "for the project") : nil
        deploymentsHref = Link("/deployments", [("project", project.name)]).text
        eventsHref = Link("/events", [("project", project.name)]).text
    }

    private static func line(of step: Step) -> StepLine {
        let (kind, text): (String, String?) =
            switch step.action {
            case .script(let script): ("script", script)
            case .package(let install): ("package \(install.name)", install.check.map { "# check\n\($0)" })
            case .manual(let approval): ("approval", approval.instructions)
            case .healthCheck(let check):
                ("health check", check.includeNew ? "machines that came since the beginning join here" : nil)
            }
        return StepLine(
            name: step.name,
            kind: kind,
            roles: step.roles.isEmpty ? "every machine" : step.roles.joined(separator: ", "),
            window: step.maxParallel.map { "\($0) at a time" } ?? "all at once",
            timeout: RelativeTime.span(step.timeoutSeconds),
            isIdempotent: step.idempotent,
            text: text
        )
    }

    private static func line(of trigger: Trigger) -> TriggerLine {
        let batch = trigger.batch
        return TriggerLine(
            name: trigger.name,
            href: "\(Link.project(trigger.project))/triggers/\(Link.encode(trigger.name))",
            badge: trigger.enabled ? Badge("enabled", .good) : Badge("disabled", .faint),
            on: (trigger.eventGroups.map(\.rawValue) + trigger.eventCategories.map(\.rawValue))
                .joined(separator: ", "),
            environments: trigger.environments.isEmpty
                ? "every environment" : trigger.environments.joined(separator: ", "),
            roles: trigger.roles.isEmpty ? "every role" : trigger.roles.joined(separator: ", "),
            redeploys: trigger.redeploy,
            batch: batch.quietSeconds == 0
                ? "at once, at most \(batch.size) together"
                : "after \(RelativeTime.span(batch.quietSeconds)) of quiet, at most \(batch.size) together"
        )
    }
}
