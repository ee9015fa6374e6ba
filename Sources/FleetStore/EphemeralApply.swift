import FleetModel
import FleetRules
import Postgres

/// The part of an apply that makes environments for a time, once all environments of it are there.
enum EphemeralApply {
    static func run(
        _ documents: [Document],
        created: Set<String>,
        _ actions: inout [String: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        for (index, document) in documents.enumerated() {
            guard case .environment(let environment) = document, let order = environment.ephemeral,
                let found = try EnvironmentRows.find(environment.name, in: tx)
            else { continue }
            let field = "documents[\(index)].ephemeral"
            if created.contains(environment.name) {
                try EnvironmentCommands.makeEphemeral(
                    found.id,
                    order,
                    field: "\(field).from",
                    by: changes.actor,
                    in: tx
                )
                continue
            }
            guard let life = found.ephemeral else {
                throw StoreError.invalid(
                    field: field,
                    "makes '\(found.name)' end by itself, and it is static: choose another name"
                )
            }
            guard life.from == order.from else {
                throw StoreError.invalid(
                    field: "\(field).from",
                    "is '\(order.from)', but it was made from '\(life.from)': delete it first"
                )
            }
            let key = "Environment \(found.name)"
            if try EphemeralRows.change(found.id, order, in: tx), actions[key] == nil {
                actions[key] = "changed"
                let subject = EventSubject(environment: found.id)
                changes.post(.environmentApplied(subject, name: found.name, created: false))
            }
        }
    }
}
