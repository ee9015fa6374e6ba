import FleetModel
import FleetRules

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed on every machine, so that the seed in a
/// failing test's name is all that it takes to see the failure again.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// So that tests can write ids as numbers.
extension ID: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) {
        self.init(value)
    }
}

let noon = Instant(microseconds: 1_767_268_800_000_000)

let staging = ID<Environment>(1)
let production = ID<Environment>(2)
let shop = ID<Project>(1)
let old = ID<Release>(14)
let new = ID<Release>(15)

func machine(
    _ id: Int64 = 1,
    in environment: ID<Environment> = production,
    roles: [String] = ["web"],
    enabled: Bool = true,
    health: MachineHealth = .healthy,
    deleted: Bool = false
) -> MachineFacts {
    MachineFacts(
        id: ID(id),
        environmentID: environment,
        roles: roles,
        enabled: enabled,
        health: health,
        deleted: deleted
    )
}

func trigger(
    _ id: Int64 = 1,
    project: ID<Project> = shop,
    on categories: Set<EventCategory> = EventGroup.machineAvailableForDeployment.categories,
    environments: Set<ID<Environment>> = [],
    roles: Set<String> = [],
    redeploy: Bool = false,
    enabled: Bool = true,
    retry: Trigger.Retry = .init()
) -> TriggerFacts {
    TriggerFacts(
        id: ID(id),
        projectID: project,
        categories: categories,
        environmentIDs: environments,
        roles: roles,
        redeploy: redeploy,
        enabled: enabled,
        retry: retry
    )
}
