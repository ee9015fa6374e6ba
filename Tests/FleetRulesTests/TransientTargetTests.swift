import FleetModel
import FleetRules
import Testing

/// What a deployment makes of machines that come and go.
@Suite struct TransientTargetTests {
    typealias Table = DeploymentMachineTests
    typealias Row = Table.Row
    typealias Settings = DeploymentSettings

    private static let gone = "the machine is not available"
    private static let strict = Settings(unavailableTargets: .fail, unhealthyTargets: .fail)
    private static let other = Table.run(2, [.running, .pending])

    private static func row(
        _ name: String,
        kind: DeploymentKind = .rollout,
        _ settings: Settings,
        _ run: DeploymentFacts.RunFacts,
        _ ended: [Int64],
        _ state: RunState,
        _ reason: String,
        excused: Bool = false
    ) -> Row {
        Row(
            name,
            Table.deployment(kind: kind, settings: settings, [run, other]),
            ended.map { .end(ID($0), .skipped) }
                + [.finishRun(1, state, reason: reason, isExcused: excused)]
        )
    }

    static let before: [Row] = [
        row(
            "unavailable before the first step, skip: left out",
            Settings(),
            Table.run(1, [.pending, .pending], .pending, absence: .unavailable),
            [11, 12],
            .skipped,
            gone
        ),
        row(
            "unavailable before the first step, fail: its run fails, the other goes on",
            strict,
            Table.run(1, [.pending, .pending], .pending, absence: .unavailable),
            [11, 12],
            .failed,
            gone
        ),
        row(
            "but its policy says that it may be offline: left out whatever the project says",
            strict,
            Table.run(1, [.pending], .pending, absence: .unavailable, mayBeOffline: true),
            [11],
            .skipped,
            gone
        ),
        row(
            "an arrival that left again is left out, its need lives on",
            kind: .automatic,
            strict,
            Table.run(1, [.pending], .pending, absence: .unavailable),
            [11],
            .skipped,
            gone
        ),
        row(
            "unhealthy before the first step, skip: left out",
            Settings(unavailableTargets: .fail),
            Table.run(1, [.pending], .pending, absence: .unhealthy),
            [11],
            .skipped,
            "the machine is unhealthy"
        ),
        row(
            "unhealthy before the first step, fail: its run fails",
            Settings(unhealthyTargets: .fail),
            Table.run(1, [.pending], .pending, absence: .unhealthy),
            [11],
            .failed,
            "the machine is unhealthy"
        ),
        row(
            "a machine that a person disabled is left out",
            strict,
            Table.run(1, [.pending], .pending, absence: .disabled),
            [11],
            .skipped,
            "the machine is disabled"
        ),
        row(
            "so is one that is no more",
            strict,
            Table.run(1, [.pending], .pending, absence: .deleted),
            [11],
            .skipped,
            "the machine was deleted"
        ),
    ]

    static let inTheMiddle: [Row] = [
        row(
            "unavailable in the middle, skip: its run failed, and is excused",
            Settings(),
            Table.run(1, [.succeeded, .pending], absence: .unavailable),
            [12],
            .failed,
            "\(gone) for the remaining steps",
            excused: true
        ),
        row(
            "unavailable in the middle, fail: its run failed",
            strict,
            Table.run(1, [.succeeded, .pending], absence: .unavailable),
            [12],
            .failed,
            "\(gone) for the remaining steps"
        ),
        row(
            "unavailable in the middle, and it may be offline: excused",
            strict,
            Table.run(1, [.succeeded, .pending], absence: .unavailable, mayBeOffline: true),
            [12],
            .failed,
            "\(gone) for the remaining steps",
            excused: true
        ),
        row(
            "deleted in the middle: excused",
            strict,
            Table.run(1, [.succeeded, .pending], absence: .deleted),
            [12],
            .failed,
            "the machine was deleted for the remaining steps",
            excused: true
        ),
        row(
            "unhealthy in the middle fails whatever is set: the release may be why",
            Settings(),
            Table.run(1, [.succeeded, .pending], absence: .unhealthy),
            [12],
            .failed,
            "the machine is unhealthy for the remaining steps"
        ),
        row(
            "went silent in the middle of a step: unknown, and excused",
            Settings(),
            Table.run(1, [.unknown, .pending], absence: .unavailable),
            [12],
            .unknown,
            Table.unknownReason,
            excused: true
        ),
        row(
            "an unknown outcome on a machine that is there is not excused",
            Settings(),
            Table.run(1, [.unknown, .pending]),
            [12],
            .unknown,
            Table.unknownReason
        ),
    ]

