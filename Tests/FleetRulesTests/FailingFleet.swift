import FleetModel
import FleetRules

/// Several machines of one environment whose runs fail as `fails` says, with planner and circuit asked as the scan asks
/// them. The bookkeeping is what the store does.
struct FailingFleet {
    struct Life {
        var isHere = false
        var actual: ID<Release>?
        var incomplete: ID<Release>?
        var attempts: [ID<Release>: Int] = [:]
        var lastRun: NeedFacts.LastRun?
        var openRun: ID<Release>?
        var quarantined: ID<Release>?
        /// nil: no need is open.
        var verdict: Verdict?
        var until: Instant?
        /// The releases of its runs, in order.
        var runs: [ID<Release>] = []
    }

    private(set) var now = noon
    private(set) var lives: [Life]
    private(set) var violations: [String] = []
    /// Of open circuits: what is given instead.
    private(set) var circuits: [ID<Release>: ID<Release>?] = [:]
    private(set) var openings = 0
    var circuit = Project.Circuit()
    let retry: Trigger.Retry
    let good: ID<Release>
    /// The environment's release.
    var release: ID<Release>
    let fails: (_ machine: Int, _ release: ID<Release>) -> Bool
    /// Machine, release and success of every run, newest first.
    private var outcomes: [(machine: Int, release: ID<Release>, state: RunState)] = []

    init(
        machines: Int,
        retry: Trigger.Retry = .init(),
        good: ID<Release> = old,
        release: ID<Release> = new,
        fails: @escaping (_ machine: Int, _ release: ID<Release>) -> Bool
    ) {
        lives = Array(repeating: Life(), count: machines)
        self.retry = retry
        self.good = good
        self.release = release
        self.fails = fails
    }

    mutating func arrive(_ machine: Int) {
        guard !lives[machine].isHere else { return }
        lives[machine].isHere = true
        lives[machine].verdict = .new
    }

    /// The run of the machine ends, if it has one.
    mutating func finishRun(of machine: Int) {
        guard let run = lives[machine].openRun else { return }
        let state: RunState = fails(machine, run) ? .failed : .succeeded
        lives[machine].openRun = nil
        lives[machine].lastRun = .init(releaseID: run, state: state, finishedAt: now)
        if state == .succeeded { lives[machine].actual = run }
        lives[machine].incomplete = state == .succeeded ? nil : run
        outcomes.insert((machine, run, state), at: 0)
    }

    mutating func pass(seconds: Int) { now = now.adding(seconds: seconds) }

    mutating func scan() {
        judge()
        for machine in lives.indices where lives[machine].verdict != nil { look(at: machine) }
    }

    private mutating func judge() {
        for suspect in Set(outcomes.map(\.release)) where circuits[suspect] == nil {
            var seen: Set<Int> = []
            let last = outcomes.filter { $0.release == suspect && seen.insert($0.machine).inserted }.map(
                \.state
            )
            guard CircuitRule.judge(last, settings: circuit) != nil else { continue }
            circuits[suspect] = .some(circuit.fallBack && suspect != good ? good : nil)
            openings += 1
        }
    }

    private func desired(_ life: Life) -> NeedFacts.DesiredRelease {
        let has = life.actual == release && life.incomplete == nil
        guard !has, case .some(.some(let fallback)) = circuits[release] else {
            return .init(releaseID: release, hasStepForMachine: true)
        }
        return .init(releaseID: fallback, hasStepForMachine: true, source: .fallback)
    }

    private mutating func look(at machine: Int) {
        var life = lives[machine]
        let desired = desired(life)
        if life.quarantined != desired.releaseID { life.quarantined = nil }
        var seen = NeedFacts(
            needID: Int64(machine),
            projectID: shop,
            machine: FleetRulesTests.machine(Int64(machine) + 1),
            trigger: trigger(retry: retry),
            openedAt: noon,
            desired: desired,
            actualReleaseID: life.actual,
            incompleteReleaseID: life.incomplete,
            openRun: life.openRun.map { _ in .init(deploymentID: 1) },
            lastRun: life.lastRun,
            attempts: life.attempts[desired.releaseID] ?? 0
        )
        if life.quarantined != nil { seen.obstacles.quarantine = .init(attempts: retry.attempts, since: now) }
        if circuits[desired.releaseID] != nil { seen.obstacles.circuit = .init(failed: 1, tried: 1) }
        switch NeedPlanner().plan(seen, now: now) {
        case .ready(let given):
            if circuits[given] != nil {
                violations.append("machine \(machine) was given \(given), whose circuit is open")
            }
            life.attempts[given, default: 0] += 1
            life.openRun = given
            life.runs.append(given)
            life.verdict = .deploying
            life.until = nil
        case .wait(let conclusion, let until):
            life.verdict = conclusion.verdict
            life.until = until
        case .giveUp(let conclusion, _):
            life.verdict = conclusion.verdict
            life.until = nil
            life.quarantined = conclusion.releaseID
        case .close: life.verdict = nil
        }
        lives[machine] = life
    }

    /// Everybody is there, and time passes until nothing more happens.
    mutating func settle() {
        for machine in lives.indices { arrive(machine) }
        for _ in 0..<(retry.attempts * 4 + 4) {
            scan()
            for machine in lives.indices { finishRun(of: machine) }
            pass(seconds: retry.longestSeconds)
        }
        scan()
    }
}
