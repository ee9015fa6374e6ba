import FleetModel
import FleetRules

/// One machine and one project over time, with the planner asked as the scanner asks it. The bookkeeping on the need
/// is what the store does.
struct NeedSimulation {
    private(set) var random: SplitMix64
    private(set) var now = noon
    private(set) var facts: MachineFacts = machine()
    private(set) var triggers: [TriggerFacts]
    var desired: ID<Release>? = old
    private(set) var actual: ID<Release>?
    private(set) var incomplete: ID<Release>?
    private(set) var rollout: ID<Release>?
    /// Whether the machine was there when the rollout began; then the rollout deploys to it.
    private var isInRollout = false
    private(set) var need: Need?
    private(set) var openRun: ID<Release>?
    /// The release of every run made for a need, in order.
    private(set) var runs: [ID<Release>] = []
    private(set) var violations: [String] = []
    /// The release that is given up on the machine.
    private(set) var quarantined: ID<Release>?
    private var nextRelease: Int64 = 100

    /// A project that comes first on the machine; nil: none does.
    private(set) var base: Base?

    enum Base {
        case missing, inFlight, there
    }

    struct Need {
        var redeploy: Bool
        var attempts = 0
        var attemptsRelease: ID<Release>?
        var lastRun: NeedFacts.LastRun?
        var verdict = Verdict.new
        var until: Instant?
    }

    init(seed: UInt64, redeploy: Bool = false, base: Base? = nil) {
        random = SplitMix64(seed: seed)
        self.base = base
        triggers = [
            trigger(on: EventGroup.machine.categories, environments: [production], redeploy: redeploy)
        ]
    }

    mutating func event(_ category: EventCategory) {
        let scanned = [ScannedEvent(id: 1, category: category, machineID: facts.id)]
        let matches = TriggerMatcher.matches(
            EventBalance(scanned),
            machines: [facts.id: facts],
            triggers: triggers
        )
        for match in matches {
            var met = need ?? Need(redeploy: false)
            met.redeploy = met.redeploy || match.redeploy
            if match.startsAgain {
                met.attempts = 0
                quarantined = nil
            }
            need = met
        }
        look()
    }

    /// The planner looks at the need, and what it says is done.
    mutating func look() {
        guard var need else { return }
        let attempts = need.attemptsRelease == desired ? need.attempts : 0
        if quarantined != desired { quarantined = nil }
        var seen = NeedFacts(
            needID: 1,
            projectID: shop,
            machine: facts,
            trigger: TriggerFacts.serving(facts, project: shop, openedBy: 1, among: triggers),
            redeploy: need.redeploy,
            openedAt: noon,
            desired: desired.map { .init(releaseID: $0, hasStepForMachine: true) },
            actualReleaseID: actual,
            incompleteReleaseID: incomplete,
            openRun: openRun.map { _ in .init(deploymentID: 1) },
            openRollout: rollout.map { .init(deploymentID: 2, releaseID: $0) },
            lastRun: need.lastRun,
            attempts: attempts
        )
        if quarantined != nil { seen.obstacles.quarantine = .init(attempts: attempts, since: now) }
        if let base, base != .there {
            seen.obstacles.predecessors = [.init(project: 2, name: "base", reason: "it is not there yet")]
        }
        switch NeedPlanner().plan(seen, now: now) {
        case .ready(let release):
            if !facts.acceptsWork { violations.append("deployed to a machine that takes no work") }
            if openRun != nil { violations.append("two runs at once") }
            if let base, base != .there { violations.append("deployed before what comes first") }
            if rollout != nil, rollout != release { violations.append("deployed against a rollout") }
            if attempts >= Trigger.Retry().attempts {
                violations.append("run \(attempts + 1) of one release")
            }
            need.redeploy = false
            need.attempts = attempts + 1
            need.attemptsRelease = release
            need.verdict = .deploying
            need.until = nil
            openRun = release
            runs.append(release)
            self.need = need
        case .wait(let conclusion, let until):
            need.verdict = conclusion.verdict
            need.until = until
            self.need = need
        case .giveUp(let conclusion, _):
            need.verdict = conclusion.verdict
            need.until = nil
            quarantined = conclusion.releaseID
            self.need = need
        case .close(let outcome, _):
            if outcome == .satisfied, actual != desired || incomplete != nil {
                violations.append("satisfied by \(String(describing: actual))")
            }
            self.need = nil
        }
    }

    mutating func finishRun(_ state: RunState) {
        guard let release = openRun else { return }
        openRun = nil
        if state == .succeeded {
            actual = release
            incomplete = nil
        } else if state != .skipped {
            incomplete = release
        } else {
            need?.attempts -= 1
        }
        need?.lastRun = .init(releaseID: release, state: state, finishedAt: now)
        look()
    }

    mutating func startRollout() {
        guard rollout == nil else { return }
        nextRelease += 1
        rollout = ID(nextRelease)
        isInRollout = facts.acceptsWork && openRun == nil
        look()
    }

    mutating func finishRollout(succeeds: Bool) {
        guard let release = rollout else { return }
        rollout = nil
        if succeeds { desired = release }
        // What a failed rollout leaves on a machine that asked for nothing stays there: no event, not touched.
        if isInRollout, succeeds || need != nil {
            if succeeds { actual = release }
            incomplete = succeeds ? nil : release
            need?.lastRun = .init(releaseID: release, state: succeeds ? .succeeded : .failed, finishedAt: now)
        }
        look()
    }

    mutating func setAvailable(_ isAvailable: Bool) {
        guard isAvailable != facts.health.isAvailable else { return }
        facts.health = isAvailable ? .healthy : .unavailable
        event(isAvailable ? .machineHealthy : .machineUnavailable)
    }

    mutating func pass(seconds: Int) {
        now = now.adding(seconds: seconds)
        look()
    }

    mutating func startBase() {
        if base != nil { base = .inFlight }
    }

    /// The end of a run of it makes due what waits for it, and only that.
    mutating func finishBase(succeeds: Bool) {
        guard base != nil else { return }
        base = succeeds ? .there : .missing
        if need?.verdict == .waitingForProject { look() }
    }

    /// What is wrong with the way the need waits: nothing that is bound to come would have it looked at again, and it is not
    /// one that a person was asked to look at. nil: nothing is.
    var stranded: String? {
        guard let need else { return nil }
        let isAwaited =
            switch need.verdict {
            case .deploying, .inFlight: openRun != nil
            case .rolloutInProgress: rollout != nil
            case .retryLater: need.until != nil
            case .machineUnavailable: !facts.health.isAvailable
            case .waitingForProject: base != .there
            case .quarantined: true
            default: false
            }
        return isAwaited ? nil : "\(need.verdict) until \(String(describing: need.until))"
    }

    mutating func happen() {
        if base != nil, random.chance(25) {
            if base == .inFlight { finishBase(succeeds: random.chance(50)) } else { startBase() }
            return
        }
        switch random.number(0...9) {
        case 0: startRollout()
        case 1: finishRollout(succeeds: random.chance(60))
        case 2: setAvailable(random.chance(60))
        case 3: event(random.chance(50) ? .machineHealthy : .machineEnabled)
        case 4: pass(seconds: random.number(1...90))
        default: finishRun([.succeeded, .succeeded, .failed, .unknown, .skipped][random.number(0...4)])
        }
    }

    /// Nothing more comes from outside: what is under way ends well, and time passes.
    mutating func settle() {
        finishBase(succeeds: true)
        setAvailable(true)
        finishRollout(succeeds: random.chance(50))
        for _ in 0..<20 where need != nil {
            finishRun(.succeeded)
            pass(seconds: 600)
        }
    }
}
