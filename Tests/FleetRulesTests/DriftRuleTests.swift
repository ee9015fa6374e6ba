import FleetModel
import FleetRules
import Testing

@Suite struct DriftRuleTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var category = EventCategory.machineDriftDetected
        var project: ID<Project>? = shop
        var repairs = true
        var enabled = true
        var roles: Set<String> = []
        var fires: Set<EventCategory> = [.machineHealthy]
        let isMatched: Bool
        var redeploys = false
    }

    static let rows = [
        Row(testDescription: "drift of its project", isMatched: true),
        Row(testDescription: "not asked to", repairs: false, isMatched: false),
        Row(testDescription: "disabled", enabled: false, isMatched: false),
        Row(testDescription: "another project's drift", project: 2, isMatched: false),
        Row(testDescription: "of no project", project: nil, isMatched: false),
        Row(testDescription: "not one of its machines", roles: ["db"], isMatched: false),
        Row(testDescription: "another event", category: .machineUnhealthy, isMatched: false),
        Row(
            testDescription: "one that names drift among its events fires for every project, and redeploys",
            project: 2,
            fires: [.machineDriftDetected],
            isMatched: true,
            redeploys: true
        ),
    ]

    @Test(
        "Drift is repaired where a trigger of the project says so, and is no reason to redeploy",
        arguments: rows
    )
    func matches(_ row: Row) {
        var served = trigger(on: row.fires, roles: row.roles, redeploy: true, enabled: row.enabled)
        served.repairDrift = row.repairs
        let event = ScannedEvent(id: 1, category: row.category, machineID: 1, projectID: row.project)
        let matches = TriggerMatcher.matches(
            EventBalance([event]),
            machines: [1: machine()],
            triggers: [served]
        )
        #expect(matches.count == (row.isMatched ? 1 : 0))
        #expect(matches.map(\.redeploy) == (row.isMatched ? [row.redeploys] : []))
        #expect(matches.allSatisfy { !$0.startsAgain })
    }

    @Test("A machine that drifted and has no need is said to have drifted, unless it has what it should")
    func verdict() {
        func verdict(actual: ID<Release>?, isCovered: Bool = true) -> Verdict {
            ProjectVerdict.conclude(
                desired: .init(releaseID: new, hasStepForMachine: true),
                actual: actual,
                incomplete: nil,
                openRun: nil,
                isCovered: isCovered,
                driftedAt: noon
            ).verdict
        }
        #expect(verdict(actual: nil) == .drifted)
        #expect(verdict(actual: old, isCovered: false) == .drifted)
        #expect(verdict(actual: new) == .upToDate)
    }
}
