import FleetModel
import FleetRules
import Testing

@Suite struct NeedPlannerTests {
    /// A plan in one word, and what it refers to.
    enum Plan: Equatable {
        case ready(ID<Release>)
        case wait(Verdict, until: Instant? = nil)
        case close(NeedOutcome, Verdict)
        case giveUp(Verdict, attempts: Int)

        init(_ plan: NeedPlan) {
            switch plan {
            case .ready(let release): self = .ready(release)
            case .wait(let conclusion, let until): self = .wait(conclusion.verdict, until: until)
            case .giveUp(let conclusion, let attempts):
                self = .giveUp(conclusion.verdict, attempts: attempts)
            case .close(let outcome, let conclusion): self = .close(outcome, conclusion.verdict)
            }
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let facts: NeedFacts
        let plan: Plan

        init(_ name: String, _ facts: NeedFacts, _ plan: Plan) {
            testDescription = name
            self.facts = facts
            self.plan = plan
        }
    }

    static func need(
        machine facts: MachineFacts = machine(),
        trigger facet: TriggerFacts? = trigger(),
        redeploy: Bool = false,
        desired: ID<Release>? = old,
        hasStep: Bool = true,
        actual: ID<Release>? = nil,
        incomplete: ID<Release>? = nil,
        openRun: ID<Deployment>? = nil,
        rollout: ID<Release>? = nil,
        last: (release: ID<Release>, state: RunState)? = nil,
        attempts: Int = 0,
        source: NeedFacts.DesiredRelease.Source = .rollout,
        obstacles: (inout NeedObstacles) -> Void = { _ in }
    ) -> NeedFacts {
        var facts = NeedFacts(
            needID: 1,
            projectID: shop,
            machine: facts,
            trigger: facet,
            redeploy: redeploy,
            openedAt: noon.adding(seconds: -600),
            desired: desired.map { .init(releaseID: $0, hasStepForMachine: hasStep, source: source) },
            actualReleaseID: actual,
            incompleteReleaseID: incomplete,
            openRun: openRun.map { .init(deploymentID: $0) },
            openRollout: rollout.map { .init(deploymentID: 5, releaseID: $0) },
            lastRun: last.map { .init(releaseID: $0.release, state: $0.state, finishedAt: noon) },
            attempts: attempts
        )
        obstacles(&facts.obstacles)
        return facts
    }

    static let arrivals = [
        Row("A1: an arrival gets the environment's release", need(), .ready(old)),
        Row(
            "A3: it waits while another release is rolled out",
            need(rollout: new),
            .wait(.rolloutInProgress)
        ),
        Row(
            "A3: it waits although it has the present release",
            need(actual: old, rollout: new),
            .wait(.rolloutInProgress)
        ),
        Row("A3: the rollout succeeded, it gets the new release", need(desired: new), .ready(new)),
        Row(
            "A3: the rollout succeeded, it had the old release",
            need(desired: new, actual: old),
            .ready(new)
        ),
        Row(
            "A3: the rollout failed, it gets the old release",
            need(desired: old, incomplete: new, last: (new, .failed)),
            .ready(old)
        ),
        Row("A3: a rollout of its own release does not make it wait", need(rollout: old), .ready(old)),
        Row("A3: its run in the rollout is under way", need(openRun: 5, rollout: new), .wait(.inFlight)),
        Row("A4: nothing was ever deployed", need(desired: nil), .wait(.nothingDeployedYet)),
        Row(
            "A4: the first release is on its way",
            need(desired: nil, rollout: new),
            .wait(.rolloutInProgress)
        ),
        Row(
            "A5: no trigger covers it any more",
            need(trigger: nil),
            .close(.withdrawn, .noLongerApplies)
        ),
        Row(
            "A5: its environment changed",
            need(machine: machine(in: staging), trigger: trigger(environments: [production])),
            .close(.withdrawn, .noLongerApplies)
        ),
        Row("A6: a new machine of an old name has nothing on it", need(actual: nil), .ready(old)),
        Row(
            "A8: it went again",
            need(machine: machine(health: .unavailable)),
            .wait(.machineUnavailable)
        ),
        Row(
            "A8: its run was withdrawn and it is back",
            need(last: (old, .skipped), attempts: 1),
            .ready(old)
        ),
        Row(
            "A8: runs that were withdrawn do not use up its attempts",
            need(last: (old, .skipped), attempts: 9),
            .ready(old)
        ),
        Row("a disabled machine", need(machine: machine(enabled: false)), .wait(.machineDisabled)),
        Row(
            "a deleted machine",
            need(machine: machine(deleted: true), openRun: 5),
            .close(.withdrawn, .machineDeleted)
        ),
        Row("a machine never heard of", need(machine: machine(health: .unknown)), .wait(.machineUnavailable)),
        Row("a machine that warns", need(machine: machine(health: .hasWarnings)), .ready(old)),
        Row(
            "A10: no step is for its roles",
            need(hasStep: false),
            .close(.notApplicable, .noApplicableStep)
        ),
        Row("a disabled trigger", need(trigger: trigger(enabled: false)), .wait(.triggerDisabled)),
        Row(
            "a disabled trigger and a machine that has the release",
            need(trigger: trigger(enabled: false), actual: old),
            .close(.satisfied, .upToDate)
        ),
    ]

