import Cluster
import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// The order of commits is the seed's: every writer stops between its last statement and its commit, inside PostgreSQL,
/// until the schedule lets it commit or makes it fail.
@Suite(.migratedSchema)
struct ParkedCommitTests {
    @Test(
        "D5 whatever order parked transactions commit or fail in, after every step no event is missed and none read twice",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func anyOrder(seed: UInt64) async throws {
        let yard = try await ParkingYard.build()
        let reader = try await SteppedReader.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            var schedule = ParkedSchedule(seed: seed)
            for step in 1...60 {
                switch schedule.next() {
                case .write(let ticket, let fails):
                    try await yard.close(ticket)
                    group.addTask { try await yard.write(ticket: ticket, fails: fails) }
                    try await yard.isParked(ticket)
                case .release(let ticket):
                    try await yard.open(ticket)
                    try await yard.ended.wait()
                case .tick: try await reader.tick()
                case .page(let limit): try await reader.page(limit: limit)
                case .newLeader: try await reader.beginTenure()
                }
                try await reader.expectHonest("seed \(seed), step \(step)")
            }
            for ticket in schedule.parked {
                try await yard.open(ticket)
                try await yard.ended.wait()
            }
            try await group.waitForAll()
        }
        try await reader.readToTheEnd()
        let committed = try await reader.committed()
        #expect(committed.count > 10)
        #expect(
            reader.tally.audit(committed: committed) == Tally.Audit(missed: 0, twice: 0, invented: 0),
            "seed \(seed)"
        )
        await reader.close()
        await yard.dismantle()
    }
}

/// What happens next, as a seed says.
private struct ParkedSchedule {
    enum Step {
        case write(ticket: Int, fails: Bool)
        case release(ticket: Int)
        case tick
        case page(limit: Int)
        case newLeader
    }

    private static let mostParked = 5

    private var state: UInt64
    private var lastTicket = 0
    private(set) var parked: [Int] = []

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> Step {
        switch number(below: 10) {
        case 0...2 where parked.count < Self.mostParked:
            lastTicket += 1
            parked.append(lastTicket)
            return .write(ticket: lastTicket, fails: number(below: 4) == 0)
        case 0...5 where !parked.isEmpty:
            return .release(ticket: parked.remove(at: number(below: parked.count)))
        case 6: return .tick
        case 7 where number(below: 3) == 0: return .newLeader
        default: return .page(limit: 1 + number(below: 4))
        }
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    private mutating func number(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
