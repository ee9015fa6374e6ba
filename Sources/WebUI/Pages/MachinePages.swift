import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The list of machines, and one machine.
struct MachinePages: Sendable {
    private static let rows = 50
    private static let projectsPerRow = 4

    let web: WebContext

    private struct View {
        let frame: Frame
        let search: String?
        let environments: [Choice]
        let roles: [Choice]
        let healths: [Choice]
        let verdicts: [Choice]
        let rows: [RowView]
        let pager: Pager
        let isEmpty: Bool
        let isFiltered: Bool
        /// Some of the machines that there are.
        let mayOperate: Bool
    }

    private struct RowView {
        let name: String
        let href: String
        let environment: String
        let roles: String
        let health: Badge
        let isDisabled: Bool
        let seen: Moment?
        let projects: [StatusView]
        let more: Int?
        let mayMark: Bool
    }

    private struct StatusView {
        let project: String
        let shouldBe: String
        let isOnIt: String
        let differs: Bool
        let badge: Badge
    }

    /// Verdicts of needs that one may look for.
    private static let verdicts: [Verdict] = [
        .retryLater, .quarantined, .circuitOpen, .runCancelled, .batching, .deploying,
        .rolloutInProgress, .machineUnavailable, .machineDisabled, .environmentFrozen, .outOfPromotionOrder,
    ]

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        let filter = MachineOverviewRows.Filter(
            search: request.query("q"),
            environment: request.query("environment"),
            role: request.query("role"),
            health: request.query("health").flatMap(MachineHealth.init(rawValue:)),
            verdict: request.query("verdict")
        )
        let after = request.query("after") ?? ""
        let (found, facets, statuses) = try await web.look(request) { tx, seen in
            let found = try MachineOverviewRows.list(
                filter,
                after: after,
                limit: Self.rows + 1,
                seen: seen,
                in: tx
            )
            let facets = try MachineOverviewRows.facets(seen: seen, in: tx)
            let statuses = try MachineOverviewRows.statuses(of: found.map(\.id), seen: seen, in: tx)
            return (found, facets, statuses)
        }
        let query = [
            ("q", filter.search), ("environment", filter.environment), ("role", filter.role),
            ("health", filter.health?.rawValue), ("verdict", filter.verdict),
        ]
        let (machines, pager) = Pager.cut(
            found,
            limit: Self.rows,
            "/machines",
            query,
            "after",
            isFirst: after.isEmpty
        ) { $0.name }
        let frame = Frame("Machines", request, web)
        return try web.templates.page(
            "machines",
            View(
                frame: frame,
                search: filter.search,
                environments: choices("environment", facets, chosen: filter.environment),
                roles: choices("role", facets, chosen: filter.role),
                healths: choices("health", facets, chosen: filter.health?.rawValue),
                verdicts: Choice.of(Self.verdicts.map(\.rawValue), chosen: filter.verdict, label: Words.of),
                rows: machines.map { row($0, statuses[$0.id] ?? [], frame, now: request.now) },
                pager: pager,
                isEmpty: machines.isEmpty,
                isFiltered: query.contains { $0.1 != nil } || !after.isEmpty,
                mayOperate: frame.may(
                    .operateMachines,
                    at: AccessPlace(environment: .some, project: .every)
                )
            )
        )
    }

    private func choices(_ kind: String, _ facets: [MachineOverviewRows.Facet], chosen: String?) -> [Choice] {
        let counts = Dictionary(
            facets.filter { $0.kind == kind }.map { ($0.value, $0.machines) },
            uniquingKeysWith: { first, _ in first }
        )
        return Choice.of(facets.filter { $0.kind == kind }.map(\.value), chosen: chosen) { value in
            counts[value].map { "\(value) (\($0))" } ?? value
        }
    }

    private func row(
        _ machine: MachineOverviewRows.Line,
        _ statuses: [MachineOverviewRows.Status],
        _ frame: Frame,
        now: Instant
    ) -> RowView {
        let shown = statuses.prefix(Self.projectsPerRow)
        return RowView(
            name: machine.name,
            href: Link.machine(machine.name),
            environment: machine.environment,
            roles: machine.roles.joined(separator: ", "),
            health: Badge(machine.health),
            isDisabled: !machine.enabled,
            seen: machine.lastSeen.map { Moment($0, now: now) },
            projects: shown.map {
                StatusView(
                    project: $0.project,
                    shouldBe: $0.shouldBe ?? "nothing",
                    isOnIt: $0.isOnIt ?? "nothing",
                    differs: $0.shouldBe != $0.isOnIt,
                    badge: Badge(verdict: $0.verdict)
                )
            },
            more: statuses.count > shown.count ? statuses.count - shown.count : nil,
            mayMark: frame.may(.operateMachines, at: .environment(machine.environment))
        )
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("machine")
        let (found, policy, quarantines, runs, events) = try await web.look(request) { tx, seen in
            guard let found = try MachineRows.find(name, seen: seen, in: tx) else {
                throw StoreError.notFound(what: "machine", which: name)
            }
            let id = found.machine.id
            return (
                found.machine,
                try MachineOverviewRows.policy(of: id, in: tx),
                try QuarantineRows.list(.init(machine: name), after: 0, limit: 20, seen: seen, in: tx),
                try MachineOverviewRows.runs(of: id, limit: 10, seen: seen, in: tx),
                try EventFeedRows.list(.init(machine: id), before: .max, limit: 15, seen: seen, in: tx).items
            )
        }
        let explanation = try await web.api.store.explain(found, project: nil, as: request.principal)
        return try web.templates.page(
            "machine",
            MachineView(
                Frame(found.name, request, web),
                explanation,
                policy: policy,
                quarantines: quarantines,
                runs: runs,
                events: events,
                now: request.now
            )
        )
    }
}
