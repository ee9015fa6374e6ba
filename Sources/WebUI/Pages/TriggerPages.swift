import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The trigger editor. While somebody fills it in, the page says which machines the trigger is for now, and what it would
/// have done in the last day; nothing is written before it is saved.
struct TriggerPages: Sendable {
    private static let previewSeconds = 86_400
    private static let windowSeconds = 15
    /// After so many events no further ones are read, so that the page does not keep people waiting.
    private static let mostEvents = 20_000
    private static let machinesShown = 10

    let web: WebContext

    @Sendable func new(_ request: PageRequest) async throws -> Response {
        let project = try request.context.parameter("project")
        let form = request.queryForm
        let filled =
            form[TriggerForm.edited] == nil
            ? TriggerForm(newFor: project) : TriggerForm(project: project, form)
        return try await page(request, filled, isNew: true, problem: nil)
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let project = try request.context.parameter("project")
        let name = try request.context.parameter("trigger")
        let form = request.queryForm
        if form[TriggerForm.edited] != nil {
            return try await page(request, TriggerForm(project: project, form), isNew: false, problem: nil)
        }
        let triggers = try await web.look(request) { tx, seen in
            try TriggerRows.list(
                project: project,
                after: ID(0),
                limit: Limits.pageSize,
                seen: seen,
                in: tx
            )
        }
        guard let trigger = triggers.first(where: { $0.name == name }) else {
            throw StoreError.notFound(what: "trigger of \(project)", which: name)
        }
        return try await page(request, TriggerForm(trigger), isNew: false, problem: nil)
    }

    /// For who has no JavaScript: the page again, with what was filled in and what it would do.
    @Sendable func tryOut(_ request: PageRequest) async throws -> Response {
        let form = TriggerForm(project: try request.context.parameter("project"), request.form)
        return try await page(request, form, isNew: request.form["isNew"] != nil, problem: nil)
    }

    @Sendable func save(_ request: PageRequest) async throws -> Response {
        let project = try request.context.parameter("project")
        let form = TriggerForm(project: project, request.form)
        do {
            let documents = try DocumentReader.read([form.document])
            _ = try await web.api.store.apply(documents, dryRun: false, by: request.principal)
            return .seeOther(Link.project(project))
        } catch {
            let problem = try FormProblem.words(for: error)
            return try await page(request, form, isNew: request.form["isNew"] != nil, problem: problem)
        }
    }

    @Sendable func delete(_ request: PageRequest) async throws -> Response {
        let project = try request.context.parameter("project")
        let name = try request.context.parameter("trigger")
        try await web.api.store.deleteTrigger(project: project, name: name, by: request.principal)
        return .seeOther(Link.project(project))
    }

    private func page(
        _ request: PageRequest,
        _ form: TriggerForm,
        isNew: Bool,
        problem: String?
    ) async throws -> Response {
        let (exists, environments, reach) = try await web.look(request) { tx, seen in
            (
                try ProjectRows.find(form.project, seen: seen, in: tx) != nil,
                try DashboardRows.environments(only: nil, limit: 200, seen: seen, in: tx).map(\.name),
                try TriggerReachRows.machines(
                    environments: form.environments.sorted(),
                    roles: form.roleNames,
                    limit: Self.machinesShown,
                    seen: seen,
                    in: tx
                )
            )
        }
        guard exists else { throw StoreError.notFound(what: "project", which: form.project) }
        return try web.templates.page(
            "trigger",
            TriggerView(
                frame: Frame(isNew ? "New trigger" : form.name, request, web),
                form: form,
                isNew: isNew,
                problem: problem,
                environments: environments,
                reach: reach,
                past: try await past(form, as: request.principal)
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }

    /// What it would have done; what is wrong with it while it cannot be tried.
    private func past(_ form: TriggerForm, as principal: Principal) async throws -> TriggerView.Past {
        // A trigger can be tried out before it has a name.
        var document = form.document
        if form.name.isEmpty, case .object(var fields) = document {
            fields["name"] = .string("new")
            document = .object(fields)
        }
        do {
            let read = try DocumentReader.read([document])
            let triggers = read.compactMap { if case .trigger(let trigger) = $0 { trigger } else { nil } }
            let preview = try await web.api.store.preview(
                triggers,
                sinceSeconds: Self.previewSeconds,
                windowSeconds: Self.windowSeconds,
                bounds: TriggerPreviewBounds(matters: Self.mostEvents, machines: TriggerView.linesShown),
                as: principal
            )
            return .known(preview)
        } catch {
            return .faulty(try FormProblem.words(for: error))
        }
    }
}

/// What is wrong with what somebody entered, in words; what is no fault of his is thrown on.
enum FormProblem {
    static func words(for error: any Error) throws -> String {
        switch error {
        case let error as StoreError: return error.description
        case let error as SecretsUnavailable: return error.description
        case let error as DocumentFaults:
            return error.faults.map { fault in
                let field = fault.field.replacing("documents[0].", with: "")
                return "\(field) \(fault.message)"
            }.joined(separator: "; ")
        default: throw error
        }
    }
}
