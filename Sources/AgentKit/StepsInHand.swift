internal import FleetModel
internal import Synchronization

/// Which steps this agent has in hand: bounded, and one per project, since two would share one folder.
final class StepsInHand: Sendable {
    static let most = 4

    private let steps = Mutex<[ID<StepRun>: String]>([:])

    var ids: [ID<StepRun>] { steps.withLock { $0.keys.sorted() } }

    /// false: not now; the node offers it again.
    func take(_ id: ID<StepRun>, project: String) -> Bool {
        steps.withLock { steps in
            guard steps.count < Self.most, steps[id] == nil, !steps.values.contains(project) else {
                return false
            }
            steps[id] = project
            return true
        }
    }

    /// A step of the journal: taken on before, so it is not asked whether there is room.
    func resume(_ id: ID<StepRun>, project: String) {
        steps.withLock { $0[id] = project }
    }

    func give(back id: ID<StepRun>) {
        steps.withLock { $0[id] = nil }
    }
}
