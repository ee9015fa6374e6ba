import FleetModel
package import Postgres

/// A push in progress; only a subject for its `ID`.
package enum PackageUpload {}

/// The SQL of `package_upload`, and the writing half of `package_chunk`.
package enum PackageUploadRows {
    static func begin(
        name: String,
        version: String,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> ID<PackageUpload> {
        let rows = try tx.run(
            """
            INSERT INTO package_upload (name, version, started_by) VALUES (\(name), \(version), \(actor))
            RETURNING id
            """
        )
        return try rows[0]["id"]
    }

    /// Appends one piece; false when the upload was swept meanwhile.
    static func append(
        _ data: [UInt8],
        at position: Int64,
        to upload: ID<PackageUpload>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.run(
            """
            WITH touched AS (
                UPDATE package_upload SET size_bytes = size_bytes + \(data.count), touched_at = now()
                WHERE id = \(upload) RETURNING id
            )
            INSERT INTO package_chunk (upload_id, position, data) SELECT id, \(position), \(data)::bytea FROM touched
            """
        ).affected == 1
    }

    /// Gives an upload up: it is swept like one that nobody finished, since deleting gibibytes takes its
    /// time.
    static func abandon(_ upload: ID<PackageUpload>, in tx: borrowing Transaction) throws {
        try tx.run("UPDATE package_upload SET touched_at = '-infinity' WHERE id = \(upload)")
    }

    /// Deletes a bounded part of the oldest push that nobody finished within an hour; returns whether there
    /// was one.
    @discardableResult
    package static func deleteAbandoned(chunks: Int = 200, in tx: borrowing Transaction) throws -> Bool {
        let row = try tx.run(
            """
            SELECT u.id FROM package_upload u
            WHERE u.touched_at < now() - interval '1 hour'
              AND NOT EXISTS (SELECT 1 FROM package p WHERE p.upload_id = u.id)
            ORDER BY u.touched_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """
        ).first
        guard let row else { return false }
        let upload: ID<PackageUpload> = try row["id"]
        let deleted = try tx.run(
            """
            DELETE FROM package_chunk WHERE upload_id = \(upload) AND position IN (
                SELECT position FROM package_chunk WHERE upload_id = \(upload) ORDER BY position LIMIT \(chunks))
            """
        ).affected
        if deleted < chunks { try tx.run("DELETE FROM package_upload WHERE id = \(upload)") }
        return true
    }
}
