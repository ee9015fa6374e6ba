/// The SQL of `schema_migration`.
enum MigrationRows {
    static func createTable(in tx: borrowing Transaction) throws(PostgresError) {
        try tx.run(
            script: """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    number     integer     PRIMARY KEY CHECK (number > 0),
                    name       text        NOT NULL,
                    checksum   text        NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now(),
                    applied_by text        NOT NULL
                );
                COMMENT ON TABLE schema_migration IS 'Which files of sql/ have been applied to this schema.';
                COMMENT ON COLUMN schema_migration.number IS
                    'The number in the name of the file; the highest is the schema version.';
                COMMENT ON COLUMN schema_migration.name IS 'The name of the file without its number.';
                COMMENT ON COLUMN schema_migration.checksum IS
                    'FNV-1a (64 bits) of the file, to recognise one that was edited afterwards.';
                COMMENT ON COLUMN schema_migration.applied_at IS 'When its transaction began.';
                COMMENT ON COLUMN schema_migration.applied_by IS 'The node or person that applied it.';
                """
        )
    }

    /// Nothing if there is no table yet. Only the schema that migrations go into counts, not what else can be
    /// seen.
    static func applied(in tx: borrowing Transaction) throws(PostgresError) -> [AppliedMigration] {
        let tables = try tx.run(
            "SELECT to_regclass(format('%I.schema_migration', current_schema())) IS NOT NULL AS present"
        )
        guard try tables[0]["present"] else { return [] }
        let rows = try tx.run("SELECT number, name, checksum FROM schema_migration ORDER BY number")
        return try rows.map { row throws(PostgresError) in
            AppliedMigration(number: try row["number"], name: try row["name"], checksum: try row["checksum"])
        }
    }

    static func insert(
        _ migration: Migration,
        by node: String,
        in tx: borrowing Transaction
    ) throws(PostgresError) {
        try tx.run(
            """
            INSERT INTO schema_migration (number, name, checksum, applied_by)
            VALUES (\(migration.number), \(migration.name), \(migration.checksum), \(node))
            """
        )
    }
}
