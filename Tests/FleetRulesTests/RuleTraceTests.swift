import FleetModel
import FleetRules
import Testing

@Suite struct RuleTraceTests {
    private func standings(_ need: NeedFacts, concluded: Verdict? = nil) -> [NeedRule: String] {
        var freeze = need
        freeze.obstacles.freeze = .init(name: "fair", until: noon.adding(seconds: 60))
        let trace = RuleTrace.standings(of: freeze, concluded: concluded, now: noon)
        #expect(trace.map(\.rule) == NeedRule.allCases)
        return Dictionary(
            uniqueKeysWithValues: trace.filter { $0.standing != .passed }.map {
                ($0.rule, "\($0.standing) \($0.conclusion?.verdict.rawValue ?? "-")")
            }
        )
    }

    @Test("E1: of an open need the first rule that holds it decides, and the others in the way are told too")
    func openNeed() {
        let need = NeedPlannerTests.need(machine: machine(health: .unavailable))
        #expect(
            standings(need) == [
                .machineAvailable: "decides machineUnavailable", .notFrozen: "alsoInTheWay environmentFrozen",
            ]
        )
    }

    @Test("E1: every obstacle is told by its own rule, in the order of the rules")
    func obstacles() {
        var need = NeedPlannerTests.need()
        need.obstacles.promotion = .init(reason: "staging comes first")
        need.obstacles.freeze = .init(name: "fair", until: noon.adding(seconds: 60))
        need.obstacles.circuit = .init(failed: 3, tried: 4)
        need.obstacles.quarantine = .init(attempts: 3, since: noon)
        need.obstacles.predecessors = [.init(project: 9, name: "base", reason: "it is being deployed")]
        let trace = RuleTrace.standings(of: need, concluded: nil, now: noon)
        #expect(
            trace.compactMap(\.conclusion?.verdict) == [
                .outOfPromotionOrder, .environmentFrozen, .circuitOpen, .quarantined, .waitingForProject,
            ]
        )
        #expect(trace.first { $0.standing == .decides }?.rule == .inPromotionOrder)
    }

    @Test("E1: a need that nothing holds has no rule that decides")
    func nothingInTheWay() {
        let trace = RuleTrace.standings(of: NeedPlannerTests.need(), concluded: nil, now: noon)
        #expect(trace.allSatisfy { $0.standing == .passed && $0.conclusion == nil })
    }

    @Test("E1: without an open need the rule that gives the verdict decides, not the first in the way")
    func noNeed() {
        let unmeant = NeedPlannerTests.need(trigger: nil, actual: old)
        #expect(
            standings(unmeant, concluded: .upToDate) == [
                .triggerCovers: "alsoInTheWay noTrigger", .lacksRelease: "decides upToDate",
                .notFrozen: "alsoInTheWay environmentFrozen",
            ]
        )
        let disabled = NeedPlannerTests.need(trigger: trigger(enabled: false))
        #expect(standings(disabled, concluded: .noTrigger)[.triggerEnabled] == "decides triggerDisabled")
    }

    @Test(
        "E1: why a release is the one that should be there is told for every source",
        arguments: NeedFacts.DesiredRelease.Source.allCases
    )
    func sources(source: NeedFacts.DesiredRelease.Source) {
        let words = DesiredInWords(
            version: "1.4",
            hasStepForMachine: true,
            source: source,
            deployment: source == .rollout ? 7 : nil,
            note: source == .rollout || source == .fallback ? nil : "the fair",
            failing: source == .fallback ? .init(version: "1.5", failed: 3, tried: 4) : nil
        ).text
        let expected =
            switch source {
            case .machinePin: "the machine is pinned to 1.4: the fair"
            case .environmentPin: "its environment is pinned to 1.4: the fair"
            case .marked: "1.4 was marked as a success in its environment: the fair"
            case .rollout: "1.4 is the last release rolled out to its environment with success (deployment 7)"
            case .fallback:
                "1.4 is the last good release of its environment: 1.5 failed on 3 of 4 machines there"
            }
        #expect(words == expected)
    }
}
