import FleetModel
import FleetRules
import Testing

@Suite struct ProjectVerdictTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var desired: ID<Release>? = old
        var hasStep = true
        var actual: ID<Release>?
        var incomplete: ID<Release>?
        var openRun: ID<Deployment>?
        var isCovered = true
        let verdict: Verdict
    }

    static let rows = [
        Row(testDescription: "nothing deployed (A4)", desired: nil, verdict: .nothingDeployedYet),
        Row(testDescription: "has its release", actual: old, verdict: .upToDate),
        Row(testDescription: "has it, but began another", actual: old, incomplete: new, verdict: .noEventYet),
        Row(testDescription: "has another", actual: new, verdict: .noEventYet),
        Row(testDescription: "no trigger", isCovered: false, verdict: .noTrigger),
        Row(testDescription: "no step for it (A10)", hasStep: false, verdict: .noApplicableStep),
        Row(testDescription: "being deployed to", actual: old, openRun: 5, verdict: .inFlight),
    ]

    @Test("Without an open need the verdict follows from what should be there and what is", arguments: rows)
    func concludes(_ row: Row) {
        let conclusion = ProjectVerdict.conclude(
            desired: row.desired.map { .init(releaseID: $0, hasStepForMachine: row.hasStep) },
            actual: row.actual,
            incomplete: row.incomplete,
            openRun: row.openRun.map { .init(deploymentID: $0) },
            isCovered: row.isCovered
        )
        #expect(conclusion.verdict == row.verdict)
        #expect(!conclusion.reason.isEmpty)
    }
}
