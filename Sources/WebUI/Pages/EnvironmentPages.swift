import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The environments.
struct EnvironmentPages: Sendable {
    private static let rows = 100

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
        let dashboardHref: String
        let deploymentsHref: String
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        let after = request.query("after") ?? ""
        let found = try await web.api.store.read { tx in
            try PlaceOverviewRows.environments(after: after, limit: Self.rows + 1, in: tx)
        }
        let (rows, pager) = Pager.cut(
            found,
            limit: Self.rows,
            "/environments",
            [],
            "after",
            isFirst: after.isEmpty
        ) { $0.name }
        return try web.templates.page(
            "environments",
            View(
                frame: Frame("Environments", request, web),
                rows: rows.map(row),
                pager: pager,
                isEmpty: rows.isEmpty
            )
        )
    }

    private func row(_ place: PlaceOverviewRows.EnvironmentOverview) -> RowView {
        RowView(
            name: place.name,
            description: place.description,
            badge: badge(place),
            machines: place.machines,
            available: place.available,
            projects: place.projects,
            running: place.running > 0 ? place.running : nil,
            machinesHref: Link("/machines", [("environment", place.name)]).text,
            dashboardHref: Link("/", [("environment", place.name)]).text,
            deploymentsHref: Link("/deployments", [("environment", place.name)]).text
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
