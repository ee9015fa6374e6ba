import FleetModel
import FleetRules

/// Carries out actions on the facts, as the store does on the rows.
extension DeploymentFacts {
    mutating func apply(_ actions: [DeploymentAction]) {
        for action in actions {
            switch action {
            case .offer(let id):
                change(id) {
                    $0.state = .offered
                    $0.attempt += 1
                }
                for index in runs.indices where runs[index].steps.contains(where: { $0.id == id }) {
                    runs[index].state = .running
                }
            case .requeue(let id): change(id) { $0.state = .pending }
            case .retry(let id):
                change(id) {
                    $0.state = .pending
                    $0.failures += 1
                    $0.hasStarted = false
                }
            case .gate(let index, let state, let reason):
                for gate in gates.indices where gates[gate].index == index {
                    gates[gate].state = state
                    gates[gate].reason = reason
                }
            case .includeNew: break
            case .check(let id):
                for index in runs.indices where runs[index].id == id { runs[index].check = .open }
            case .end(let id, let state): change(id) { $0.state = state }
            case .finishRun(let id, let state, _, let isExcused):
                for index in runs.indices where runs[index].id == id {
                    runs[index].state = state
                    runs[index].isExcused = isExcused
                }
            case .finish(let state, _): self.state = state
            }
        }
    }

    mutating func change(_ id: ID<StepRun>, _ body: (inout StepFacts) -> Void) {
        for run in runs.indices {
            for step in runs[run].steps.indices where runs[run].steps[step].id == id {
                body(&runs[run].steps[step])
            }
        }
    }

    var steps: [StepFacts] { runs.flatMap(\.steps) }
}
