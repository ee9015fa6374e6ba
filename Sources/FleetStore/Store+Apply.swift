package import FleetModel
import FleetRules
package import Postgres

/// Configuration as code: all documents of one apply, or none of them.
package enum ApplyCommand {
    /// Makes the documents so. What is already as they say is left alone: no write, no event.
    ///
    /// `expecting` refuses all of it with `ConfigurationChanged` when something is not as the caller has seen it.
    package static func run(
        _ documents: [Document],
        expecting: [APIV1.Expected] = [],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIV1.ApplyResponse {
        try DocumentRights.check(documents, in: tx, changes)
        var actions: [String: String] = [:]
        try ConfigurationExpectation.check(expecting, by: changes.principal, in: tx)
        try applyEnvironments(documents, &actions, in: tx, &changes)
        try MachinePolicyCommands.apply(documents, &actions, in: tx, &changes)
        try applyProjects(documents, &actions, in: tx, &changes)
        try FreezeCommands.apply(documents, &actions, in: tx, &changes)
        try applyTriggers(documents, &actions, in: tx, &changes)
        try WebhookCommands.apply(documents, &actions, in: tx, &changes)
        return APIV1.ApplyResponse(
            applied: documents.map {
                APIV1.Applied(
                    kind: $0.kind,
                    name: $0.name,
                    action: actions["\($0.kind) \($0.name)"] ?? "unchanged"
                )
            }
        )
    }

    private static func applyEnvironments(
        _ documents: [Document],
        _ actions: inout [String: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let wanted = documents.compactMap {
            if case .environment(let document) = $0 { document } else { nil }
        }
        guard !wanted.isEmpty else { return }
        var created: Set<String> = []
        for row in try EnvironmentRows.apply(wanted, in: tx) {
            if row.created { created.insert(row.name) }
            actions["Environment \(row.name)"] = row.created ? "created" : "changed"
            let subject = EventSubject(environment: row.id)
            changes.post(.environmentApplied(subject, name: row.name, created: row.created))
        }
        try EphemeralApply.run(documents, created: created, &actions, in: tx, &changes)
    }

    private static func applyProjects(
        _ documents: [Document],
        _ actions: inout [String: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let wanted = documents.compactMap { if case .project(let document) = $0 { document } else { nil } }
        guard !wanted.isEmpty else { return }
        let ordering = try ProjectOrdering(documents, in: tx)
        for row in try ProjectRows.apply(wanted, by: changes.principal, in: tx) {
            actions["Project \(row.name)"] = row.created ? "created" : "changed"
            try Promotions.touchRefused(of: row.id, in: tx)
            changes.post(.projectApplied(EventSubject(project: row.id), name: row.name, created: row.created))
        }
        let reordered = try ordering.apply(seen: changes.seen(in: tx), in: tx)
        for project in reordered where actions["Project \(project.name)"] == nil {
            actions["Project \(project.name)"] = "changed"
            changes.post(
                .projectApplied(EventSubject(project: project.id), name: project.name, created: false)
            )
        }
    }

    private static func applyTriggers(
        _ documents: [Document],
        _ actions: inout [String: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let wanted = documents.enumerated().compactMap { index, document in
            if case .trigger(let trigger) = document { (index: index, document: trigger) } else { nil }
        }
        guard !wanted.isEmpty else { return }
        let references = try TriggerReferences(wanted, seen: .everything, in: tx)
        let triggers = wanted.compactMap { trigger in
            references.projects[trigger.document.project].map { (project: $0, document: trigger.document) }
        }
        let written = try TriggerRows.apply(triggers, by: changes.principal, in: tx)
        let all = try TriggerRows.ids(of: triggers.map { ($0.project, $0.document.name) }, in: tx)
        let ids = Dictionary(
            uniqueKeysWithValues: all.map { (Key(project: $0.project, name: $0.name), $0.id) }
        )
        let pairs = triggers.flatMap { trigger in
            trigger.document.environments.compactMap { name in
                let id = ids[Key(project: trigger.project, name: trigger.document.name)]
                return id.flatMap { id in references.environments[name].map { (trigger: id, environment: $0) }
                }
            }
        }
        let moved = try TriggerRows.setEnvironments(of: all.map(\.id), to: pairs, in: tx)
        for (project, document) in triggers {
            guard let id = ids[Key(project: project, name: document.name)] else { continue }
            let row = written.first { $0.id == id }
            guard row != nil || moved.contains(id) else { continue }
            let created = row?.created ?? false
            actions["Trigger \(document.project)/\(document.name)"] = created ? "created" : "changed"
            changes.post(
                .triggerApplied(
                    EventSubject(project: project, trigger: id),
                    name: "\(document.project)/\(document.name)",
                    created: created
                )
            )
        }
    }

    private struct Key: Hashable {
        let project: ID<Project>
        let name: String
    }
}

/// The ids of everything that triggers refer to, looked up after the other documents of the apply were
/// written.
struct TriggerReferences {
    let projects: [String: ID<Project>]
    let environments: [String: ID<Environment>]

    /// Throws every reference that leads nowhere, at once.
    init(
        _ triggers: [(index: Int, document: TriggerDocument)],
        seen: Seen,
        in tx: borrowing Transaction
    ) throws {
        let projects = try ProjectRows.ids(of: triggers.map(\.document.project), in: tx)
            .filter { seen.has($0.value) }
        let environments = try EnvironmentRows.ids(of: triggers.flatMap(\.document.environments), in: tx)
            .filter { seen.has($0.value) }
        let faults = triggers.flatMap { index, trigger in
            (projects[trigger.project] == nil
                ? [UnknownNames.fault(trigger.project, "project", at: "documents[\(index)].project")] : [])
                + UnknownNames.faults(
                    trigger.environments,
                    known: environments,
                    "environment",
                    at: "documents[\(index)].environments"
                )
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
        self.projects = projects
        self.environments = environments
    }
}

extension Store {
    /// Applies the documents, or with `dryRun` only says what applying them would do.
    package func apply(
        _ documents: [Document],
        expecting: [APIV1.Expected] = [],
        dryRun: Bool = false,
        by principal: Principal
    ) async throws -> APIV1.ApplyResponse {
        guard dryRun else {
            return try await unitOfWork(by: principal) { tx, changes in
                try ApplyCommand.run(documents, expecting: expecting, in: tx, &changes)
            }
        }
        do {
            return try await read { tx in
                var changes = Changes(by: principal, node: node)
                let before = try documents.map { try ConfigurationExpectation.state(of: $0, in: tx) }
                var response = try ApplyCommand.run(documents, expecting: expecting, in: tx, &changes)
                for (index, document) in documents.enumerated() {
                    response.applied[index].etag = before[index]?.tag
                    guard response.applied[index].action != "unchanged" else { continue }
                    response.applied[index].before = try before[index].map {
                        try JSONText.decode(from: $0.text)
                    }
                    let after = try ConfigurationExpectation.state(of: document, in: tx)
                    response.applied[index].after = try after.map { try JSONText.decode(from: $0.text) }
                }
                throw DryRun(response: response)
            }
        } catch let outcome as DryRun {
            return outcome.response
        }
    }

    /// Deletes a trigger; its open needs stay, and are looked at again without it.
    package func deleteTrigger(
        project: String,
        name: String,
        if condition: ConfigurationCondition? = nil,
        by principal: Principal
    ) async throws {
        try await unitOfWork(by: principal) { tx, changes in
            guard changes.isSeen(.project(project)) else {
                throw StoreError.notFound(what: "trigger", which: "\(project)/\(name)")
            }
            let places = try AccessPlaceRows.trigger(project: project, name: name, in: tx)
            try changes.requireUnnamed(.configure, at: places)
            try condition?.check(.trigger, "\(project)/\(name)", seen: changes.seen(in: tx), in: tx)
            guard let deleted = try TriggerRows.delete(project: project, name: name, in: tx) else {
                throw StoreError.notFound(what: "trigger", which: "\(project)/\(name)")
            }
            let subject = EventSubject(project: deleted.project, trigger: deleted.trigger)
            changes.post(.triggerDeleted(subject, name: "\(project)/\(name)"))
        }
    }
}

/// Thrown to roll a dry run back.
private struct DryRun: Error {
    let response: APIV1.ApplyResponse
}
