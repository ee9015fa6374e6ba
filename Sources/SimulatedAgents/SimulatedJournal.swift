package import FleetModel
internal import Synchronization

/// What the simulated agents of a process did, kept so that an auditor can ask for what must never be: a step that
/// was started twice.
///
/// Only what a node said yes to is here, and it is here before the step counts as started, as in a real agent's
/// journal. Entries are never removed.
package final class SimulatedJournal: Sendable {
    /// A step that an agent took on and started.
    package struct Start: Sendable, Equatable {
        package let step: ID<StepRun>
        package let fence: Int64
        package let machine: ID<Machine>
        package let deployment: ID<Deployment>
        package let project: String
        package let release: String
        package let at: ContinuousClock.Instant
    }

    private struct Records {
        var starts: [Start] = []
        var results = 0
        var polls = 0
        var failures = 0
        var joined: [ID<Machine>: ContinuousClock.Instant] = [:]
        var waits: [Duration] = []
        var begun: Set<ID<Machine>> = []
    }

    private let records = Mutex(Records())

    package init() {}

    package var starts: [Start] { records.withLock { $0.starts } }
    /// Results that a node acknowledged.
    package var results: Int { records.withLock { $0.results } }
    /// Polls that were answered.
    package var polls: Int { records.withLock { $0.polls } }
    /// Requests without an answer, and answers that the agent did not hope for; each was followed by another try.
    package var failures: Int { records.withLock { $0.failures } }
    package var joined: Int { records.withLock { $0.joined.count } }
    /// For each machine that was given work: how long after its joining it started its first step.
    package var waitsForFirstStep: [Duration] { records.withLock { $0.waits } }

    /// Steps that were started more than once, whatever the fences said, with all their starts.
    package var startedTwice: [ID<StepRun>: [Start]] {
        Dictionary(grouping: starts, by: \.step).filter { $0.value.count > 1 }
    }

    func joined(_ machine: ID<Machine>) {
        let now = ContinuousClock.now
        records.withLock { $0.joined[machine] = now }
    }

    func started(_ assignment: AgentV1.Assignment, on machine: ID<Machine>) {
        let start = Start(
            step: assignment.stepRunID,
            fence: assignment.fence,
            machine: machine,
            deployment: assignment.deploymentID,
            project: assignment.project,
            release: assignment.release,
            at: .now
        )
        records.withLock { records in
            records.starts.append(start)
            if records.begun.insert(machine).inserted, let joined = records.joined[machine] {
                records.waits.append(start.at - joined)
            }
        }
    }

    func acknowledged() { records.withLock { $0.results += 1 } }
    func polled() { records.withLock { $0.polls += 1 } }
    func failed() { records.withLock { $0.failures += 1 } }
}
