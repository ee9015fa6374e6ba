package import FleetModel
package import Postgres

/// One grant after the other, as pages have it. A grant for nothing any more, because what it named is deleted, falls out.
extension PersonCommands {
    package static func add(
        _ grant: Grant,
        to name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        let before = try lock(name, in: tx)
        guard !before.grants.contains(grant) else {
            throw StoreError.conflict("person \(before.name) has that already: \(grant)")
        }
        return try Self.grant(before.grants.filter(\.isForSomething) + [grant], to: name, in: tx, &changes)
    }

    /// `words` are those of `Grant.description`: what somebody saw, whatever was changed since.
    package static func takeBack(
        _ words: String,
        from name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Person {
        try changes.require(.administer, at: .everywhere)
        let before = try lock(name, in: tx)
        var grants = before.grants
        guard let index = grants.firstIndex(where: { $0.description == words }) else {
            throw StoreError.conflict("person \(before.name) does not have that any more: \(words)")
        }
        grants.remove(at: index)
        return try grant(grants.filter(\.isForSomething), to: name, in: tx, &changes)
    }
}

extension Grant {
    fileprivate var isForSomething: Bool { environments != [] && projects != [] }
}
