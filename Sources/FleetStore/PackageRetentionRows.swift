import FleetModel
import Postgres

/// Removes packages that nothing can need, and only those: releases are kept, and so is what they install.
enum PackageRetentionRows {
    struct Unused {
        let name: String
        let version: String
        let sizeBytes: Int64
    }

    /// A few of the oldest that no release installs and that are not the newest of their name. Their bytes go in bounded
    /// parts afterwards, as those of a push that nobody finished do.
    static func removeUnused(
        olderThanSeconds seconds: Int,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Unused] {
        let rows = try tx.run(
            """
            WITH unused AS (
                SELECT p.id FROM package p
                WHERE p.created_at < now() - make_interval(secs => \(seconds))
                  AND EXISTS (SELECT 1 FROM package newer WHERE newer.name = p.name AND newer.id > p.id)
                  AND NOT EXISTS (SELECT 1 FROM release r WHERE r.process @> jsonb_build_array(
                          jsonb_build_object('package', jsonb_build_object('sha256', p.sha256))))
                ORDER BY p.id LIMIT \(limit) FOR UPDATE SKIP LOCKED
            )
            DELETE FROM package p USING unused u WHERE p.id = u.id
            RETURNING p.name, p.version, p.size_bytes, p.upload_id
            """
        )
        for row in rows { try PackageUploadRows.abandon(try row["upload_id"], in: tx) }
        return try rows.map {
            Unused(name: try $0["name"], version: try $0["version"], sizeBytes: try $0["size_bytes"])
        }
    }
}
