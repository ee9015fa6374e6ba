import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The list of projects, and one project.
struct ProjectPages: Sendable {
    private static let rows = 100
    private static let releases = 20
    private static let secrets = 500

    let web: WebContext

    private struct View {
        let frame: Frame
        let search: String?
        let rows: [RowView]
        let pager: Pager
        let isEmpty: Bool
        let isFiltered: Bool
    }

    private struct RowView {
        let name: String
        let href: String
        let description: String
        let steps: Int
        let triggers: Int
        let latest: String?
        let latestAt: Moment?
        let environments: Int
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        let search = request.query("q")
        let (rows, pager) = try await web.listByName(
            request,
            limit: Self.rows,
            query: [("q", search)],
            name: \.name
        ) { after, limit, seen, tx in
            try PlaceOverviewRows.projects(
                after: after,
                search: search,
                limit: limit,
                seen: seen,
                in: tx
            )
        }
        return try web.templates.page(
            "projects",
            View(
                frame: Frame("Projects", request, web),
                search: search,
                rows: rows.map { row($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty,
                isFiltered: search != nil
            )
        )
    }

    private func row(_ project: PlaceOverviewRows.ProjectOverview, now: Instant) -> RowView {
        RowView(
            name: project.name,
            href: Link.project(project.name),
            description: project.description,
            steps: project.steps,
            triggers: project.triggers,
            latest: project.latest,
            latestAt: project.latestAt.map { Moment($0, now: now) },
            environments: project.environments
        )
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        try await page(request, nil)
    }

    /// `entered`: a secret that could not be set.
    func page(_ request: PageRequest, _ entered: SecretForm.Entered?) async throws -> Response {
        let name = try request.context.parameter("project")
        let before = request.number("before") ?? .max
        let facts = try await web.look(request) { tx, seen in
            guard let project = try ProjectRows.find(name, seen: seen, in: tx) else {
                throw StoreError.notFound(what: "project", which: name)
            }
            let environments = try DashboardRows.environments(only: nil, limit: 100, seen: seen, in: tx)
            return ProjectView.Facts(
                project: project,
                environments: environments,
                cells: try DashboardRows.cells(
                    projects: [project.id],
                    environments: environments.map(\.id),
                    seen: seen,
                    in: tx
                ),
                releases: try PlaceOverviewRows.releases(
                    of: project.id,
                    before: before,
                    limit: Self.releases + 1,
                    seen: seen,
                    in: tx
                ),
                triggers: try TriggerRows.list(
                    project: name,
                    after: ID(0),
                    limit: 100,
                    seen: seen,
                    in: tx
                ),
                secrets: try SecretRows.list(
                    of: project.id,
                    after: nil,
                    limit: Self.secrets,
                    seen: seen,
                    in: tx
                )
            )
        }
        let (releases, pager) = Pager.cut(
            facts.releases,
            limit: Self.releases,
            Link.project(name),
            [],
            "before",
            isFirst: before == .max
        ) { $0.id.description }
        return try web.templates.page(
            "project",
            ProjectView(Frame(name, request, web), facts, releases, pager, entered, now: request.now),
            status: entered == nil ? .ok : .unprocessableContent
        )
    }
}
