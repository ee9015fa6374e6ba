import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The list of deployments, one deployment, and its end.
struct DeploymentPages: Sendable {
    private static let rows = 50

    let web: WebContext

    private struct View {
        let frame: Frame
        let project: String?
        let environments: [Choice]
        let states: [Choice]
        let rows: [DeploymentLine]
        let pager: Pager
        let isEmpty: Bool
        let isFiltered: Bool
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        let filter = DeploymentRows.Filter(
            project: request.query("project"),
            environment: request.query("environment"),
            state: request.query("state").flatMap(DeploymentState.init(rawValue:))
        )
        let before = request.number("before") ?? .max
        let (found, environments) = try await web.look(request) { tx, seen in
            (
                try DeploymentRows.list(filter, before: before, limit: Self.rows + 1, seen: seen, in: tx),
                try DashboardRows.environments(only: nil, limit: 200, seen: seen, in: tx).map(\.name)
            )
        }
        let query = [
            ("project", filter.project), ("environment", filter.environment),
            ("state", filter.state?.rawValue),
        ]
        let (rows, pager) = Pager.cut(
            found,
            limit: Self.rows,
            "/deployments",
            query,
            "before",
            isFirst: before == .max
        ) { $0.id.description }
        return try web.templates.page(
            "deployments",
            View(
                frame: Frame("Deployments", request, web),
                project: filter.project,
                environments: Choice.of(environments, chosen: filter.environment),
                states: Choice.of(DeploymentState.allCases.map(\.rawValue), chosen: filter.state?.rawValue),
                rows: rows.map { DeploymentLine($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty,
                isFiltered: query.contains { $0.1 != nil }
            )
        )
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let id: ID<Deployment> = try request.context.id("deployment", of: "deployment")
        let asked: ID<StepRun>? = request.number("log").map { ID($0) }
        let page = Int(min(max(request.number("page") ?? 1, 1), 100_000))
        let facts = try await web.look(request) { tx, seen in
            DeploymentView.Facts(
                deployment: try DeploymentRows.get(id, seen: seen, in: tx),
                steps: try RunOverviewRows.steps(of: id, in: tx),
                runs: try RunOverviewRows.page(
                    of: id,
                    offset: (page - 1) * DeploymentView.runs,
                    limit: DeploymentView.runs + 1,
                    in: tx
                ),
                causes: try EventFeedRows.causes(of: id, limit: 20, seen: seen, in: tx),
                log: try RunOverviewRows.logToShow(of: id, asked: asked, in: tx),
                gates: try GateRows.list(of: id, in: tx)
            )
        }
        let log = try await tail(of: facts.log)
        return try web.templates.page(
            "deployment",
            DeploymentView(
                Frame("Deployment \(id)", request, web),
                facts,
                log: log,
                page: page,
                now: request.now
            )
        )
    }

    /// The end of a step's log, and how far it goes.
    private func tail(of log: StepLog?) async throws -> LogTail? {
        guard let log else { return nil }
        var start = try await web.api.store.logStart(of: log, tail: LogTail.lines)
        let isCut = start > 0
        var bytes: [UInt8] = []
        while bytes.count < LogTail.mostBytes {
            let piece = try await web.api.store.logBytes(of: log.id, from: start)
            guard !piece.isEmpty else { break }
            bytes += piece
            start += Int64(piece.count)
        }
        return LogTail(log, bytes: bytes, end: start, isCut: isCut)
    }

    @Sendable func wholeLog(_ request: PageRequest) async throws -> Response {
        try await LiveStreams(api: web.api).wholeLog(
            request.request,
            request.context,
            as: request.principal
        )
    }
}