    static let redeployments = [
        Row("A9: has the release, left alone", need(actual: old), .close(.satisfied, .upToDate)),
        Row("A9: has the release, asked to redeploy", need(redeploy: true, actual: old), .ready(old)),
        Row(
            "A9: the redeployment is done, there is no other",
            need(actual: old, last: (old, .succeeded), attempts: 1),
            .close(.satisfied, .upToDate)
        ),
        Row(
            "A9: an event during the redeployment asks for one more",
            need(redeploy: true, actual: old, last: (old, .succeeded), attempts: 1),
            .ready(old)
        ),
        Row(
            "A9: a redeployment that failed is not done because the old copy is whole",
            need(actual: old, last: (old, .failed), attempts: 1),
            .wait(.retryLater, until: noon.adding(seconds: 30))
        ),
        Row(
            "A9: a redeployment that was withdrawn is still to do",
            need(actual: old, last: (old, .skipped), attempts: 1),
            .ready(old)
        ),
        Row(
            "begun and not completed is not up to date",
            need(actual: old, incomplete: new),
            .ready(old)
        ),
    ]

    static let failures = [
        Row(
            "B1: the first failure waits 30 s",
            need(last: (old, .failed), attempts: 1),
            .wait(.retryLater, until: noon.adding(seconds: 30))
        ),
        Row(
            "B1: the second failure waits a minute",
            need(last: (old, .failed), attempts: 2),
            .wait(.retryLater, until: noon.adding(seconds: 60))
        ),
        Row(
            "B1: the third failure is the last",
            need(last: (old, .failed), attempts: 3),
            .giveUp(.quarantined, attempts: 3)
        ),
        Row(
            "B1: an event that asks to redeploy does not lift the cap",
            need(redeploy: true, last: (old, .failed), attempts: 3),
            .giveUp(.quarantined, attempts: 3)
        ),
        Row(
            "B1: a run of another release in between does not lift the cap",
            need(last: (new, .failed), attempts: 3),
            .giveUp(.quarantined, attempts: 3)
        ),
        Row(
            "B1: a new release starts again",
            need(desired: new, last: (old, .failed), attempts: 0),
            .ready(new)
        ),
        Row(
            "B1: a person who touched the machine starts again",
            need(last: (old, .failed), attempts: 0),
            .ready(old)
        ),
        Row(
            "B1: deployed by hand after it gave up, it is up to date",
            need(actual: old, last: (old, .succeeded), attempts: 3),
            .close(.satisfied, .upToDate)
        ),
        Row(
            "B3: the check failed and the previous release is back",
            need(desired: new, actual: old, last: (new, .failed), attempts: 1),
            .wait(.retryLater, until: noon.adding(seconds: 30))
        ),
        Row(
            "B4: an unknown outcome is retried like a failure",
            need(incomplete: old, last: (old, .unknown), attempts: 1),
            .wait(.retryLater, until: noon.adding(seconds: 30))
        ),
        Row(
            "a success that the agent did not prove is not believed",
            need(last: (old, .succeeded), attempts: 1),
            .wait(.retryLater, until: noon.adding(seconds: 30))
        ),
        Row(
            "a cancelled run stays cancelled",
            need(last: (old, .cancelled), attempts: 1),
            .wait(.runCancelled)
        ),
        Row(
            "a cancelled run of another release does not matter",
            need(desired: new, last: (old, .cancelled), attempts: 0),
            .ready(new)
        ),
    ]

