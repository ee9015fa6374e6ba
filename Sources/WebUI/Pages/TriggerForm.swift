import FleetModel
import HTTPAPI

/// The fields of a trigger as a person fills them in. They stand in the address while the trigger is tried out, and come
/// back as they were when it cannot be saved.
struct TriggerForm: Sendable {
    /// Marks an address, and a form, that carry the fields; without it they are those of the trigger that is there.
    static let edited = "edited"
    static let event = "on."
    static let environment = "environment."

    let project: String
    let name: String
    let events: Set<String>
    let environments: Set<String>
    /// As it was written, with commas or blanks.
    let roles: String
    let enabled: Bool
    let redeploy: Bool
    let repairDrift: Bool
    let quiet: String
    let longest: String
    let size: String
    let canary: String
    let attempts: String
    let backoff: String
    let backoffLongest: String

    /// What somebody filled in.
    init(project: String, _ form: Form) {
        self.project = project
        name = form["name"] ?? ""
        events = Set(form.names(after: Self.event))
        environments = Set(form.names(after: Self.environment))
        roles = form["roles"] ?? ""
        enabled = form["enabled"] != nil
        redeploy = form["redeploy"] != nil
        repairDrift = form["repairDrift"] != nil
        quiet = form["quiet"] ?? "0s"
        longest = form["longest"] ?? "60s"
        size = form["size"] ?? "100"
        canary = form["canary"] ?? "0"
        attempts = form["attempts"] ?? "3"
        backoff = form["backoff"] ?? "30s"
        backoffLongest = form["backoffLongest"] ?? "10m"
    }

    /// A trigger that is there.
    init(_ trigger: Trigger) {
        let retry = trigger.retry ?? Trigger.Retry()
        project = trigger.project
        name = trigger.name
        events = Set(trigger.eventGroups.map(\.rawValue) + trigger.eventCategories.map(\.rawValue))
        environments = Set(trigger.environments)
        roles = trigger.roles.joined(separator: ", ")
        enabled = trigger.enabled
        redeploy = trigger.redeploy
        repairDrift = trigger.repairDrift ?? false
        quiet = DurationText.text(seconds: trigger.batch.quietSeconds)
        longest = DurationText.text(seconds: trigger.batch.longestSeconds)
        size = String(trigger.batch.size)
        canary = String(trigger.batch.canary)
        attempts = String(retry.attempts)
        backoff = DurationText.text(seconds: retry.backoffSeconds)
        backoffLongest = DurationText.text(seconds: retry.longestSeconds)
    }

    /// A new one, as most are: whatever becomes available is deployed to.
    init(newFor project: String) {
        self.init(
            Trigger(
                id: ID(0),
                project: project,
                name: "",
                eventGroups: [.machineAvailableForDeployment],
                eventCategories: [],
                environments: [],
                roles: [],
                redeploy: false,
                enabled: true,
                batch: Trigger.Batch()
            )
        )
    }

    var roleNames: [String] { Form.words(of: roles) }

    /// The document that says the same, to be read as any other is: its faults are named by the same words.
    var document: JSONValue {
        let groups = Set(EventGroup.firingTriggers.map(\.rawValue))
        func texts(_ values: some Sequence<String>) -> JSONValue {
            .array(values.sorted().map { .string($0) })
        }
        func number(_ text: String) -> JSONValue { Int64(text).map { .int($0) } ?? .string(text) }
        return .object([
            "kind": .string("Trigger"),
            "project": .string(project),
            "name": .string(name),
            "eventGroups": texts(events.intersection(groups)),
            "eventCategories": texts(events.subtracting(groups)),
            "environments": texts(environments),
            "roles": texts(roleNames),
            "enabled": .bool(enabled),
            "redeploy": .bool(redeploy),
            "repairDrift": .bool(repairDrift),
            "batch": .object([
                "quiet": .string(quiet),
                "longest": .string(longest),
                "size": number(size),
                "canary": canary == "0" ? .bool(false) : number(canary),
            ]),
            "retry": .object([
                "attempts": number(attempts),
                "backoff": .string(backoff),
                "longest": .string(backoffLongest),
            ]),
        ])
    }
}
