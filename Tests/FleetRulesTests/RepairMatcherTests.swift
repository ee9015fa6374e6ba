import FleetModel
import FleetRules
import Testing

@Suite struct RepairMatcherTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let kind: DeploymentKind
        let state: RunState
        var isExcused = false
        var isIncomplete = false
        let isOwed: Bool
    }

    static let rows = [
        Row(
            testDescription: "a run by hand that left the machine incomplete",
            kind: .selected,
            state: .failed,
            isIncomplete: true,
            isOwed: true
        ),
        Row(
            testDescription: "a run of unknown outcome that did",
            kind: .rollout,
            state: .unknown,
            isIncomplete: true,
            isOwed: true
        ),
        Row(
            testDescription: "one that failed and left it whole",
            kind: .rollout,
            state: .failed,
            isOwed: false
        ),
        Row(
            testDescription: "a machine that a rollout lost in the middle",
            kind: .rollout,
            state: .unknown,
            isExcused: true,
            isOwed: true
        ),
        Row(testDescription: "one that a rollout left out", kind: .rollout, state: .skipped, isOwed: true),
        Row(
            testDescription: "one that a deployment to named machines left out",
            kind: .selected,
            state: .skipped,
            isOwed: false
        ),
        Row(
            testDescription: "a run that a person cancelled",
            kind: .rollout,
            state: .cancelled,
            isIncomplete: true,
            isOwed: false
        ),
        Row(testDescription: "one that succeeded", kind: .rollout, state: .succeeded, isOwed: false),
    ]

    private static let machine = MachineFacts(id: 7, environmentID: 1, roles: ["web"])

    private static func run(_ row: Row) -> UnservedRun {
        UnservedRun(
            eventID: 90,
            machineID: 7,
            projectID: 3,
            kind: row.kind,
            state: row.state,
            isExcused: row.isExcused,
            isIncomplete: row.isIncomplete
        )
    }

    private static func trigger(roles: Set<String> = [], enabled: Bool = true) -> TriggerFacts {
        TriggerFacts(id: 5, projectID: 3, categories: [.machineAdded], roles: roles, enabled: enabled)
    }

    @Test(
        "A machine is owed a release when a deployment by hand left it without a whole one",
        arguments: rows
    )
    func owed(_ row: Row) {
        let matches = RepairMatcher.matches(
            [Self.run(row)],
            machines: [7: Self.machine],
            triggers: [Self.trigger()]
        )
        #expect(matches.map(\.eventID) == (row.isOwed ? [90] : []))
        #expect(matches.allSatisfy { !$0.redeploy && !$0.startsAgain })
    }

    @Test("Only an enabled trigger that covers the machine sees to it")
    func covered() {
        for triggers in [[], [Self.trigger(roles: ["db"])], [Self.trigger(enabled: false)]] {
            let matches = RepairMatcher.matches(
                [Self.run(Self.rows[0])],
                machines: [7: Self.machine],
                triggers: triggers
            )
            #expect(matches == [])
        }
    }
}
