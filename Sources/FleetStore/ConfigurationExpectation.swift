import FleetModel
import FleetRules
import Postgres

/// What an apply was told to find.
enum ConfigurationExpectation {
    /// Locks what is named, kind by kind and name by name, as the apply itself will.
    static func check(
        _ expected: [APIV1.Expected],
        by principal: Principal,
        in tx: borrowing Transaction
    ) throws {
        // A refusal says how a thing is, and not everybody who applies may see webhooks.
        if expected.contains(where: { $0.kind == ConfigurationKind.webhook.rawValue }) {
            try WebhookCommands.mayConfigure(principal)
        }
        let seen = try SightRows.resolve(Sight(of: principal), in: tx)
        for kind in ConfigurationKind.allCases {
            for thing in expected.filter({ $0.kind == kind.rawValue }).sorted(by: { $0.name < $1.name }) {
                // What is hidden is not there.
                guard
                    try seen.isEverything
                        || ConfigurationRows.find(kind, thing.name, seen: seen, in: tx) != nil
                else {
                    guard thing.etag == nil else {
                        throw StoreError.notFound(what: kind.words, which: thing.name)
                    }
                    continue
                }
                let condition = thing.etag.map { ConfigurationCondition.tags([$0]) } ?? .absent
                try condition.check(kind, thing.name, seen: seen, in: tx)
            }
        }
    }

    /// nil: it is not there, or is of a kind that is never shown one by one.
    static func state(of document: Document, in tx: borrowing Transaction) throws -> ConfigurationState? {
        try ConfigurationKind(rawValue: document.kind).flatMap {
            try ConfigurationRows.find($0, document.name, in: tx)
        }
    }
}
