internal import FleetClient
internal import FleetModel
internal import Logging
internal import Synchronization

/// Gets a step's secrets just before its script starts, and takes them away when it has ended.
struct SecretsFetcher: Sendable {
    /// What one step gets at most; nodes keep to it too, but are not believed here.
    static let mostSecrets = 200
    static let mostBytes = 64 * 1024
    private static let mostNameBytes = 255
    /// How long nodes are asked, unless the step's own time is shorter.
    private static let mostSeconds = 300

    let directory: SecretsDirectory
    let node: NodeLink
    let logger: Logger

    /// The folder with the step's secrets, for its order; nil: it has none, or is cancelled, and its supervisor sees that.
    ///
    /// - Throws: when there is no place for them or no node gives them, in words.
    func fetch(for assignment: AgentV1.Assignment, in folder: StepFolder) async throws -> String? {
        guard assignment.hasSecrets == true else { return nil }
        let directory = directory
        let id = assignment.stepRunID
        try await Blocking.run { try directory.prepare() }
        let limit = min(Self.mostSeconds, assignment.step.timeoutSeconds)
        let failure = LastFailure()
        let answer = try await StopRace.run(folder, timeoutSeconds: limit) {
            try await ask(assignment, failure)
        }
        switch answer {
        case .done(let secrets):
            try Self.check(secrets)
            return try await Blocking.run { try directory.write(secrets, for: id) }
        case .cancelled: return nil
        case .timedOut:
            throw AgentError("no node gave the step's secrets within \(limit) s\(failure.text)")
        }
    }

    /// Removes folders of the step that were made before `kept`, unless a supervisor has begun with one of them.
    func removeOlder(than kept: String?, of assignment: AgentV1.Assignment, in folder: StepFolder) throws {
        guard assignment.hasSecrets == true, !Disk.exists(folder.claim) else { return }
        try directory.remove(assignment.stepRunID, but: kept)
    }

    /// Takes the secrets out of what the agent says about the step's end, and then away. Blocking.
    func close(_ end: StepEnd, of assignment: AgentV1.Assignment, in folder: StepFolder) -> StepEnd {
        guard assignment.hasSecrets == true else { return end }
        var end = end
        do {
            let given = try? Disk.readJSON(folder.order, as: SupervisorOrder.self)?.secretsFolder
            if let given, Disk.exists(given) {
                end.message = Masker(Array(try SecretsDirectory.read(given).values)).masked(end.message)
                try Disk.removeTree(given)
            }
            try directory.remove(assignment.stepRunID)
        } catch {
            end.message += "; its secrets could not be removed from this machine: \(error)"
        }
        return end
    }

    private func ask(
        _ assignment: AgentV1.Assignment,
        _ failure: LastFailure
    ) async throws -> [String: String] {
        var backoff = Backoff(base: .milliseconds(500), cap: .seconds(10))
        while true {
            do {
                return try await node.call {
                    try await $0.secrets(assignment.stepRunID, fence: assignment.fence)
                }
            } catch let problem as Problem where NodeLink.isStale(problem) {
                throw AgentError("the node gave the step up before it began: \(problem.detail)")
            } catch let problem as Problem where Self.isFinal(problem) {
                throw AgentError("the node refused the step's secrets: \(problem.detail)")
            } catch {
                try Task.checkCancellation()
                failure.set("\(error)")
                logger.warning(
                    "secrets not received yet",
                    metadata: ["step": "\(assignment.stepRunID)", "error": "\(error)"]
                )
                try await Task.sleep(for: backoff.next(after: error, fraction: .random(in: 0..<1)))
            }
        }
    }

    /// Asking again would bring the same.
    private static func isFinal(_ problem: Problem) -> Bool {
        (400..<500).contains(problem.status) && ![401, 408, 409, 425, 429].contains(problem.status)
    }

    /// Before anything of it becomes a file: names that lead nowhere, values that can be masked.
    static func check(_ secrets: [String: String]) throws(AgentError) {
        let bytes = secrets.values.reduce(0) { $0 + $1.utf8.count }
        guard secrets.count <= mostSecrets, bytes <= mostBytes else {
            throw AgentError(
                "the step has \(secrets.count) secrets of \(bytes) bytes: at most \(mostSecrets) and \(mostBytes) bytes"
            )
        }
        for (name, value) in secrets {
            guard ScriptEnvironment.isName(name), name.utf8.count <= mostNameBytes else {
                throw AgentError("'\(name)' cannot be the name of a secret: a name is letters, digits and _")
            }
            guard SecretForms.canBeMasked(Array(value.utf8)) else {
                throw AgentError(
                    "secret '\(name)' is too short to be masked in logs: give it a value of "
                        + "\(SecretForms.leastBytes) bytes or more, beside line ends"
                )
            }
        }
    }
}

/// What the last try ended with, for who waited in vain.
private final class LastFailure: Sendable {
    private let last = Mutex<String?>(nil)

    var text: String { last.withLock { $0.map { ": \($0)" } ?? "" } }

    func set(_ text: String) { last.withLock { $0 = text } }
}
