import FleetModel
import FleetRules
import Testing

@Suite struct PredecessorFactsTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var actual: ID<Release>?
        var incomplete: ID<Release>?
        var deployment: ID<Deployment>?
        var need: String?
        let reason: String?
    }

    static let rows = [
        Row(testDescription: "there", actual: new, reason: nil),
        Row(
            testDescription: "there, and being deployed to again",
            actual: new,
            deployment: 7,
            reason: "deployment 7 of it is under way on the machine"
        ),
        Row(
            testDescription: "an older one",
            actual: old,
            need: "its trigger is disabled",
            reason: "its release 1.5 is not on the machine yet: its trigger is disabled"
        ),
        Row(
            testDescription: "nothing, and not looked at yet",
            need: "",
            reason: "its release 1.5 is not on the machine yet"
        ),
        Row(
            testDescription: "nothing, and nothing asked",
            reason:
                "its release 1.5 is not on the machine yet, and no event has asked for it: deploy it by hand"
        ),
        Row(
            testDescription: "begun",
            actual: old,
            incomplete: new,
            need: "next at noon",
            reason: "its release 1.5 was begun and did not complete: next at noon"
        ),
        Row(
            testDescription: "there, with another one begun over it",
            actual: new,
            incomplete: old,
            need: "",
            reason: "its release 1.5 is not on the machine yet"
        ),
    ]

    @Test(
        "A project that comes first is in the way until it is there whole and at rest (A7)",
        arguments: rows
    )
    func obstacle(_ row: Row) {
        let facts = PredecessorFacts(
            project: 2,
            name: "base",
            desiredVersion: "1.5",
            desiredReleaseID: new,
            actualReleaseID: row.actual,
            incompleteReleaseID: row.incomplete,
            openRun: row.deployment.map(NeedFacts.OpenRun.init(deploymentID:)),
            needReason: row.need
        )
        #expect(facts.obstacle == row.reason.map { .init(project: 2, name: "base", reason: $0) })
    }
}
