package import FleetModel

/// What one rule says of a machine and a project, and whether that is what keeps the machine as it is.
package struct RuleStanding: Sendable, Equatable {
    package var rule: NeedRule
    package var standing: ProjectExplanation.Rule.Standing
    /// nil: the rule lets the release pass.
    package var conclusion: Conclusion?
}

/// Shows every rule of the planner at once, so that a person sees not only the first thing that is in the way.
package enum RuleTrace {
    /// - Parameter verdict: what was concluded of a machine without an open need; nil: a need is open.
    package static func standings(
        of need: NeedFacts,
        concluded verdict: Verdict?,
        planner: NeedPlanner = NeedPlanner(),
        now: Instant
    ) -> [RuleStanding] {
        let trace = planner.trace(need, now: now).map { rule, plan in
            (rule: rule, conclusion: plan.flatMap(conclusion(of:)).map { reworded($0, by: rule, verdict) })
        }
        let decider = trace.first { step in
            step.conclusion.map { verdict == nil || decides($0, of: step.rule, verdict) } ?? false
        }?.rule
        return trace.map { rule, conclusion in
            let standing: ProjectExplanation.Rule.Standing =
                conclusion == nil ? .passed : (rule == decider ? .decides : .alsoInTheWay)
            return RuleStanding(rule: rule, standing: standing, conclusion: conclusion)
        }
    }

    private static func conclusion(of plan: NeedPlan) -> Conclusion? {
        switch plan {
        case .close(_, let conclusion), .wait(let conclusion, _), .giveUp(let conclusion, _): conclusion
        case .ready: nil
        }
    }

    /// A trigger cannot cease to cover what it never covered.
    private static func reworded(_ said: Conclusion, by rule: NeedRule, _ verdict: Verdict?) -> Conclusion {
        guard rule == .triggerCovers, verdict != nil else { return said }
        return Conclusion(.noTrigger, "no trigger of the project covers its environment and roles")
    }

    /// `noTrigger` is said of a machine that only disabled triggers cover, too.
    private static func decides(_ said: Conclusion, of rule: NeedRule, _ verdict: Verdict?) -> Bool {
        said.verdict == verdict || (verdict == .noTrigger && rule == .triggerEnabled)
    }
}
