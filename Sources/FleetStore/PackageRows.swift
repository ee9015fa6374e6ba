package import FleetModel
package import Postgres

/// The SQL of `package`, and the reading half of `package_chunk`.
package enum PackageRows {
    /// By id, those after `after`; `name` nil: of every name.
    package static func list(
        name: String?,
        after: Int64,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [APIV1.Package] {
        try tx.run(
            """
            SELECT id, name, version, size_bytes, sha256, pushed_by, created_at FROM package
            WHERE id > \(after) AND (\(name)::text IS NULL OR name = \(name))
            ORDER BY id LIMIT \(limit)
            """
        ).map(APIV1.Package.init(row:))
    }

    static func find(name: String, version: String, in tx: borrowing Transaction) throws -> APIV1.Package? {
        try tx.run(
            """
            SELECT id, name, version, size_bytes, sha256, pushed_by, created_at FROM package
            WHERE name = \(name) AND version = \(version)
            """
        ).first.map(APIV1.Package.init(row:))
    }

    /// Those of the named packages that are in the store.
    static func find(
        _ wanted: [(name: String, version: String)],
        in tx: borrowing Transaction
    ) throws -> [APIV1.Package] {
        try tx.run(
            """
            SELECT p.id, p.name, p.version, p.size_bytes, p.sha256, p.pushed_by, p.created_at
            FROM package p
            JOIN unnest(\(wanted.map(\.name))::text[], \(wanted.map(\.version))::text[]) AS w(name, version)
              ON w.name = p.name AND w.version = p.version
            """
        ).map(APIV1.Package.init(row:))
    }

    /// Makes an upload the bytes of a package; nil when that name and version is taken.
    static func insert(
        upload: ID<PackageUpload>,
        sha256: String,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> APIV1.Package? {
        try tx.run(
            """
            INSERT INTO package (name, version, size_bytes, sha256, pushed_by, upload_id)
            SELECT u.name, u.version, u.size_bytes, \(sha256), \(actor), u.id
            FROM package_upload u WHERE u.id = \(upload)
            ON CONFLICT (name, version) DO NOTHING
            RETURNING id, name, version, size_bytes, sha256, pushed_by, created_at
            """
        ).first.map(APIV1.Package.init(row:))
    }

    /// Where the bytes with a digest are; the same bytes may have been pushed under several names.
    static func stored(sha256: String, in tx: borrowing Transaction) throws -> StoredPackage? {
        try tx.run(
            "SELECT upload_id, sha256, size_bytes FROM package WHERE sha256 = \(sha256) ORDER BY id LIMIT 1"
        ).first.map {
            StoredPackage(
                upload: try $0["upload_id"],
                sha256: try $0["sha256"],
                sizeBytes: try $0["size_bytes"]
            )
        }
    }

    /// One piece, `Limits.packageChunkBytes` long but for the last.
    static func chunk(
        _ position: Int64,
        of upload: ID<PackageUpload>,
        in tx: borrowing Transaction
    ) throws -> [UInt8]? {
        try tx.run(
            "SELECT data FROM package_chunk WHERE upload_id = \(upload) AND position = \(position)"
        ).first.map { try $0["data"] }
    }

    /// Whether an open run of the machine installs the bytes with this digest.
    static func isNeeded(
        sha256: String,
        by machine: ID<Machine>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        let step = try JSONText.encode([["package": ["sha256": sha256]]])
        return try !tx.run(
            """
            SELECT 1 FROM run JOIN release r ON r.id = run.release_id
            WHERE run.machine_id = \(machine) AND run.state IN ('pending', 'running')
              AND r.process @> \(step)::jsonb
            LIMIT 1
            """
        ).isEmpty
    }
}

/// The bytes of a package, to read ranges of.
package struct StoredPackage: Sendable, Equatable {
    package let upload: ID<PackageUpload>
    package let sha256: String
    package let sizeBytes: Int64
}

extension APIV1.Package {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            version: try row["version"],
            sizeBytes: try row["size_bytes"],
            sha256: try row["sha256"],
            pushedBy: try row["pushed_by"],
            createdAt: try row["created_at"]
        )
    }
}
