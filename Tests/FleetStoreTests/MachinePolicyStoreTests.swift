import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct MachinePolicyStoreTests {
    private let store: Store

    init() throws {
        store = Store(database: try TestDatabase.current.database, node: "test-node")
    }

    private func apply(_ documents: [Document]) async throws -> [String] {
        try await store.apply(documents, by: "key:t").applied.map { "\($0.name) \($0.action)" }
    }

    private func policy(_ name: String) async throws -> MachinePolicy? {
        try await store.read { try MachinePolicyRows.find(name, in: $0) }
    }

    @Test("The built-in policy is what the schema makes, so that applying it empty changes nothing")
    func builtIn() async throws {
        let before = try #require(try await policy("default"))
        #expect(before.own == .builtIn)
        #expect(before.inForce == .builtIn)
        let document = MachinePolicyDocument(name: "default", description: before.description)
        #expect(try await apply([.machinePolicy(document)]) == ["default unchanged"])
    }

    @Test("A policy shows what it says and what is in force; a change of default reaches who inherits")
    func inheritance() async throws {
        var spot = MachinePolicyDocument(name: "spot")
        spot.values.healthCheck.cron = "*/15 * * * *"
        spot.values.healthCheck.warningExitCodes = [3]
        #expect(try await apply([.machinePolicy(spot)]) == ["spot created"])
        #expect(try await apply([.machinePolicy(spot)]) == ["spot unchanged"])
        let first = try #require(try await policy("spot"))
        #expect(first.own == spot.values)
        #expect(first.inForce == spot.values.filled(from: .builtIn))
        var standard = MachinePolicyDocument(name: "default")
        standard.values.healthCheck.kind = .script
        standard.values.healthCheck.script = "true"
        #expect(try await apply([.machinePolicy(standard)]) == ["default changed"])
        let second = try #require(try await policy("spot"))
        #expect(second.inForce.healthCheck.kind == .script)
        #expect(second.inForce.healthCheck.intervalSeconds == nil)
        #expect(second.inForce.healthCheck.timeoutSeconds == 60)
    }

    @Test("A policy that would check with a script and has none anywhere is refused")
    func scriptIsMissing() async throws {
        var document = MachinePolicyDocument(name: "spot")
        document.values.healthCheck.kind = .script
        let error = await #expect(throws: StoreError.self) { try await apply([.machinePolicy(document)]) }
        #expect(
            error
                == .faults([
                    .init(
                        "documents[0].healthCheck.script",
                        "machine policy 'spot' would check with a script and have none: "
                            + "say it there, or in the policy 'default'"
                    )
                ])
        )
        #expect(try await policy("spot") == nil)
    }

    @Test("Neither default nor a policy that somebody follows is deleted; the users are named, the first few")
    func deletion() async throws {
        let fleet = try await Fleet()
        _ = try await apply([.machinePolicy(MachinePolicyDocument(name: "spot"))])
        for number in 1...7 {
            _ = try await fleet.machine("m\(number)")
            _ = try await store.changeMachine("m\(number)", MachineChange(policy: "spot"), by: "key:t")
        }
        await #expect(throws: StoreError.self) { try await store.deleteMachinePolicy("default", by: "key:t") }
        await #expect(
            throws: StoreError.conflict(
                "machine policy 'spot' is followed by machine m1, machine m2, machine m3, machine m4, machine m5 "
                    + "and 2 more: give them another one first"
            )
        ) { try await store.deleteMachinePolicy("spot", by: "key:t") }
        for number in 1...6 { try await store.deleteMachine("m\(number)", by: "key:t") }
        let back = try await store.changeMachine("m7", MachineChange(policy: "default"), by: "key:t")
        #expect(back.machine.policy == "default")
        try await store.deleteMachinePolicy("spot", by: "key:t")
        await #expect(throws: StoreError.notFound(what: "machine policy", which: "spot")) {
            try await store.deleteMachinePolicy("spot", by: "key:t")
        }
    }

    @Test("Another policy is a change of the machine that triggers may fire on; the same one is none")
    func machineChange() async throws {
        let fleet = try await Fleet()
        _ = try await apply([.machinePolicy(MachinePolicyDocument(name: "spot"))])
        _ = try await fleet.machine("m1")
        for policy in ["spot", "spot", "default"] {
            _ = try await store.changeMachine("m1", MachineChange(policy: policy), by: "key:t")
        }
        let messages: [String] = try await store.database.query(
            """
            SELECT message FROM event WHERE category = 'MachineDeploymentRelatedPropertyWasUpdated' ORDER BY id
            """
        ).map { try $0["message"] }
        #expect(
            messages == [
                "machine m1 changed: policy default -> spot", "machine m1 changed: policy spot -> default",
            ]
        )
        await #expect(
            throws: StoreError.invalid(
                field: "policy",
                "there is no machine policy 'none': apply it first"
            )
        ) { try await store.changeMachine("m1", MachineChange(policy: "none"), by: "key:t") }
    }
}
