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

    static func delete(_ upload: ID<PackageUpload>, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            DELETE FROM package_upload u
            WHERE u.id = \(upload) AND NOT EXISTS (SELECT 1 FROM package p WHERE p.upload_id = u.id)
            """
        )
    }

    /// Deletes a few pushes that nobody finished within an hour; returns how many.
    @discardableResult
    package static func deleteAbandoned(limit: Int = 4, in tx: borrowing Transaction) throws -> Int {
        try tx.run(
            """
            DELETE FROM package_upload WHERE id IN (
                SELECT u.id FROM package_upload u
                WHERE u.touched_at < now() - interval '1 hour'
                  AND NOT EXISTS (SELECT 1 FROM package p WHERE p.upload_id = u.id)
                ORDER BY u.touched_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            )
            """
        ).affected
    }
}
