/// One step of the schema: a plain SQL file, applied once, in one transaction, and never edited afterwards.
package struct Migration: Sendable, Equatable {
    package let number: Int
    package let name: String
    package let sql: String
    /// Recognises an edited file. FNV-1a with 64 bits: it guards against accidents, not against forgers, who
    /// could edit the database just as well, and so it needs no cryptography.
    package let checksum: String

    /// `001_core.sql` is number 1 and named `core`.
    package init(fileName: String, sql: String) throws(MigrationError) {
        let parts = fileName.split(separator: "_", maxSplits: 1)
        guard
            fileName.hasSuffix(".sql"), parts.count == 2, parts[0].count == 3,
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(parts[0]), number > 0,
            !parts[1].dropLast(".sql".count).isEmpty
        else { throw .badFileName(fileName) }
        if let keyword = SQLScript.transactionControl(in: sql) {
            throw .endsTransaction(fileName: fileName, keyword: keyword)
        }
        self.number = number
        self.name = String(parts[1].dropLast(".sql".count))
        self.sql = sql
        checksum = Self.checksum(of: sql)
    }

    private static func checksum(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A migration as the database remembers it.
package struct AppliedMigration: Sendable, Equatable {
    package let number: Int
    package let name: String
    package let checksum: String

    package init(number: Int, name: String, checksum: String) {
        self.number = number
        self.name = name
        self.checksum = checksum
    }
}

/// Why the schema was not brought up to date.
package enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    case badFileName(String)
    case endsTransaction(fileName: String, keyword: String)
    /// The files of this program are not numbered 1, 2, 3, ...
    case badNumbering(expected: Int, found: Int, name: String)
    /// The database has later migrations than this program knows.
    case databaseIsNewer(database: Int, program: Int)
    /// The database lacks a migration although it has a later one.
    case gap(missing: Int, name: String, database: Int)
    /// What was applied is not what this program has under that number.
    case changed(number: Int, appliedName: String, name: String)
    /// Somebody else has been migrating for longer than this program waits.
    case lockTimeout(waited: Duration, holder: String)

    package var description: String {
        switch self {
        case .badFileName(let fileName):
            "migration file '\(fileName)': the name must be like 001_core.sql"
        case .endsTransaction(let fileName, let keyword):
            "migration file '\(fileName)': \(keyword) is not allowed, each file is one transaction already"
        case .badNumbering(let expected, let found, let name):
            "migration \(found) (\(name)) stands where number \(expected) is expected: "
                + "number the files 001, 002, ..."
        case .databaseIsNewer(let database, let program):
            "the database has schema version \(database), this program knows versions up to \(program): "
                + "run a program of the newer version, or restore a database of the older one"
        case .gap(let missing, let name, let database):
            "the database has schema version \(database) but lacks migration \(missing) (\(name)): "
                + "it was not migrated by this program's predecessors; compare its table schema_migration"
        case .changed(let number, let appliedName, let name):
            "migration \(number) was applied to the database as '\(appliedName)' with other contents "
                + "than this program's '\(name)': an applied migration is never edited; restore the file, add a new one"
        case .lockTimeout(let waited, let holder):
            "another migration of this schema was still running after \(waited) (\(holder)): "
                + "wait for it or end it"
        }
    }
}
