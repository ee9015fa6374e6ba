import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The event log, and the decisions that came of it.
struct EventPages: Sendable {
    private static let rows = 100

    let web: WebContext

    private struct View {
        let frame: Frame
        let machine: String?
        let project: String?
        let deployment: String?
        let categories: [Choice]
        let rows: [EventLine]
        let pager: Pager
        let isEmpty: Bool
        let isFiltered: Bool
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        let category = request.query("category")
        let machine = request.query("machine")
        let project = request.query("project")
        let deployment = request.number("deployment")
        let upto = request.number("upto").map { $0 < .max ? $0 + 1 : $0 }
        let before = request.number("before") ?? upto ?? .max
        let found = try await web.look(request) { tx, seen in
            try EventFeedRows.list(
                EventRows.Filter(
                    category: category,
                    machine: try machine.map { try SubjectLookup.machine($0, seen: seen, in: tx) },
                    project: try project.map { try SubjectLookup.project($0, seen: seen, in: tx) },
                    deployment: deployment.map { ID($0) }
                ),
                before: before,
                limit: Self.rows + 1,
                seen: seen,
                in: tx
            )
        }
        let query = [
            ("category", category), ("machine", machine), ("project", project),
            ("deployment", deployment.map(String.init)),
        ]
        let (rows, pager) = Pager.cut(
            found,
            limit: Self.rows,
            "/events",
            query,
            "before",
            isFirst: before == .max
        ) { $0.id.description }
        return try web.templates.page(
            "events",
            View(
                frame: Frame("Events", request, web),
                machine: machine,
                project: project,
                deployment: deployment.map(String.init),
                categories: Choice.of(EventCategory.allCases.map(\.rawValue), chosen: category),
                rows: rows.map { EventLine($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty,
                isFiltered: query.contains { $0.1 != nil }
            )
        )
    }

    private struct DecisionsView {
        let frame: Frame
        let machine: String?
        let project: String?
        let rows: [DecisionLine]
        let pager: Pager
        let isEmpty: Bool
        let isFiltered: Bool
    }

    private struct DecisionLine {
        let id: String
        let at: Moment
        let machine: String
        let machineHref: String
        let project: String
        let release: String?
        let badge: Badge
        let reason: String
        let trigger: String?
        let event: String
        let eventHref: String
        let deployment: String?
        let deploymentHref: String
        let term: Int64
        let node: String
    }

    @Sendable func decisions(_ request: PageRequest) async throws -> Response {
        let machine = request.query("machine")
        let project = request.query("project")
        let before = request.number("before") ?? .max
        let found = try await web.look(request) { tx, seen in
            try DecisionRows.list(
                machine: try machine.map { try SubjectLookup.machine($0, seen: seen, in: tx) },
                project: try project.map { try SubjectLookup.project($0, seen: seen, in: tx) },
                before: before,
                limit: Self.rows + 1,
                seen: seen,
                in: tx
            )
        }
        let query = [("machine", machine), ("project", project)]
        let (rows, pager) = Pager.cut(
            found,
            limit: Self.rows,
            "/decisions",
            query,
            "before",
            isFirst: before == .max
        ) { $0.id.description }
        return try web.templates.page(
            "decisions",
            DecisionsView(
                frame: Frame("Decisions", request, web),
                machine: machine,
                project: project,
                rows: rows.map { line($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty,
                isFiltered: query.contains { $0.1 != nil }
            )
        )
    }

    private func line(_ decision: Decision, now: Instant) -> DecisionLine {
        let machine = decision.machine ?? decision.machineID.description
        return DecisionLine(
            id: decision.id.description,
            at: Moment(decision.decidedAt, now: now),
            machine: machine,
            machineHref: Link("/decisions", [("machine", machine)]).text,
            project: decision.project ?? decision.projectID.description,
            release: decision.release,
            badge: Badge(verdict: decision.verdict),
            reason: decision.reason,
            trigger: decision.trigger,
            event: decision.eventID.description,
            eventHref: Link.event(decision.eventID),
            deployment: decision.deploymentID?.description,
            deploymentHref: decision.deploymentID.map { Link.deployment($0) } ?? "",
            term: decision.term,
            node: decision.node
        )
    }
}
