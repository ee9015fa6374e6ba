import CLibPQ

/// One row of a result. Columns are read by name and by the type that is wanted: `let id: Int64 = try
/// row["id"]`.
package struct Row: Sendable {
    let rows: Rows
    /// Which row of the result it is, from 0.
    let index: Int

    package subscript<Value: PostgresDecodable>(_ column: String) -> Value {
        get throws(PostgresError) { try decode(column, as: Value.self) }
    }

    package func decode<Value: PostgresDecodable>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        var number = PQfnumber(rows.result, column)
        // libpq folds a name as SQL does, unless it is quoted.
        if number < 0 { number = PQfnumber(rows.result, "\"\(column)\"") }
        guard number >= 0 else {
            let names = rows.columnNames.joined(separator: ", ")
            throw PostgresError(.decoding, "no column \"\(column)\" among: \(names)", sql: rows.sql)
        }
        guard PQgetisnull(rows.result, Int32(index), number) == 0 else {
            guard let value = Value.postgresNull else { throw undecodable(type, from: "NULL", column) }
            return value
        }
        let text = String(cString: PQgetvalue(rows.result, Int32(index), number))
        do {
            return try Value(postgresText: text)
        } catch {
            let shown = text.count > 40 ? text.prefix(40) + "..." : text[...]
            let reason = error is TextNotDecodable ? "" : " (\(error))"
            throw undecodable(type, from: "\"\(shown)\"\(reason)", column)
        }
    }

    private func undecodable<Value>(_ type: Value.Type, from value: String, _ column: String) -> PostgresError
    {
        PostgresError(
            .decoding,
            "could not decode \(type) from \(value) - column: \"\(column)\", row: \(index)",
            sql: rows.sql
        )
    }
}
