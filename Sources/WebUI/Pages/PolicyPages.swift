import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The machine policies: what each says, who follows it, and what its cleanup would do now.
struct PolicyPages: Sendable {
    private static let rows = 100
    /// How far ahead the preview looks.
    private static let hours = 24
    /// Those that go first; the API has more.
    private static let linesShown = 100

    let web: WebContext

    private struct ListView {
        let frame: Frame
        let rows: [RowView]
        let pager: Pager
    }

    private struct RowView {
        let name: String
        let href: String
        let description: String
        let machines: String
        let check: String
        let cleanup: Badge
    }

    private struct View {
        let frame: Frame
        let name: String
        let ownHref: String
        let description: String
        let machines: String
        let changed: Moment
        let words: PolicyWords
        let cleanup: CleanupView
        let mayAllow: Bool
        let takesToAllow: String
    }

    private struct CleanupView {
        let summary: Badge
        let hold: String?
        let isOff: Bool
        let lines: [GoingView]
        let isEmpty: Bool
        let isCut: Bool
    }

    private struct GoingView {
        let machine: String
        let href: String
        let badge: Badge
        let since: Moment
        let at: Moment?
        let reason: String
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        let (rows, pager) = try await web.listByName(request, limit: Self.rows, name: \.name) {
            after,
            limit,
            seen,
            tx in
            try MachinePolicyRows.list(after: after, limit: limit, seen: seen, in: tx)
        }
        return try web.templates.page(
            "policies",
            ListView(frame: Frame("Machine policies", request, web), rows: rows.map(row), pager: pager)
        )
    }

    private func row(_ policy: MachinePolicy) -> RowView {
        RowView(
            name: policy.name,
            href: Link.policy(policy.name),
            description: policy.description,
            machines: Words.count(policy.machines, "machine"),
            check: PolicyWords(policy).lines[0].value,
            cleanup: PolicyWords.cleanup(of: policy)
        )
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("policy")
        let silence = web.api.silenceSeconds
        let (policy, preview) = try await web.look(request) { tx, seen in
            guard let policy = try MachinePolicyRows.find(name, seen: seen, in: tx) else {
                throw StoreError.notFound(what: "machine policy", which: name)
            }
            let preview = try CleanupPreviewRows.preview(
                policy: name,
                hours: Self.hours,
                silenceSeconds: silence,
                seen: seen,
                in: tx
            )
            return (policy, preview)
        }
        let frame = Frame(name, request, web)
        return try web.templates.page(
            "policy",
            View(
                frame: frame,
                name: name,
                ownHref: Link.policy(name),
                description: policy.description,
                machines: Words.count(policy.machines, "machine"),
                changed: Moment(policy.updatedAt, now: request.now),
                words: PolicyWords(policy),
                cleanup: cleanup(preview, now: request.now),
                mayAllow: frame.may(.operateMachines, at: .everywhere),
                takesToAllow: Words.takes(.operateMachines, "everywhere")
            )
        )
    }

    /// Lets those go that the guard held back.
    @Sendable func allowCleanup(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("policy")
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try CleanupCommands.allow(policy: name, in: tx, &changes)
        }
        return .seeOther(Link.policy(name))
    }

    private func cleanup(_ preview: CleanupPreview, now: Instant) -> CleanupView {
        let due = preview.unavailable.count { $0.at == nil && ["expire", "purge"].contains($0.plan) }
        let soon = preview.unavailable.count { $0.plan == "wait" }
        let would = preview.deleteUnavailable ? "would delete" : "is off, and would delete"
        return CleanupView(
            summary: Badge(
                "\(would) \(Words.count(due, "machine")) now, \(soon) more within a day",
                due > 0 ? .warning : .faint
            ),
            hold: preview.hold.map {
                "\($0.machines) of \($0.of) machines of the \($0.scope) fell silent together, which looks like an outage: "
                    + "nothing is deleted until somebody says so."
            },
            isOff: !preview.deleteUnavailable,
            lines: preview.unavailable.prefix(Self.linesShown).map { item in
                GoingView(
                    machine: item.machine,
                    href: Link.machine(item.machine),
                    badge: badge(item.plan),
                    since: Moment(item.unavailableSince, now: now),
                    at: item.at.map { Moment($0, now: now) },
                    reason: item.reason
                )
            },
            isEmpty: preview.unavailable.isEmpty,
            isCut: preview.truncated || preview.unavailable.count > Self.linesShown
        )
    }

    private func badge(_ plan: String) -> Badge {
        switch plan {
        case "expire", "purge": Badge("goes now", .bad)
        case "held": Badge("held back", .warning)
        case "wait": Badge("goes later", .warning)
        default: Badge("stays", .faint)
        }
    }
}
