package import Postgres

/// The migrations of this node: the files of `sql/`, embedded in the binary.
package enum Schema {
    package static func migrator() throws -> Migrator {
        Migrator(
            migrations: try EmbeddedSQL.files.map { try Migration(fileName: $0.name, sql: $0.text) }
        )
    }
}
