import Postgres
import TestSupport

/// The history of the lease, as a test asks for it.
enum Tenures {
    struct Tenure: Equatable {
        let term: Int64
        let node: String
        let hasScanned: Bool
        let endReason: String?
    }

    static func all() async throws -> [Tenure] {
        try await TestDatabase.current.database.query(
            """
            SELECT term, node, first_scan_at IS NOT NULL AS has_scanned, end_reason FROM lease_history
            ORDER BY acquired_at
            """
        ).map { row in
            Tenure(
                term: try row["term"],
                node: try row["node"],
                hasScanned: try row["has_scanned"],
                endReason: try row["end_reason"]
            )
        }
    }

    /// Waits until the tenure that began as number `number`, from 1, has completed a scan.
    static func waitForScan(ofTenure number: Int) async throws {
        try await eventually("a scan of tenure \(number)", within: .seconds(20)) {
            let tenures = try await all()
            return tenures.count >= number && tenures[number - 1].hasScanned
        }
    }
}
