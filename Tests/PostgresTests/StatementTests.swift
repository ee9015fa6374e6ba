import Postgres
import TestSupport
import Testing

@Suite(.freshSchema)
struct StatementTests {
    private func query(_ sql: SQL) async throws -> Rows {
        try await TestDatabase.current.database.query(sql)
    }

    @Test(
        arguments: [
            "Robert'); DROP TABLE students; --", "\" \\ ' $1 \\x00 {} NULL", "", "ü € 漢字 🏝",
            "line\nline\ttab\r\n",
        ]
    )
    func `A text travels as a bind and comes back as it was`(text: String) async throws {
        let back: String = try await query("SELECT \(text) AS text")[0]["text"]
        #expect(back == text)
        let list: [String?] = try await query("SELECT \([text, nil, text])::text[] AS list")[0]["list"]
        #expect(list == [text, nil, text])
    }

    @Test func `A name is quoted, and so cannot end the statement`() async throws {
        let name = "odd \"name\"; DROP TABLE x"
        _ = try await query("CREATE TABLE \(identifier: name) (id int)")
        let rows = try await query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        #expect(try rows.map { try $0["tablename"] } == [name])
    }

    @Test func `Values of every type come back as they were`() async throws {
        let bytes = (0...255).map { UInt8($0) }
        let none: Int64? = nil
        let row = try await query(
            """
            SELECT \(Int64.min) ::bigint AS low, \(-7 as Int32)::int AS small, \(true) ::boolean AS yes,
                   \(bytes)::bytea AS bytes, \([bytes, []])::bytea[] AS lists, \([UInt8]())::bytea AS empty,
                   \(none)::bigint AS none,
                   \([1, nil, 3] as [Int?])::bigint[] AS numbers, \([Int]())::int[] AS no_numbers,
                   \(-0.1)::float8 AS tenth, \(Double.infinity)::float8 AS infinite
            """
        )[0]
        #expect(try row["low"] == Int64.min)
        #expect(try row["small"] == Int32(-7))
        #expect(try row["yes"] == true)
        #expect(try row["bytes"] == bytes)
        #expect(try row["lists"] == [bytes, []])
        #expect(try row["empty"] == [UInt8]())
        #expect(try row.decode("none", as: Int64?.self) == nil)
        #expect(try row["numbers"] == [1, nil, 3])
        #expect(try row["no_numbers"] == [Int]())
        #expect(try row["tenth"] == -0.1)
        #expect(try row["infinite"] == Double.infinity)
    }

    @Test func `A column is found by the name that it has, capitals and all`() async throws {
        let plan: String = try await query("EXPLAIN SELECT 1")[0]["QUERY PLAN"]
        #expect(plan.hasPrefix("Result"))
    }

    @Test func `A NUL character is refused before anything is sent`() async throws {
        let error = await #expect(throws: PostgresError.self) {
            _ = try await query("SELECT \("a\0b") AS text")
        }
        #expect(error?.kind == .invalidBind)
        #expect(error?.sqlState == "22021")
    }

    @Test func `A statement prints without its values`() {
        let sql: SQL = "SELECT \("secret") WHERE id = \(7)"
        #expect(sql.description == "SELECT **** WHERE id = ****")
        #expect(sql.text == "SELECT $1 WHERE id = $2")
        #expect(sql.binds == ["secret", "7"])
    }

    @Test func `A column that cannot be decoded is named with its value and statement`() async throws {
        let row = try await query("SELECT 'abc' AS name, NULL AS nothing, \(1)::int AS one")[0]
        func complaint(_ read: () throws(PostgresError) -> Void) -> String {
            do throws(PostgresError) {
                try read()
                return "none"
            } catch {
                return "\(error.kind): \(error.description)"
            }
        }
        let sql = "SQL: SELECT 'abc' AS name, NULL AS nothing, ****::int AS one"
        #expect(
            complaint { () throws(PostgresError) in _ = try row.decode("name", as: Int.self) }
                == "decoding: could not decode Int from \"abc\" - column: \"name\", row: 0 - \(sql)"
        )
        #expect(
            complaint { () throws(PostgresError) in _ = try row.decode("nothing", as: String.self) }
                == "decoding: could not decode String from NULL - column: \"nothing\", row: 0 - \(sql)"
        )
        #expect(
            complaint { () throws(PostgresError) in _ = try row.decode("nam", as: String.self) }
                == "decoding: no column \"nam\" among: name, nothing, one - \(sql)"
        )
    }

    @Test func `The server's refusal keeps its SQLSTATE and what it names`() async throws {
        _ = try await query(
            """
            CREATE TABLE thing (
                id int CONSTRAINT one_of_each UNIQUE, size int CONSTRAINT positive CHECK (size > 0)
            )
            """
        )
        _ = try await query("INSERT INTO thing VALUES (1, 1)")
        let twice = await #expect(throws: PostgresError.self) {
            _ = try await query("INSERT INTO thing VALUES (1, 1)")
        }
        #expect(twice?.kind == .server)
        #expect(twice?.isUniqueViolation(constraint: "one_of_each") == true)
        #expect(twice?.isUniqueViolation(constraint: "another") == false)
        #expect(twice?.table == "thing")
        #expect(twice?.detail == "Key (id)=(1) already exists.")
        let negative = await #expect(throws: PostgresError.self) {
            _ = try await query("INSERT INTO thing VALUES (2, 0)")
        }
        #expect(negative?.sqlState == "23514")
        #expect(negative?.constraint == "positive")
        let unknown = await #expect(throws: PostgresError.self) { _ = try await query("SELECT * FROM thin") }
        #expect(unknown?.sqlState == "42P01")
        #expect(unknown?.isRetryable == false)
    }

    @Test func `What has no use here is an error and not a crash`() async throws {
        let copy = await #expect(throws: PostgresError.self) {
            _ = try await query("COPY (SELECT 1) TO STDOUT")
        }
        #expect(copy?.kind == .unexpectedResult)
        let empty = await #expect(throws: PostgresError.self) { _ = try await query("") }
        #expect(empty?.kind == .unexpectedResult)
        #expect(try await query("SELECT 1 AS one").count == 1)
    }

    @Test func `The number of affected rows is known`() async throws {
        _ = try await query("CREATE TABLE number AS SELECT generate_series(1, 10) AS n")
        #expect(try await query("UPDATE number SET n = n + 1 WHERE n > 7").affected == 3)
        #expect(try await query("DELETE FROM number").affected == 10)
    }
}
