import FleetModel
import FleetRules

/// Several nodes, one database, machines and their agents, on a virtual clock: everything that may happen happens in
/// an order that the seed decides. The rules are the product's, those about the lease and the order of a scan too
/// and what a leader does when (`ElectorState`, `ScanState`, `LeaderSchedule`); lock, snapshots and transactions are PostgreSQL's, in small.
struct SimulatedCluster {
    struct Variant {
        var rule = SimulatedLog.Rule.snapshotDifference
        /// Whether a page commits only on the session that holds the lock, under the latest term.
        var isFenced = true
    }

    struct Node {
        var elector = ElectorState(ttlMilliseconds: 5000)
        /// What it does next on its session; nil: it has to open one first.
        var step: ElectorState.Step?
        /// nil: not connected, or the server has ended the session.
        var session: Int?
        var tenure: Tenure?
        /// Kept in the database, so it outlives the process.
        var isDrained = false
        /// It does nothing and answers nothing.
        var isSilent = false
    }

    struct Tenure {
        var term: Int
        var began: Instant
        var schedule = LeaderSchedule(
            scanInterval: scanInterval,
            scanWake: true,
            heartbeat: heartbeat,
            now: .zero
        )
        /// Of the scan that it is at, if it is.
        var scan = ScanState()
        var isScanning = false
        /// A page that was read and is not committed.
        var page: SimulatedLog.Page?
        /// It was told that there is something new.
        var isWoken = false
        /// It sleeps until then, or until it is told; nil: it is at something.
        var restsUntil: Instant?
        var sweptAt: Instant
        var heldUpAt: Instant?
        /// A release may go on, which its next sweep is to see to, at once.
        var promotionIsDue = false
    }

    /// An event that no scan has read.
    struct Unread {
        let id: Int64
        let since: Instant
        /// Whether the leader was told.
        let isTold: Bool
    }

    static let scanInterval: Duration = .seconds(15)
    static let heartbeat: Duration = .seconds(1)

    /// The row of the lease: what challengers go by.
    struct Lease {
        var session: Int
        var renewedAt: Instant
        var isResigned = false
    }

    struct Need {
        var eventID: Int64
        var redeploy = false
        var attempts = 0
        var attemptsRelease: ID<Release>?
        var lastRun: NeedFacts.LastRun?
        var until: Instant?
        var isGivenUp = false
    }

    /// What is recorded of a machine, and what is on its disk.
    struct Place {
        var facts: MachineFacts
        var recorded: ID<Release>?
        var onDisk: ID<Release>?
        var openRun: ID<Release>?
        /// A transaction that changes the machine holds its row.
        var lockedBy: Int?
        var becomes: MachineHealth = .healthy
    }

    var random: SplitMix64
    let variant: Variant
    var log: SimulatedLog
    var now = noon
    var nodes = [Node](repeating: Node(), count: 3)
    var lockHolder: Int?
    var lease: Lease?
    var term = 0
    var tenures: [Int] = []
    var nextSession = 1
    var machines: [Place]
    var needs: [Int: Need] = [:]
    var unread: [Unread] = []
    private(set) var desired: ID<Release> = old
    private var decided: Set<Int64> = []
    var violations: [String] = []

    init(seed: UInt64, variant: Variant = Variant()) {
        random = SplitMix64(seed: seed)
        self.variant = variant
        log = SimulatedLog(rule: variant.rule)
        machines = (1...4).map { Place(facts: machine(Int64($0), health: .unavailable)) }
    }

    private let triggers = [trigger(on: EventGroup.machine.categories, environments: [production])]

    // MARK: What happens

    mutating func happen() {
        now = now.adding(seconds: random.number(0...20))
        switch random.number(0...19) {
        case 0...3: change(random.number(0...machines.count - 1))
        case 4...6: endTransaction()
        case 7: fault()
        case 8: nodes[random.number(0...2)].isSilent = false
        case 9: endSilentSessions()
        case 10 where random.chance(20): rollOut()
        case 11...13: agentReports(random.number(0...machines.count - 1), succeeds: random.chance(70))
        default: act(random.number(0...2))
        }
    }

    /// A node writes that a machine is there, or is not: its row is locked first, and the commit comes later.
    mutating func change(_ index: Int) {
        guard machines[index].lockedBy == nil else { return }
        let becomes: MachineHealth = machines[index].facts.health.isAvailable ? .unavailable : .healthy
        let category: EventCategory = becomes == .healthy ? .machineHealthy : .machineUnavailable
        machines[index].becomes = becomes
        machines[index].lockedBy = log.begin(category, about: machines[index].facts.id)
    }

    mutating func endTransaction() {
        guard
            let index = machines.indices.filter({ machines[$0].lockedBy != nil }).randomElement(
                using: &random
            )
        else { return }
        endTransaction(of: index, commits: random.chance(85))
    }

    private mutating func endTransaction(of index: Int, commits: Bool) {
        guard let xid = machines[index].lockedBy else { return }
        machines[index].lockedBy = nil
        if commits {
            log.commit(xid)
            machines[index].facts.health = machines[index].becomes
            let isTold = tellLeader()
            unread += log.rows.filter { $0.xid == xid }.map { Unread(id: $0.id, since: now, isTold: isTold) }
        } else {
            log.rollBack(xid)
        }
    }

    private mutating func fault() {
        let node = random.number(0...2)
        switch random.number(0...6) {
        case 0: restartDatabase()
        case 1, 2: nodes[node].isSilent = true
        case 3: resign(node)
        case 4: drain(node)
        case 5: nodes[node].isDrained = false
        default:
            endSession(of: node)
            nodes[node] = Node(isDrained: nodes[node].isDrained)
        }
    }

