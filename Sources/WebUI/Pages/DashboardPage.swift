import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// Projects by environments: what is meant to be where, and how far it is.
struct DashboardPage: Sendable {
    private static let rowsPerPage = 50
    private static let columns = 12

    let web: WebContext

    private struct View {
        let frame: Frame
        let search: String?
        let environments: [Choice]
        let attention: [AttentionView]
        let fleet: [FleetItem]
        let machines: Int
        let columns: [Column]
        let rows: [RowView]
        let pager: Pager
        let hasMoreColumns: Bool
        let isEmpty: Bool
        let isFiltered: Bool
    }

    private struct Column {
        let name: String
        let href: String
    }

    private struct FleetItem {
        let badge: Badge
        let count: Int
        let href: String
    }

    private struct RowView {
        let project: String
        let href: String
        let cells: [CellView]
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let search = request.query("q")
        let chosen = request.query("environment")
        let after = request.query("after") ?? ""
        let facts = try await web.look(request) { tx, seen in
            let projects = try DashboardRows.projects(
                after: after,
                search: search,
                limit: Self.rowsPerPage + 1,
                seen: seen,
                in: tx
            )
            let environments = try DashboardRows.environments(only: nil, limit: 200, seen: seen, in: tx)
            let shown = environments.filter { chosen == nil || $0.name == chosen }.prefix(Self.columns + 1)
            return Facts(
                projects: projects,
                environments: environments,
                shown: Array(shown),
                cells: try DashboardRows.cells(
                    projects: projects.map(\.id),
                    environments: shown.map(\.id),
                    seen: seen,
                    in: tx
                ),
                health: try DashboardRows.health(seen: seen, in: tx),
                attention: try AttentionRows.list(limit: 10, seen: seen, in: tx)
            )
        }
        let query = [("q", search), ("environment", chosen)]
        let (projects, pager) = Pager.cut(
            facts.projects,
            limit: Self.rowsPerPage,
            "/",
            query,
            "after",
            isFirst: after.isEmpty
        ) { $0.name }
        let columns = Array(facts.shown.prefix(Self.columns))
        return try web.templates.page(
            "dashboard",
            View(
                frame: Frame("Dashboard", request, web),
                search: search,
                environments: Choice.of(facts.environments.map(\.name), chosen: chosen),
                attention: facts.attention.map(AttentionView.init),
                fleet: fleet(facts.health),
                machines: facts.health.values.reduce(0, +),
                columns: columns.map {
                    Column(name: $0.name, href: Link("/machines", [("environment", $0.name)]).text)
                },
                rows: rows(projects, columns, facts.cells, now: request.now),
                pager: pager,
                hasMoreColumns: facts.shown.count > Self.columns,
                isEmpty: projects.isEmpty,
                isFiltered: search != nil || chosen != nil
            )
        )
    }

    private struct Facts: Sendable {
        let projects: [DashboardRows.Heading<Project>]
        let environments: [DashboardRows.Heading<FleetModel.Environment>]
        let shown: [DashboardRows.Heading<FleetModel.Environment>]
        let cells: [DashboardRows.Cell]
        let health: [String: Int]
        let attention: [AttentionRows.Item]
    }

    private struct Place: Hashable {
        let project: ID<Project>
        let environment: ID<FleetModel.Environment>
    }

    private func rows(
        _ projects: [DashboardRows.Heading<Project>],
        _ environments: [DashboardRows.Heading<FleetModel.Environment>],
        _ cells: [DashboardRows.Cell],
        now: Instant
    ) -> [RowView] {
        let known = Dictionary(
            cells.map { (Place(project: $0.project, environment: $0.environment), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return projects.map { project in
            RowView(
                project: project.name,
                href: Link.project(project.name),
                cells: environments.map { environment in
                    let place = Place(project: project.id, environment: environment.id)
                    return CellView(
                        environment: environment.name,
                        cell: known[place].map { CellContent($0, environment: environment.name, now: now) }
                    )
                }
            )
        }
    }

    private func fleet(_ counts: [String: Int]) -> [FleetItem] {
        let health = MachineHealth.allCases.compactMap { health in
            counts[health.rawValue].map {
                FleetItem(
                    badge: Badge(health),
                    count: $0,
                    href: Link("/machines", [("health", health.rawValue)]).text
                )
            }
        }
        guard let disabled = counts["disabled"] else { return health }
        return health + [FleetItem(badge: Badge("disabled", .faint), count: disabled, href: "/machines")]
    }
}

/// One environment of one project.
struct CellView {
    let environment: String
    let cell: CellContent?
}

struct CellContent {
    let release: String
    let isPinned: Bool
    let since: Moment?
    let badge: Badge
    let upToDate: Int
    let machines: Int
    let hasMachines: Bool
    let href: String
    let detail: String?
    let detailHref: String?

    init(_ cell: DashboardRows.Cell, environment: String, now: Instant) {
        release = cell.release ?? "nothing yet"
        isPinned = cell.isPinned
        since = cell.since.map { Moment($0, now: now) }
        badge = Self.badge(cell)
        upToDate = cell.upToDate
        machines = cell.machines
        hasMachines = cell.machines > 0
        href = Link("/machines", [("environment", environment)]).text
        if let running = cell.runningID {
            detail = cell.running == 1 ? "deployment \(running)" : "\(cell.running) deployments"
            detailHref = Link.deployment(running)
        } else if let last = cell.lastRollout, last.state == .failed, last.release != cell.release {
            detail = "\(last.release) failed"
            detailHref = Link.deployment(last.id)
        } else {
            detail = nil
            detailHref = nil
        }
    }

    /// What is most worth knowing comes first.
    private static func badge(_ cell: DashboardRows.Cell) -> Badge {
        if cell.circuitIsOpen { return Badge("circuit open", .bad) }
        if cell.failing > 0 { return Badge("\(cell.failing) failing", .bad) }
        if cell.running > 0 { return Badge("deploying", .busy) }
        if cell.release == nil { return Badge("nothing deployed yet", .faint) }
        if let last = cell.lastRollout, last.state == .failed, last.release != cell.release {
            return Badge("rollout failed", .bad)
        }
        if cell.machines == 0 { return Badge("no machines", .faint) }
        if cell.upToDate < cell.machines { return Badge("\(cell.machines - cell.upToDate) behind", .warning) }
        return Badge("up to date", .good)
    }
}
