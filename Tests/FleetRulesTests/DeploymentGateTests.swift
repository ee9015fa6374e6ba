import FleetModel
import FleetRules
import Testing

/// Approvals and health checks: the steps of a deployment that no machine runs.
@Suite struct DeploymentGateTests {
    typealias Table = DeploymentMachineTests
    typealias Row = Table.Row

    private static func approval(
        at index: Int = 1,
        _ state: GateState? = nil,
        onAutomatic: Step.OnAutomatic = .approve,
        overdue: Bool = false,
        reason: String = ""
    ) -> DeploymentFacts.GateFacts {
        .init(
            index: index,
            name: "go",
            action: .approval,
            onAutomatic: onAutomatic,
            state: state,
            isOverdue: overdue,
            reason: reason
        )
    }

    /// A run whose second step of its own comes after a gate at index 1.
    private static func run(_ id: Int64, _ first: StepState, _ last: StepState) -> DeploymentFacts.RunFacts {
        var run = Table.run(id, [first, last])
        run.steps[1].index = 2
        return run
    }

    private static let automatic = "the deployment is automatic"

    static let rows: [Row] = [
        Row(
            "it is asked for once the last machine has come to it",
            Table.deployment(
                gates: [approval()],
                [run(1, .succeeded, .pending), run(2, .running, .pending)]
            ),
            []
        ),
        Row(
            "then nothing after it begins before a person approves",
            Table.deployment(gates: [approval()], [run(1, .succeeded, .pending)]),
            [.gate(1, .waiting, reason: "")]
        ),
        Row(
            "while it waits nothing happens",
            Table.deployment(gates: [approval(.waiting)], [run(1, .succeeded, .pending)]),
            []
        ),
        Row(
            "approved, what is after it goes on",
            Table.deployment(gates: [approval(.passed)], [run(1, .succeeded, .pending)]),
            [.offer(12)]
        ),
        Row(
            "refused, what is after it is cancelled",
            Table.deployment(
                gates: [approval(.refused, reason: "not on a Friday")],
                [run(1, .succeeded, .pending)]
            ),
            [
                .end(12, .cancelled),
                .finishRun(1, .cancelled, reason: "step 'go' was refused: not on a Friday"),
                .finish(.cancelled, reason: "step 'go' was refused: not on a Friday"),
            ]
        ),
        Row(
            "nobody answered in time: like refused",
            Table.deployment(gates: [approval(.waiting, overdue: true)], [run(1, .succeeded, .pending)]),
            [
                .gate(1, .timedOut, reason: "nobody answered in time"),
                .end(12, .cancelled),
                .finishRun(1, .cancelled, reason: "step 'go' was not approved: nobody answered in time"),
                .finish(.cancelled, reason: "step 'go' was not approved: nobody answered in time"),
            ]
        ),
        Row(
            "a rollout to an empty environment is asked about too",
            Table.deployment(gates: [approval()], []),
            [.gate(1, .waiting, reason: "")]
        ),
        Row(
            "a rollout whose runs are all done waits for the approval at its end",
            Table.deployment(gates: [approval(.waiting)], [Table.run(1, [.succeeded], .succeeded)]),
            []
        ),
        Row(
            "a rollout that has failed asks nobody",
            Table.deployment(gates: [approval()], [Table.run(1, [.failed], .failed)]),
            [.finish(.failed, reason: "1 machine: 1 failed")]
        ),
        Row(
            "a cancellation does not wait for an approval",
            Table.deployment(cancel: true, gates: [approval(.waiting)], [run(1, .succeeded, .pending)]),
            [
                .end(12, .cancelled), .finishRun(1, .cancelled, reason: "cancelled"),
                .finish(.cancelled, reason: "1 machine: 1 cancelled"),
            ]
        ),
        Row(
            "a machine that goes while it waits is seen to",
            Table.deployment(
                gates: [approval(.waiting)],
                [
                    run(1, .succeeded, .pending),
                    Table.run(2, [.pending], .pending, absence: .unavailable),
                ]
            ),
            [.end(21, .skipped), .finishRun(2, .skipped, reason: "the machine is not available")]
        ),
    ]

    static let whenAutomatic: [Row] = [
        Row(
            "onAutomatic approve: an arrival counts as approved",
            Table.deployment(kind: .automatic, gates: [approval()], [run(1, .succeeded, .pending)]),
            [.gate(1, .passed, reason: automatic), .offer(12)]
        ),
        Row(
            "onAutomatic skip: it is left out",
            Table.deployment(
                kind: .automatic,
                gates: [approval(onAutomatic: .skip)],
                [run(1, .succeeded, .pending)]
            ),
            [.gate(1, .skipped, reason: automatic), .offer(12)]
        ),
        Row(
            "onAutomatic run: an arrival waits for a person",
            Table.deployment(
                kind: .automatic,
                gates: [approval(onAutomatic: .run)],
                [run(1, .succeeded, .pending)]
            ),
            [.gate(1, .waiting, reason: "")]
        ),
        Row(
            "none of them has a say when a person deploys",
            Table.deployment(
                kind: .selected,
                gates: [approval(onAutomatic: .skip)],
                [run(1, .succeeded, .pending)]
            ),
            [.gate(1, .waiting, reason: "")]
        ),
    ]

    private static func check(_ includeNew: Bool) -> DeploymentFacts.GateFacts {
        .init(index: 1, name: "look", action: .healthCheck(includeNew: includeNew), onAutomatic: .run)
    }

    static let checks: [Row] = [
        Row(
            "a health check lets those that answer go on, and leaves out those that do not",
            Table.deployment(
                gates: [check(false)],
                [
                    run(1, .succeeded, .pending),
                    Table.run(2, [.succeeded, .pending], absence: .unavailable),
                ]
            ),
            [
                .end(22, .skipped),
                .finishRun(
                    2,
                    .failed,
                    reason: "the machine is not available for the remaining steps",
                    isExcused: true
                ),
                .gate(1, .passed, reason: ""), .offer(12),
            ]
        ),
        Row(
            "new machines of a rollout come first to where the others are",
            Table.deployment(gates: [check(true)], [run(1, .succeeded, .pending)]),
            [.includeNew, .gate(1, .passed, reason: "")]
        ),
        Row(
            "a deployment to named machines, or to arrivals, takes no others in",
            Table.deployment(kind: .selected, gates: [check(true)], [run(1, .succeeded, .pending)]),
            [.gate(1, .passed, reason: ""), .offer(12)]
        ),
    ]

    @Test("Approvals and health checks hold up what is after them", arguments: rows + whenAutomatic + checks)
    func advances(_ row: Row) {
        #expect(DeploymentMachine.advance(row.facts) == row.actions)
    }

    @Test("Asked again it answers nothing", arguments: rows + whenAutomatic)
    func isIdempotent(_ row: Row) {
        var facts = row.facts
        facts.apply(DeploymentMachine.advance(facts))
        #expect(DeploymentMachine.advance(facts) == [])
    }
}
