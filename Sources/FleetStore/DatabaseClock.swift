package import FleetModel
package import Postgres

/// Durable time is the database's: nodes' clocks may be an hour apart.
package enum DatabaseClock {
    package static func now(in tx: borrowing Transaction) throws -> Instant {
        try ask(in: tx).value(in: tx)
    }

    static func ask(in tx: borrowing Transaction) throws -> Answer<Instant> {
        try tx.ask("SELECT clock_timestamp() AS now") { rows in
            guard let row = rows.first else {
                throw StoreError.notFound(what: "time", which: "clock_timestamp()")
            }
            return try row["now"]
        }
    }
}
