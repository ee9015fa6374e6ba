import Postgres

/// How far scanning is behind, for monitoring.
package struct ScanLag: Sendable {
    package let eventsWaiting: Int
    /// Since a scan was completed, by the database's clock.
    package let secondsSinceScan: Double
    package let openNeeds: Int
}

extension Store {
    package func scanLag() async throws -> ScanLag {
        try await read { tx in
            let row = try tx.run(
                """
                SELECT s.events_waiting, extract(epoch FROM clock_timestamp() - s.advanced_at)::float8 AS seconds,
                       (SELECT count(*) FROM need WHERE closed_at IS NULL) AS open_needs
                FROM scan_status s WHERE s.name = 'auto'
                """
            ).first
            guard let row else { throw StoreError.notFound(what: "mark", which: "auto") }
            return ScanLag(
                eventsWaiting: try row["events_waiting"],
                secondsSinceScan: try row["seconds"],
                openNeeds: try row["open_needs"]
            )
        }
    }
}
