import FleetModel
import FleetRules
import Testing

/// Steps that are repeated after a failure, and steps that run because of one.
@Suite struct StepConditionTests {
    typealias Table = DeploymentMachineTests
    typealias Row = Table.Row
    typealias Step = DeploymentFacts.StepFacts

    private static func retries(_ retries: Int, after failures: Int = 0) -> (inout Step) -> Void {
        { step in
            step.retries = retries
            step.failures = failures
            step.hasStarted = true
            step.attempt = failures + 1
        }
    }

    /// The second step runs when the first failed, the third in any case.
    private static func guarded(_ states: [StepState], absence: DeploymentFacts.Absence? = nil)
        -> DeploymentFacts.RunFacts
    {
        var run = Table.run(1, states, absence: absence)
        run.steps[1].runWhen = .failure
        run.steps[2].runWhen = .always
        return run
    }

    static let repeating: [Row] = [
        Row(
            "a step that failed is given out again as often as it says",
            Table.deployment([Table.run(1, [.failed, .pending], each: retries(2, after: 1))]),
            [.retry(11), .offer(11)]
        ),
        Row(
            "and not more often",
            Table.deployment([
                Table.run(1, [.failed], each: retries(2, after: 2)), Table.run(2, [.running]),
            ]),
            [.finishRun(1, .failed, reason: "says why")]
        ),
        Row(
            "an unknown outcome is no failure",
            Table.deployment([Table.run(1, [.unknown], each: retries(2)), Table.run(2, [.running])]),
            [.finishRun(1, .unknown, reason: Table.unknownReason)]
        ),
        Row(
            "a machine that goes before the repetition has failed, and is not excused",
            Table.deployment([
                Table.run(1, [.pending], absence: .unavailable) { step in
                    step.retries = 1
                    step.failures = 1
                },
                Table.run(2, [.running]),
            ]),
            [
                .end(11, .skipped),
                .finishRun(1, .failed, reason: "says why, and the machine is not available to repeat it"),
            ]
        ),
        Row(
            "a cancellation ends the repetitions",
            Table.deployment(cancel: true, [Table.run(1, [.failed], each: retries(2))]),
            [
                .finishRun(1, .failed, reason: "says why"),
                .finish(.cancelled, reason: "1 machine: 1 failed"),
            ]
        ),
    ]

    static let conditions: [Row] = [
        Row(
            "all went well: what is for a failure is left out",
            Table.deployment(parallel: [nil, nil, nil], [guarded([.succeeded, .pending, .pending])]),
            [.end(12, .skipped), .offer(13)]
        ),
        Row(
            "a failure: what is for it runs, and what runs always",
            Table.deployment(parallel: [nil, nil, nil], [guarded([.failed, .pending, .pending])]),
            [.offer(12)]
        ),
        Row(
            "then the run has failed, for the first reason",
            Table.deployment([guarded([.failed, .succeeded, .succeeded])]),
            [
                .finishRun(1, .failed, reason: "says why"),
                .finish(.failed, reason: "1 machine: 1 failed"),
            ]
        ),
        Row(
            "after an unknown outcome nothing runs: what is unknown may be running still",
            Table.deployment([guarded([.unknown, .pending, .pending]), Table.run(2, [.running])]),
            [
                .end(12, .skipped), .end(13, .skipped),
                .finishRun(1, .unknown, reason: Table.unknownReason),
            ]
        ),
        Row(
            "nor on a machine that went after the failure",
            Table.deployment([
                guarded([.failed, .pending, .pending], absence: .unavailable), Table.run(2, [.running]),
            ]),
            [
                .end(12, .skipped), .end(13, .skipped),
                .finishRun(1, .failed, reason: "says why"),
            ]
        ),
    ]

    @Test(
        "Failed steps are repeated as they say, and failures are answered by the steps for them",
        arguments: repeating + conditions
    )
    func advances(_ row: Row) {
        #expect(DeploymentMachine.advance(row.facts) == row.actions)
    }

    @Test("Asked again it answers nothing", arguments: repeating + conditions)
    func isIdempotent(_ row: Row) {
        var facts = row.facts
        facts.apply(DeploymentMachine.advance(facts))
        #expect(DeploymentMachine.advance(facts) == [])
    }
}
