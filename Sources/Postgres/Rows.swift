import CLibPQ

/// The result of a statement. It owns libpq's memory, and its rows are views into it.
package final class Rows: Sendable, RandomAccessCollection {
    // Because: a PGresult is not changed after it is made, so any thread may read it; deinit alone frees it.
    nonisolated(unsafe) let result: OpaquePointer
    /// The statement, its values shown as `****`, for errors.
    let sql: String
    /// How many rows the statement inserted, updated, deleted or selected.
    package let affected: Int

    package let startIndex = 0
    package let endIndex: Int

    init(owning result: OpaquePointer, sql: String) {
        self.result = result
        self.sql = sql
        affected = Int(String(cString: PQcmdTuples(result))) ?? 0
        endIndex = Int(PQntuples(result))
    }

    deinit {
        PQclear(result)
    }

    package subscript(position: Int) -> Row {
        precondition(indices.contains(position), "row \(position) of \(count): \(sql)")
        return Row(rows: self, index: position)
    }

    /// The names of the columns, for errors.
    var columnNames: [String] {
        (0..<PQnfields(result)).map { PQfname(result, $0).map { String(cString: $0) } ?? "" }
    }
}
