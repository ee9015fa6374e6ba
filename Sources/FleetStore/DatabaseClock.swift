package import FleetModel
package import Postgres

/// Durable time is the database's: nodes' clocks may be an hour apart.
package enum DatabaseClock {
    package static func now(in tx: borrowing Transaction) throws -> Instant {
        guard let row = try tx.run("SELECT clock_timestamp() AS now").first else {
            throw StoreError.notFound(what: "time", which: "clock_timestamp()")
        }
        return try row["now"]
    }
}
