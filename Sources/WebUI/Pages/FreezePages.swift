import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The freezes: what is kept closed, since when, until when and why.
struct FreezePages: Sendable {
    private static let rows = 100

    let web: WebContext

    private struct View {
        let frame: Frame
        let rows: [FreezeLine]
        let pager: Pager
        let isEmpty: Bool
        let environments: [Choice]
        let hasNoEnvironments: Bool
        /// Who may freeze; nil: whoever sees this may, somewhere.
        let takes: String?
        let entered: Entered
        let problem: String?
    }

    /// What was entered comes back when it could not be used.
    private struct Entered {
        let name: String
        let hours: String
        let reason: String
        let projects: String
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        try await page(request, problem: nil)
    }

    /// From now on, for so many hours; a window that begins later is written as a document.
    @Sendable func make(_ request: PageRequest) async throws -> Response {
        do {
            _ = try await web.api.store.apply([try document(request)], dryRun: false, by: request.principal)
            return .seeOther("/freezes")
        } catch {
            return try await page(request, problem: try FormProblem.words(for: error))
        }
    }

    @Sendable func delete(_ request: PageRequest) async throws -> Response {
        try await web.api.store.deleteFreeze(try request.context.parameter("freeze"), by: request.principal)
        return .seeOther("/freezes")
    }

    private func document(_ request: PageRequest) throws -> Document {
        let form = request.form
        guard let hours = form["hours"].flatMap({ Int($0) }), (1...8760).contains(hours) else {
            throw StoreError.invalid(field: "hours", "must be a whole number from 1 to 8760")
        }
        let text: [String: JSONValue] = [
            "kind": .string("Freeze"),
            "name": .string(form["name"] ?? ""),
            "reason": .string(form["reason"] ?? ""),
            "environments": .array(form.names(after: "environment.").map { .string($0) }),
            "projects": .array(form.words("projects").map { .string($0) }),
            "from": .string(request.now.description),
            "to": .string(request.now.adding(seconds: hours * 3600).description),
        ]
        guard let document = try DocumentReader.read([.object(text)]).first else {
            throw StoreError.invalid(field: "name", "is missing")
        }
        return document
    }

    private func page(_ request: PageRequest, problem: String?) async throws -> Response {
        let (rows, pager) = try await web.listByName(request, limit: Self.rows, name: \.name) {
            after,
            limit,
            seen,
            tx in
            try FreezeRows.list(after: after, limit: limit, seen: seen, in: tx)
        }
        let environments = try await web.environmentNames(request)
        let chosen = Set(request.form.names(after: "environment."))
        let frame = Frame("Freezes", request, web)
        let open = environments.filter {
            frame.may(.steerReleases, at: AccessPlace(environment: .named($0), project: .some))
        }
        return try web.templates.page(
            "freezes",
            View(
                frame: frame,
                rows: rows.map { FreezeLine($0, mayDelete: mayDelete($0, frame), now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty,
                environments: open.map {
                    Choice(value: $0, label: $0, isChosen: chosen.contains($0))
                },
                hasNoEnvironments: environments.isEmpty,
                takes: open.isEmpty && !environments.isEmpty
                    ? Words.takes(.steerReleases, "in the environment") : nil,
                entered: Entered(
                    name: request.form["name"] ?? "",
                    hours: request.form["hours"] ?? "",
                    reason: request.form["reason"] ?? "",
                    projects: request.form["projects"] ?? ""
                ),
                problem: problem
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }

    private func mayDelete(_ freeze: Freeze, _ frame: Frame) -> Bool {
        AccessPlace.each(environments: freeze.environments, projects: freeze.projects)
            .allSatisfy { frame.may(.steerReleases, at: $0) }
    }
}

/// A freeze as a line of a list.
struct FreezeLine {
    let name: String
    let href: String
    let badge: Badge
    let environments: String
    let projects: String
    let reason: String
    let from: Moment
    let to: Moment
    let mayDelete: Bool

    init(_ freeze: Freeze, mayDelete: Bool, now: Instant) {
        name = freeze.name
        href = "/freezes/\(Link.encode(freeze.name))"
        badge =
            switch freeze.state {
            case .inForce: Badge("in force", .warning)
            case .planned: Badge("planned", .faint)
            case .past: Badge("past", .faint)
            }
        environments = freeze.environments.joined(separator: ", ")
        projects = freeze.projects.isEmpty ? "every project" : freeze.projects.joined(separator: ", ")
        reason = freeze.reason
        from = Moment(freeze.from, now: now)
        to = Moment(freeze.to, now: now)
        self.mayDelete = mayDelete
    }
}