    static let circuits = [
        Row(
            "B1: what was given up is left alone",
            need(last: (old, .failed), attempts: 3) { $0.quarantine = .init(attempts: 3, since: noon) },
            .wait(.quarantined)
        ),
        Row(
            "B1: deployed by hand while it is quarantined, it is up to date",
            need(actual: old, last: (old, .succeeded), attempts: 3) {
                $0.quarantine = .init(attempts: 3, since: noon)
            },
            .close(.satisfied, .upToDate)
        ),
        Row(
            "B1: the trigger says how often",
            need(trigger: trigger(retry: .init(attempts: 1)), last: (old, .failed), attempts: 1),
            .giveUp(.quarantined, attempts: 1)
        ),
        Row(
            "B1: the trigger says after what time",
            need(trigger: trigger(retry: .init(backoffSeconds: 600)), last: (old, .failed), attempts: 1),
            .wait(.retryLater, until: noon.adding(seconds: 600))
        ),
        Row(
            "B2: an open circuit makes it wait, and nothing is given up meanwhile",
            need(last: (old, .failed), attempts: 3) { $0.circuit = .init(failed: 3, tried: 4) },
            .wait(.circuitOpen)
        ),
        Row("B2: it gets the last good release", need(last: (new, .failed), source: .fallback), .ready(old)),
        Row(
            "B2: with the last good release it waits for its environment's",
            need(actual: old, last: (old, .succeeded), attempts: 1, source: .fallback),
            .wait(.circuitOpen)
        ),
        Row(
            "B2: the last good release fails on it too",
            need(last: (old, .failed), attempts: 3, source: .fallback),
            .giveUp(.quarantined, attempts: 3)
        ),
    ]

    @Test("A need is decided by how things are", arguments: arrivals + redeployments + failures + circuits)
    func decides(_ row: Row) {
        #expect(Plan(NeedPlanner().plan(row.facts, now: noon.adding(seconds: 10))) == row.plan)
    }

    @Test("B1: when its time has come, a failed machine is tried again")
    func retries() {
        let facts = Self.need(last: (old, .failed), attempts: 2)
        #expect(Plan(NeedPlanner().plan(facts, now: noon.adding(seconds: 60))) == .ready(old))
    }

    @Test("A conclusion names the deployment and the release that it is about")
    func names() throws {
        guard case .wait(let conclusion, _) = NeedPlanner().plan(Self.need(rollout: new), now: noon) else {
            Issue.record("a need waits for the outcome of a rollout")
            return
        }
        #expect(conclusion.deploymentID == 5)
        #expect(conclusion.releaseID == new)
        #expect(conclusion.reason.contains("deployment 5"))
    }
}

@Suite struct RetryScheduleTests {
    @Test(
        "The delay doubles up to the longest",
        arguments: [(0, 30), (1, 30), (2, 60), (3, 120), (5, 480), (6, 600), (100, 600)]
    )
    func doubles(_ attempt: Int, _ seconds: Int) {
        #expect(
            Trigger.Retry().nextAttempt(after: attempt, endedAt: noon) == noon.adding(seconds: seconds)
        )
    }
}
