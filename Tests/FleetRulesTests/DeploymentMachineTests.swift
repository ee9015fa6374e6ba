import FleetModel
import FleetRules
import Testing

@Suite struct DeploymentMachineTests {
    typealias Step = DeploymentFacts.StepFacts
    typealias Run = DeploymentFacts.RunFacts

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let facts: DeploymentFacts
        let actions: [DeploymentAction]

        init(_ name: String, _ facts: DeploymentFacts, _ actions: [DeploymentAction]) {
            testDescription = name
            self.facts = facts
            self.actions = actions
        }
    }

    /// A run with a step for each state; step ids are ten times the run's, counted from 1.
    static func run(
        _ id: Int64,
        _ states: [StepState],
        _ state: RunState = .running,
        accepts: Bool = true,
        busy: Bool = false,
        each: (inout Step) -> Void = { _ in }
    ) -> Run {
        let steps = states.enumerated().map { index, state in
            var step = Step(
                id: ID(id * 10 + Int64(index) + 1),
                index: index,
                state: state,
                message: "says why"
            )
            each(&step)
            return step
        }
        return Run(id: ID(id), state: state, machineAcceptsWork: accepts, machineIsBusy: busy, steps: steps)
    }

    static func deployment(
        kind: DeploymentKind = .rollout,
        cancel: Bool = false,
        halted: Bool = false,
        parallel: [Int?] = [nil, nil],
        _ runs: [Run]
    ) -> DeploymentFacts {
        DeploymentFacts(
            kind: kind,
            cancelRequested: cancel,
            isHalted: halted,
            maxParallel: parallel,
            runs: runs
        )
    }

    static func repeatable(attempt: Int) -> (inout Step) -> Void {
        { step in
            step.idempotent = true
            step.hasStarted = true
            step.attempt = attempt
        }
    }

    static let unknownReason = "it cannot be known whether a step ran to its end: says why"
    static let goneReason = "the machine is not available"

    static let offering = [
        Row(
            "the first step is given to all machines",
            deployment([run(1, [.pending, .pending], .pending), run(2, [.pending, .pending], .pending)]),
            [.offer(11), .offer(21)]
        ),
        Row(
            "no more machines at a time than the step allows",
            deployment(parallel: [1], [run(1, [.pending], .pending), run(2, [.pending], .pending)]),
            [.offer(11)]
        ),
        Row(
            "one that ended makes room for one",
            deployment(
                parallel: [2],
                [
                    run(1, [.succeeded], .succeeded), run(2, [.running]), run(3, [.pending], .pending),
                    run(4, [.pending], .pending),
                ]
            ),
            [.offer(31)]
        ),
        Row(
            "nobody goes on before the slowest has passed",
            deployment([run(1, [.succeeded, .pending]), run(2, [.running, .pending])]),
            []
        ),
        Row(
            "a run that failed does not hold up the others (B1)",
            deployment([run(1, [.succeeded, .pending]), run(2, [.failed, .pending])]),
            [.end(22, .skipped), .finishRun(2, .failed, reason: "says why"), .offer(12)]
        ),
        Row(
            "a machine with another step in hand waits, the others go",
            deployment([run(1, [.pending], .pending, busy: true), run(2, [.pending], .pending)]),
            [.offer(21)]
        ),
        Row(
            "steps that are not for a machine do not count for it",
            deployment([
                run(1, [.succeeded, .pending]),
                Run(id: 2, state: .pending, steps: [Step(id: 22, index: 1, state: .pending)]),
            ]),
            [.offer(12), .offer(22)]
        ),
        Row("a deployment that has ended says nothing", ended, []),
    ]

    static let ended = DeploymentFacts(
        kind: .rollout,
        state: .succeeded,
        maxParallel: [],
        runs: [run(1, [.succeeded], .succeeded)]
    )

    static let machines = [
        Row(
            "A8: a run queued for a machine that went is withdrawn",
            deployment([
                run(1, [.pending, .pending], .pending, accepts: false), run(2, [.running, .pending]),
            ]),
            [.end(11, .skipped), .end(12, .skipped), .finishRun(1, .skipped, reason: goneReason)]
        ),
        Row(
            "A8: a step that was offered and not taken is withdrawn too",
            deployment([run(1, [.offered], accepts: false), run(2, [.running])]),
            [.end(11, .skipped), .finishRun(1, .skipped, reason: goneReason)]
        ),
        Row(
            "a step that runs on a machine that went is waited for",
            deployment([run(1, [.running], accepts: false)]),
            []
        ),
        Row(
            "a machine that goes between two steps has failed",
            deployment([run(1, [.succeeded, .pending], accepts: false), run(2, [.running, .pending])]),
            [.end(12, .skipped), .finishRun(1, .failed, reason: goneReason + " for the remaining steps")]
        ),
        Row(
            "a machine that goes while a step is to be repeated is not said to be untouched",
            deployment([run(1, [.pending], accepts: false, each: repeatable(attempt: 1)), run(2, [.running])]
            ),
            [
                .end(11, .skipped),
                .finishRun(
                    1,
                    .unknown,
                    reason: "it cannot be known whether a step ran to its end, and \(goneReason) to repeat it"
                ),
            ]
        ),
        Row(
            "a run without steps is skipped, not done (A10)",
            deployment([Run(id: 1, state: .pending, steps: []), run(2, [.running])]),
            [.finishRun(1, .skipped, reason: "no step of the release is for its roles")]
        ),
        Row(
            "B4: an unknown outcome ends the run, in public",
            deployment([run(1, [.unknown, .pending]), run(2, [.running, .pending])]),
            [.end(12, .skipped), .finishRun(1, .unknown, reason: unknownReason)]
        ),
        Row(
            "B4: an idempotent step of unknown outcome is given out again",
            deployment([run(1, [.unknown], each: repeatable(attempt: 2))]),
            [.requeue(11), .offer(11)]
        ),
        Row(
            "B4: but not more often than three times",
            deployment([run(1, [.unknown], each: repeatable(attempt: 3)), run(2, [.running])]),
            [.finishRun(1, .unknown, reason: unknownReason)]
        ),
        Row(
            "B4: nor when its machine is gone",
            deployment([run(1, [.unknown], accepts: false, each: repeatable(attempt: 1)), run(2, [.running])]
            ),
            [.finishRun(1, .unknown, reason: unknownReason)]
        ),
    ]

    static let cancelling = [
        Row(
            "a cancellation ends at once what is not running, and waits for what is",
            deployment(cancel: true, [run(1, [.offered]), run(2, [.pending], .pending), run(3, [.running])]),
            [
                .end(11, .cancelled), .finishRun(1, .cancelled, reason: "cancelled"),
                .end(21, .cancelled), .finishRun(2, .cancelled, reason: "cancelled"),
            ]
        ),
        Row(
            "the last step reported as cancelled ends the deployment",
            deployment(cancel: true, [run(1, [.cancelled, .pending])]),
            [
                .end(12, .cancelled), .finishRun(1, .cancelled, reason: "cancelled"),
                .finish(.cancelled, reason: "1 machine: 1 cancelled"),
            ]
        ),
        Row(
            "a step of unknown outcome is not repeated",
            deployment(cancel: true, [run(1, [.unknown], each: repeatable(attempt: 1))]),
            [
                .finishRun(1, .unknown, reason: unknownReason),
                .finish(.cancelled, reason: "1 machine: 1 failed"),
            ]
        ),
        Row(
            "a cancellation that came too late to stop anything changes nothing",
            deployment(cancel: true, [run(1, [.succeeded])]),
            [.finishRun(1, .succeeded, reason: ""), .finish(.succeeded, reason: "1 machine")]
        ),
    ]

    private static let haltedReason = "the release failed on too many machines of the environment"

    static let halting = [
        Row(
            "B2: with the circuit open, what has not begun does not begin, and what has begun goes on",
            deployment(
                kind: .automatic,
                halted: true,
                [
                    run(1, [.offered]), run(2, [.pending], .pending), run(3, [.running]),
                    run(4, [.succeeded, .running]),
                ]
            ),
            [
                .end(11, .skipped), .finishRun(1, .skipped, reason: haltedReason),
                .end(21, .skipped), .finishRun(2, .skipped, reason: haltedReason),
            ]
        ),
        Row(
            "B2: a machine in the middle of its steps gets the rest",
            deployment(kind: .automatic, halted: true, [run(1, [.succeeded, .pending])]),
            [.offer(12)]
        ),
    ]

    static let finishing = [
        Row(
            "every machine succeeded",
            deployment([run(1, [.succeeded]), run(2, [.succeeded], .succeeded)]),
            [.finishRun(1, .succeeded, reason: ""), .finish(.succeeded, reason: "2 machines")]
        ),
        Row(
            "one of three failed",
            deployment([
                run(1, [.succeeded], .succeeded), run(2, [.failed], .failed), run(3, [.skipped], .skipped),
            ]),
            [.finish(.failed, reason: "3 machines: 1 failed, 1 skipped")]
        ),
        Row(
            "a rollout to an empty environment says what belongs there",
            deployment([]),
            [.finish(.succeeded, reason: "no machines: those that come get the release")]
        ),
        Row(
            "a rollout that found nobody available says what belongs there",
            deployment([run(1, [.skipped], .skipped)]),
            [.finish(.succeeded, reason: "1 machine: 1 skipped")]
        ),
        Row(
            "a deployment to named machines that reached none has failed",
            deployment(kind: .selected, [run(1, [.skipped], .skipped)]),
            [.finish(.failed, reason: "1 machine: 1 skipped")]
        ),
        Row(
            "A8: a deployment whose every arrival left again is withdrawn",
            deployment(kind: .automatic, [run(1, [.skipped], .skipped)]),
            [.finish(.cancelled, reason: "1 machine: 1 skipped")]
        ),
        Row(
            "an agent that cancels by itself does not make a success",
            deployment(
                kind: .automatic,
                [run(1, [.succeeded], .succeeded), run(2, [.cancelled], .cancelled)]
            ),
            [.finish(.cancelled, reason: "2 machines: 1 cancelled")]
        ),
    ]

    @Test(
        "What is done next follows from how things are",
        arguments: offering + machines + cancelling + halting + finishing
    )
    func advances(_ row: Row) {
        #expect(DeploymentMachine.advance(row.facts) == row.actions)
    }

    @Test(
        "Asked again after its actions were carried out, it answers nothing",
        arguments: offering + machines + cancelling + finishing
    )
    func isIdempotent(_ row: Row) {
        var facts = row.facts
        facts.apply(DeploymentMachine.advance(facts))
        #expect(DeploymentMachine.advance(facts) == [])
    }
}
