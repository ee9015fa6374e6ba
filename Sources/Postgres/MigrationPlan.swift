/// Which migrations a database still needs, as values.
package enum MigrationPlan {
    /// The steps to take, in order; refuses a database that does not descend from these migrations.
    package static func plan(
        wanted: [Migration],
        applied: [AppliedMigration]
    ) throws(MigrationError) -> [Migration] {
        let wanted = wanted.sorted { $0.number < $1.number }
        for (index, migration) in wanted.enumerated() where migration.number != index + 1 {
            throw .badNumbering(expected: index + 1, found: migration.number, name: migration.name)
        }
        let version = applied.map(\.number).max() ?? 0
        guard version <= wanted.count else {
            throw .databaseIsNewer(database: version, program: wanted.count)
        }
        let appliedByNumber = Dictionary(applied.map { ($0.number, $0) }) { first, _ in first }
        for migration in wanted.prefix(version) {
            guard let known = appliedByNumber[migration.number] else {
                throw .gap(missing: migration.number, name: migration.name, database: version)
            }
            guard known.checksum == migration.checksum else {
                throw .changed(number: migration.number, appliedName: known.name, name: migration.name)
            }
        }
        return Array(wanted.dropFirst(version))
    }
}
