import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Invariant 5 from outside: what should be there against what is, whatever the bookkeeping says.
@Suite(.migratedSchema)
struct ForgottenTests {
    private func fleet(batch: Trigger.Batch = .init()) async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.trigger(batch: batch)
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        try await fleet.scan()
        return fleet
    }

    private func healed(_ fleet: Fleet) async throws -> [ForgottenNeeds.Pair] {
        try await fleet.store.read { tx in try ForgottenNeeds.look(after: nil, limit: 500, in: tx).healed }
    }

    @Test("a need that somebody deletes is found missing and opened again, and the machine gets its release")
    func deletedNeed() async throws {
        let fleet = try await fleet(batch: .init(quietSeconds: 600, longestSeconds: 3600, size: 2))
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await healed(fleet) == [])
        _ = try await fleet.store.database.query("DELETE FROM need WHERE machine_id = \(web)")
        #expect(try await healed(fleet) == [.init(machine: "web-1", project: "shop")])
        #expect(try await healed(fleet) == [])
        _ = try await fleet.machine("web-2")
        try await fleet.scan()
        #expect(try await fleet.agent(web, "web-1").work()?.release == "1.4")
    }

    @Test(
        "a need that is deleted before its first look, too, and one whose run failed",
        arguments: [true, false]
    )
    func deletedAtOtherTimes(afterRun: Bool) async throws {
        let fleet = try await fleet()
        let web = try await fleet.machine("web-1", health: afterRun ? .healthy : .unknown)
        if afterRun {
            try await fleet.scan()
            try await fleet.agent(web, "web-1").work(.failed)
        } else {
            try await fleet.health(.healthy, of: web)
            try await fleet.scan()
            _ = try await fleet.store.database.query("DELETE FROM decision WHERE kind = 'plan'")
            _ = try await fleet.store.database.query("UPDATE run SET state = 'skipped', finished_at = now()")
        }
        #expect(try await healed(fleet) == [])
        _ = try await fleet.store.database.query("UPDATE run SET need_id = NULL")
        _ = try await fleet.store.database.query("DELETE FROM need WHERE machine_id = \(web)")
        #expect(try await healed(fleet).map(\.machine) == ["web-1"])
    }

    /// What makes it right that a machine lacks its release and has no need.
    enum Explanation: String, CaseIterable, Sendable {
        case noEventYet, noTrigger, noStep, disabled, unavailable, openRun, upToDate, changedByHand
    }

    @Test("what is explained is not forgotten", arguments: Explanation.allCases)
    func explained(_ explanation: Explanation) async throws {
        let fleet = try await fleet()
        let query = fleet.store.database.query
        let web = try await fleet.machine("web-1", health: explanation == .noEventYet ? .unknown : .healthy)
        try await fleet.scan()
        if [.upToDate, .changedByHand].contains(explanation) {
            try await fleet.agent(web, "web-1").work()
            try await fleet.scan()
        }
        switch explanation {
        case .noEventYet: _ = try await query("UPDATE machine SET health = 'Healthy'")
        case .noTrigger: _ = try await query("UPDATE project_trigger SET enabled = false")
        case .noStep:
            _ = try await query(
                "UPDATE release SET process = '[{\"name\":\"x\",\"roles\":[\"db\"],\"script\":\"true\"}]'"
            )
        case .disabled: _ = try await query("UPDATE machine SET enabled = false")
        case .unavailable: _ = try await query("UPDATE machine SET health = 'Unavailable'")
        case .openRun, .upToDate: break
        case .changedByHand: _ = try await query("UPDATE machine_release SET actual_release_id = NULL")
        }
        if ![.openRun, .upToDate, .changedByHand].contains(explanation) {
            _ = try await query("UPDATE run SET state = 'skipped', finished_at = now()")
        }
        if explanation != .upToDate {
            _ = try await query("UPDATE run SET need_id = NULL")
        }
        if ![.upToDate, .changedByHand].contains(explanation) { _ = try await query("DELETE FROM need") }
        #expect(try await healed(fleet) == [])
    }

    @Test("a fleet is looked at in parts, each machine once")
    func inParts() async throws {
        let fleet = try await fleet(batch: .init(quietSeconds: 600, longestSeconds: 3600, size: 100))
        for number in 1...5 { _ = try await fleet.machine("web-\(number)") }
        try await fleet.scan()
        _ = try await fleet.store.database.query("DELETE FROM need")
        var after: ID<Machine>?
        var parts: [[String]] = []
        repeat {
            let from = after
            let look = try await fleet.store.read { tx in
                try ForgottenNeeds.look(after: from, limit: 2, in: tx)
            }
            parts.append(look.healed.map(\.machine))
            after = look.last
        } while after != nil
        #expect(parts == [["web-1", "web-2"], ["web-3", "web-4"], ["web-5"]])
    }
}
