package import FleetModel
import FleetRules
package import Postgres

/// Who is who at an OpenID provider, by an administrator's word. Each asks for `administer` itself.
package enum PersonLinkCommands {
    package static func list(of name: String, in tx: borrowing Transaction) throws -> [PersonIdentity] {
        guard let person = try PersonRows.find(name, in: tx) else {
            throw StoreError.notFound(what: "person", which: name)
        }
        return try PersonIdentityRows.list(of: person.id, in: tx)
    }

    /// To link somebody again to what is linked already changes nothing.
    package static func link(
        _ name: String,
        issuer: String,
        subject: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> PersonIdentity {
        try changes.require(.administer, at: .everywhere)
        try check(issuer: issuer, subject: subject)
        let person = try PersonCommands.lock(name, in: tx)
        let isNew = try PersonIdentityRows.insert(
            person.id,
            issuer: issuer,
            subject: subject,
            by: changes.actor,
            in: tx
        )
        if isNew {
            changes.post(.access(.personLinked(name: person.name, issuer: issuer, subject: subject)))
        } else if let other = try PersonIdentityRows.person(issuer: issuer, subject: subject, in: tx),
            other.id != person.id
        {
            throw StoreError.conflict(
                "'\(subject)' at \(issuer) is person \(other.name) already: unlink that one first"
            )
        }
        let all = try PersonIdentityRows.list(of: person.id, in: tx)
        guard let linked = all.first(where: { $0.issuer == issuer && $0.subject == subject }) else {
            throw StoreError.notFound(
                what: "identity of person \(person.name)",
                which: "\(subject) at \(issuer)"
            )
        }
        return linked
    }

    /// Ends the person's sessions as well: whoever opened one with that identity is not the person any more.
    package static func unlink(
        _ name: String,
        issuer: String,
        subject: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try changes.require(.administer, at: .everywhere)
        let person = try PersonCommands.lock(name, in: tx)
        guard try PersonIdentityRows.delete(person.id, issuer: issuer, subject: subject, in: tx) else {
            throw StoreError.notFound(
                what: "identity of person \(person.name)",
                which: "\(subject) at \(issuer)"
            )
        }
        try WebSessionRows.endAll(of: person.id, in: tx)
        changes.post(.access(.personUnlinked(name: person.name, issuer: issuer, subject: subject)))
    }

    private static func check(issuer: String, subject: String) throws {
        var faults: [StoreError.Fault] = []
        let isAddress = issuer.hasPrefix("https://") || issuer.hasPrefix("http://")
        if !isAddress || issuer.utf8.count > 2000 || !issuer.utf8.allSatisfy({ (33...126).contains($0) }) {
            faults.append(
                .init(
                    "issuer",
                    "must be the provider's address as it writes it itself, such as https://accounts.example.com"
                )
            )
        }
        if !(1...255).contains(subject.utf8.count)
            || subject.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        {
            faults.append(
                .init("subject", "must be the provider's unchanging name for somebody (sub), 1 to 255 bytes")
            )
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }
}