    private static func min(_ percent: Int) -> Settings { Settings(minimumHealthy: percent) }

    static let adding: [Row] = [
        Row(
            "machines that went away in the middle do not fail a rollout that reached others",
            Table.deployment([
                Table.run(1, [.succeeded], .succeeded), Table.run(2, [.unknown], .unknown, excused: true),
                Table.run(3, [.skipped], .skipped),
            ]),
            [.finish(.succeeded, reason: "3 machines: 1 went away in the middle, 1 skipped")]
        ),
        Row(
            "a release that takes every machine's network away is no success",
            Table.deployment([
                Table.run(1, [.unknown], .unknown, excused: true), Table.run(2, [.skipped], .skipped),
            ]),
            [.finish(.failed, reason: "2 machines: 1 failed, 1 skipped")]
        ),
    ]

    static let minimum: [Row] = [
        Row(
            "one of four left out is still 75 %",
            Table.deployment(
                settings: min(75),
                [
                    Table.run(1, [.skipped], .skipped), Table.run(2, [.pending], .pending),
                    Table.run(3, [.pending], .pending), Table.run(4, [.pending], .pending),
                ]
            ),
            [.offer(21), .offer(31), .offer(41)]
        ),
        Row(
            "too few are there at the beginning: nothing is begun",
            Table.deployment(
                settings: min(75),
                [
                    Table.run(1, [.pending], .pending, absence: .unavailable),
                    Table.run(2, [.pending], .pending),
                ]
            ),
            [
                .end(11, .skipped), .finishRun(1, .skipped, reason: gone),
                .end(21, .cancelled), .finishRun(2, .cancelled, reason: "stopped: " + shortOf(1, 2, 75)),
                .finish(.failed, reason: shortOf(1, 2, 75)),
            ]
        ),
        Row(
            "a failure that goes below stops the others; what runs comes to its end",
            Table.deployment(
                settings: min(60),
                [
                    Table.run(1, [.failed], .failed), Table.run(2, [.failed]), Table.run(3, [.running]),
                    Table.run(4, [.pending], .pending),
                ]
            ),
            [
                .finishRun(2, .failed, reason: "says why"),
                .end(41, .cancelled), .finishRun(4, .cancelled, reason: "stopped: " + shortOf(2, 4, 60)),
            ]
        ),
        Row(
            "machines that may be offline, or were disabled, are not counted",
            Table.deployment(
                settings: min(100),
                [
                    Table.run(1, [.skipped], .skipped, mayBeOffline: true),
                    Table.run(2, [.skipped], .skipped, absence: .disabled),
                    Table.run(3, [.succeeded], .succeeded),
                ]
            ),
            [.finish(.succeeded, reason: "3 machines: 2 skipped")]
        ),
        Row(
            "an empty environment is not below any share",
            Table.deployment(settings: min(100), []),
            [.finish(.succeeded, reason: "no machines: those that come get the release")]
        ),
        Row(
            "only rollouts have a share",
            Table.deployment(
                kind: .selected,
                settings: min(100),
                [Table.run(1, [.failed], .failed), Table.run(2, [.pending], .pending)]
            ),
            [.offer(21)]
        ),
    ]

    private static func shortOf(_ lost: Int, _ of: Int, _ percent: Int) -> String {
        "\(lost) of \(of) machines failed or were left out: fewer than \(percent) % of them would be healthy"
    }

    @Test(
        "A machine that cannot be deployed to is left out, fails or is excused, as project and policy say",
        arguments: before + inTheMiddle
    )
    func absent(_ row: Row) {
        #expect(DeploymentMachine.advance(row.facts) == row.actions)
    }

    @Test("What they add up to, and when a rollout stops", arguments: adding + minimum)
    func addsUp(_ row: Row) {
        #expect(DeploymentMachine.advance(row.facts) == row.actions)
    }

    @Test("Asked again it answers nothing", arguments: before + inTheMiddle + adding + minimum)
    func isIdempotent(_ row: Row) {
        var facts = row.facts
        facts.apply(DeploymentMachine.advance(facts))
        #expect(DeploymentMachine.advance(facts) == [])
    }
}