    /// The last one that is not drained is refused.
    private mutating func drain(_ node: Int) {
        guard nodes.indices.contains(where: { $0 != node && !nodes[$0].isDrained }) else { return }
        nodes[node].isDrained = true
    }

    private mutating func restartDatabase() {
        for node in nodes.indices { endSession(of: node) }
        for index in machines.indices { machines[index].lockedBy = nil }
        log.rollBackAll()
    }

    mutating func endSession(of node: Int) {
        if lockHolder == nodes[node].session { lockHolder = nil }
        nodes[node].session = nil
    }

    /// What the time limits of the lease session do, sooner or later.
    private mutating func endSilentSessions() {
        for node in nodes.indices where nodes[node].isSilent { endSession(of: node) }
    }

    private mutating func rollOut() { desired = ID(desired.rawValue + 1) }

    /// The agent ends its run and proves what is on its disk.
    mutating func agentReports(_ index: Int, succeeds: Bool) {
        guard let release = machines[index].openRun else { return }
        machines[index].openRun = nil
        if succeeds { machines[index].onDisk = release }
        machines[index].recorded = machines[index].onDisk
        needs[index]?.lastRun = .init(
            releaseID: release,
            state: succeeds ? .succeeded : .failed,
            finishedAt: now
        )
        needs[index]?.until = nil
        tellLeader()
    }

    /// A hint after a commit, which may get lost.
    @discardableResult
    private mutating func tellLeader() -> Bool {
        guard random.chance(70) else { return false }
        for node in nodes.indices { nodes[node].tenure?.isWoken = true }
        return true
    }

    mutating func openNeeds(for rows: [SimulatedLog.Row]) {
        for row in rows where !decided.insert(row.id).inserted {
            violations.append("event \(row.id) was decided about twice")
        }
        unread.removeAll { event in rows.contains { $0.id == event.id } }
        let balance = EventBalance(
            rows.map { ScannedEvent(id: ID($0.id), category: $0.category, machineID: $0.machine) }
        )
        let known = Dictionary(uniqueKeysWithValues: machines.map { ($0.facts.id, $0.facts) })
        for match in TriggerMatcher.matches(balance, machines: known, triggers: triggers) {
            let index = Int(match.machineID.rawValue) - 1
            if needs[index] == nil { needs[index] = Need(eventID: match.eventID.rawValue) }
            needs[index]?.until = nil
        }
    }

    mutating func look(at index: Int) {
        guard var need = needs[index] else { return }
        let place = machines[index]
        let attempts = need.attemptsRelease == desired ? need.attempts : 0
        let facts = NeedFacts(
            needID: Int64(index),
            projectID: shop,
            machine: place.facts,
            trigger: TriggerFacts.serving(place.facts, project: shop, openedBy: 1, among: triggers),
            openedAt: noon,
            desired: .init(releaseID: desired, hasStepForMachine: true),
            actualReleaseID: place.recorded,
            openRun: place.openRun.map { _ in .init(deploymentID: 1) },
            lastRun: need.lastRun,
            attempts: attempts
        )
        switch NeedPlanner().plan(facts, now: now) {
        case .ready(let release):
            if place.openRun != nil { violations.append("two runs at once on machine \(index + 1)") }
            if !place.facts.acceptsWork { violations.append("deployed to a machine that is gone") }
            need.attempts = attempts + 1
            need.attemptsRelease = release
            need.until = nil
            machines[index].openRun = release
            needs[index] = need
        case .wait(let conclusion, let until):
            need.until = until
            need.isGivenUp = conclusion.verdict == .quarantined
            needs[index] = need
        case .giveUp:
            need.until = nil
            need.isGivenUp = true
            needs[index] = need
        case .close:
            if place.onDisk != desired { violations.append("satisfied without the release on its disk") }
            needs[index] = nil
        }
    }

    // MARK: The end

    /// All faults end, every machine is there, every agent answers well; then time passes until nothing is left to do.
    mutating func settle() {
        endSilentSessions()
        for node in nodes.indices { nodes[node].isSilent = false }
        passSlowly()
        calm()
        for index in machines.indices { endTransaction(of: index, commits: true) }
        for index in machines.indices where !machines[index].facts.health.isAvailable {
            change(index)
            endTransaction(of: index, commits: true)
        }
        for _ in 0..<60 {
            now = now.adding(seconds: 3600)
            for _ in 0..<4 { for node in nodes.indices { act(node) } }
            for index in machines.indices { agentReports(index, succeeds: true) }
        }
        // After an hour of silence a leader is challenged.
        passSlowly()
        audit()
    }

    /// For who leads in the end.
    private mutating func passSlowly() {
        for _ in 0..<20 {
            now = now.adding(seconds: 1)
            for node in nodes.indices { act(node) }
        }
    }

    private mutating func audit() {
        let leaders = nodes.indices.filter { nodes[$0].session != nil && nodes[$0].session == lockHolder }
        if leaders.isEmpty { violations.append("nobody leads in the end") }
        for node in leaders where nodes[node].isDrained {
            violations.append("node \(node) leads, and is drained")
        }
        let missed = log.committed.map(\.id).filter { !decided.contains($0) }
        if !missed.isEmpty { violations.append("events \(missed) were missed") }
        for (index, place) in machines.enumerated() where needs[index]?.isGivenUp != true {
            if needs[index] != nil { violations.append("machine \(index + 1) still waits") }
            if !missed.isEmpty { continue }
            if place.onDisk == nil { violations.append("machine \(index + 1) came and got nothing") }
        }
    }
}
