import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The list of environments, and one environment.
struct EnvironmentPages: Sendable {
    private static let rows = 100
    private static let projects = 200
    private static let freezes = 500
    private static let past = 20

    let web: WebContext

    private struct View {
        let frame: Frame
        let rows: [RowView]
        let pager: Pager
        let isEmpty: Bool
    }

    private struct RowView {
        let name: String
        let description: String
        let badge: Badge
        let machines: Int
        let available: Int
        let projects: Int
        let running: Int?
        let machinesHref: String
        let href: String
        let life: Badge
        let deploymentsHref: String
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        let (rows, pager) = try await web.listByName(request, limit: Self.rows, name: \.name) {
            after,
            limit,
            seen,
            tx in
            try PlaceOverviewRows.environments(after: after, limit: limit, seen: seen, in: tx)
        }
        return try web.templates.page(
            "environments",
            View(
                frame: Frame("Environments", request, web),
                rows: rows.map { row($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty
            )
        )
    }

    private func row(_ place: PlaceOverviewRows.EnvironmentOverview, now: Instant) -> RowView {
        RowView(
            name: place.name,
            description: place.description,
            badge: badge(place),
            machines: place.machines,
            available: place.available,
            projects: place.projects,
            running: place.running > 0 ? place.running : nil,
            machinesHref: Link("/machines", [("environment", place.name)]).text,
            href: Link.environment(place.name),
            life: place.ephemeral.map { EnvironmentView.LifeView.badge($0, now: now) }
                ?? Badge("static", .faint),
            deploymentsHref: Link("/deployments", [("environment", place.name)]).text
        )
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("environment")
        let facts = try await web.look(request) { tx, seen in
            guard let environment = try EnvironmentRows.find(name, seen: seen, in: tx) else {
                throw StoreError.notFound(what: "environment", which: name)
            }
            let projects = try DashboardRows.projects(
                after: "",
                search: nil,
                limit: Self.projects,
                seen: seen,
                in: tx
            )
            return EnvironmentView.Facts(
                environment: environment,
                projects: projects,
                cells: try DashboardRows.cells(
                    projects: projects.map(\.id),
                    environments: [environment.id],
                    seen: seen,
                    in: tx
                ),
                pins: try PinRows.list(
                    .init(environment: name),
                    after: 0,
                    limit: Self.rows,
                    seen: seen,
                    in: tx
                ),
                freezes: try FreezeRows.list(after: "", limit: Self.freezes, seen: seen, in: tx)
                    .filter { $0.environments.contains(name) && $0.state != .past },
                circuits: try CircuitRows.list(
                    .init(environment: name),
                    after: 0,
                    limit: Self.rows,
                    seen: seen,
                    in: tx
                ),
                history: try EnvironmentReleaseRows.history(
                    environment: name,
                    project: nil,
                    before: .max,
                    limit: Self.past,
                    seen: seen,
                    in: tx
                )
            )
        }
        return try web.templates.page(
            "environment",
            EnvironmentView(Frame(name, request, web), facts, now: request.now)
        )
    }

    private func badge(_ place: PlaceOverviewRows.EnvironmentOverview) -> Badge {
        if place.machines == 0 { return Badge("no machines", .faint) }
        if place.unavailable > 0 { return Badge("\(place.unavailable) not healthy", .bad) }
        if place.available < place.machines {
            return Badge("\(place.machines - place.available) not ready", .warning)
        }
        return Badge("all available", .good)
    }
}
