package import FleetModel
import FleetRules
package import Postgres

/// What is done to people. Each asks for `administer` itself.
package enum PersonCommands {
    package static func create(
        name: String,
        displayName: String,
        grants: [Grant],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        try check(name: name, displayName: displayName)
        guard try PersonRows.find(name, in: tx) == nil else {
            throw StoreError.conflict(
                "there is a person '\(name)' already; names are never given to somebody else, and do not differ by case alone"
            )
        }
        let id = try PersonRows.insert(name: name, displayName: displayName, by: changes.actor, in: tx)
        try AccessGrantRows.set(grants, of: .person(id), seen: .everything, in: tx)
        let person = try get(name, in: tx)
        changes.post(.access(.personCreated(name: name, grants: person.grants)))
        return person
    }

    /// Makes `grants` all that the person has.
    package static func grant(
        _ grants: [Grant],
        to name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        try lockAdministrators(in: tx)
        let before = try lock(name, in: tx)
        try AccessGrantRows.set(grants, of: .person(before.id), seen: .everything, in: tx)
        let person = try get(name, in: tx)
        try refuseLastAdmin(before, in: tx)
        try RefusedWork.tryAgain(in: tx, &changes)
        let who = "person:\(person.name)"
        changes.post(.access(.grantsChanged(who: who, from: before.grants, to: person.grants)))
        return person
    }

    /// Nothing is done in a disabled person's name from then on: sessions and keys are refused at their next use.
    package static func setDisabled(
        _ isDisabled: Bool,
        _ name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        try lockAdministrators(in: tx)
        let before = try lock(name, in: tx)
        guard try PersonRows.setDisabled(isDisabled, before.id, in: tx) else { return before }
        if isDisabled { try refuseLastAdmin(before, in: tx) }
        try RefusedWork.tryAgain(in: tx, &changes)
        let event: AccessEvent =
            isDisabled ? .personDisabled(name: before.name) : .personEnabled(name: before.name)
        changes.post(.access(event))
        return try get(name, in: tx)
    }

    static func lock(_ name: String, in tx: borrowing Transaction) throws -> Person {
        guard let person = try PersonRows.lock(name, in: tx) else {
            throw StoreError.notFound(what: "person", which: name)
        }
        return person
    }

    private static func get(_ name: String, in tx: borrowing Transaction) throws -> Person {
        guard let person = try PersonRows.find(name, in: tx) else {
            throw StoreError.notFound(what: "person", which: name)
        }
        return person
    }

    /// One after the other: two who each take the other's right would each see that somebody is left.
    private static func lockAdministrators(in tx: borrowing Transaction) throws {
        try tx.run("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE")
    }

    /// Somebody must be left who can say who may do what, or only the database could. A key is not somebody beside its owner.
    private static func refuseLastAdmin(_ before: Person, in tx: borrowing Transaction) throws {
        guard before.grants.contains(where: { $0.role == .admin && $0.isEverywhere }) else { return }
        let row = try tx.run(
            """
            SELECT EXISTS (SELECT 1 FROM access_overview, jsonb_array_elements(grants) g
                           WHERE owner IS NULL AND usable AND g ->> 'role' = 'admin' AND NOT g ? 'environments' AND NOT g ? 'projects') AS is_left
            """
        )[0]
        let isLeft: Bool = try row["is_left"]
        guard isLeft else {
            throw StoreError.conflict(
                "person \(before.name) is the last one who may say who may do what: make somebody else an admin first"
            )
        }
    }

    private static func check(name: String, displayName: String) throws {
        var faults: [StoreError.Fault] = []
        if !PersonName.isOne(name) {
            faults.append(
                .init(
                    "name",
                    "must have 1 to 100 letters, digits, '.', '_', '@', '+' and '-', the first one a letter or digit"
                )
            )
        }
        if let fault = TextRule.any(most: 200).fault(of: displayName) {
            faults.append(.init("displayName", fault))
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }
}

/// The CHECK on `person.name`.
enum PersonName {
    static func isOne(_ name: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        guard (1...100).contains(name.utf8.count), let first = name.utf8.first else { return false }
        return isAlphanumeric(first)
            && name.utf8.allSatisfy { isAlphanumeric($0) || "._@+-".utf8.contains($0) }
    }
}
