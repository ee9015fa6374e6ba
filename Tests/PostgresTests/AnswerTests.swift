import Postgres
import TestSupport
import Testing

/// Statements that go to the server together.
@Suite(.freshSchema, .serialized)
struct AnswerTests {
    private func withConnection(
        preparing: Bool = false,
        _ body: (Connection) async throws -> Void
    ) async throws {
        var configuration = try TestDatabase.current.configuration
        configuration.preparesStatements = preparing
        let connection = try await Connection.open(configuration, logger: .quiet)
        do {
            _ = try await connection.query("CREATE TABLE number (n int UNIQUE)")
            try await body(connection)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    private func numbers() async throws -> [Int] {
        try await TestDatabase.current.database.query("SELECT n FROM number ORDER BY n").map { try $0["n"] }
    }

    @Test(
        "what was asked and sent is run in that order, and each answer is its own statement's",
        arguments: [false, true]
    )
    func order(preparing: Bool) async throws {
        try await withConnection(preparing: preparing) { connection in
            for round in 0..<4 {
                let seen = try await connection.transaction { tx in
                    try tx.send("INSERT INTO number VALUES (\(3 * round))")
                    let one = try tx.ask("SELECT count(*) AS n FROM number") { try $0[0]["n"] as Int }
                    for n in [1, 2] { try tx.send("INSERT INTO number VALUES (\(3 * round + n))") }
                    let three = try tx.run("SELECT count(*) AS n FROM number")[0]["n"] as Int
                    return [try one.value(in: tx), three, try one.value(in: tx)]
                }
                #expect(seen == [3 * round + 1, 3 * round + 3, 3 * round + 1])
            }
            #expect(try await numbers() == Array(0..<12))
        }
    }

    @Test("what nobody waits for is committed, and is undone when the closure throws")
    func commit() async throws {
        struct Refusal: Error {}
        try await withConnection { connection in
            try await connection.transaction { tx in try tx.send("INSERT INTO number VALUES (1)") }
            await #expect(throws: Refusal.self) {
                try await connection.transaction { tx in
                    try tx.send("INSERT INTO number VALUES (2)")
                    throw Refusal()
                }
            }
            try await connection.transaction { tx in try tx.send("INSERT INTO number VALUES (3)") }
            #expect(connection.isUsable)
            #expect(try await numbers() == [1, 3])
        }
    }

    @Test(
        "an error of what nobody waits for is thrown where it is sent, names its statement, and undoes all",
        arguments: [false, true]
    )
    func errors(preparing: Bool) async throws {
        try await withConnection(preparing: preparing) { connection in
            for isWaitedFor in [true, false, true, false] {
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.transaction { tx in
                        try tx.send("INSERT INTO number VALUES (1)")
                        try tx.send("INSERT INTO number VALUES (1)")
                        try tx.send("INSERT INTO number VALUES (2)")
                        if isWaitedFor { try tx.run("SELECT 1") }
                    }
                }
                #expect(error?.kind == .server)
                #expect(error?.sqlState == "23505")
                #expect(error?.sql == "INSERT INTO number VALUES (1)")
                #expect(connection.isUsable)
            }
            let left = try await numbers()
            #expect(left == [])
        }
    }

    @Test("a statement that cannot be prepared, among others, is refused each time and spoils none")
    func cannotBePrepared() async throws {
        try await withConnection(preparing: true) { connection in
            for round in 1...3 {
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.transaction { tx in
                        try tx.send("SELECT nothing FROM number")
                        try tx.run("INSERT INTO number VALUES (\(round))")
                    }
                }
                #expect(error?.sqlState == "42703")
                try await connection.transaction { tx in
                    _ = try tx.run("INSERT INTO number VALUES (\(round))")
                }
            }
            #expect(try await numbers() == [1, 2, 3])
        }
    }

    @Test("one that libpq does not take fails by itself, and what was sent before it is undone")
    func notTaken() async throws {
        try await withConnection { connection in
            let many = Array(repeating: 1, count: 70_000)
            var interpolation = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: many.count)
            for n in many { interpolation.appendInterpolation(n) }
            let tooMany = SQL(stringInterpolation: interpolation)
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { tx in
                    try tx.send("INSERT INTO number VALUES (1)")
                    try tx.run(tooMany)
                }
            }
            #expect(error?.message.contains("number of parameters") == true)
            #expect(connection.isUsable)
            let left = try await numbers()
            #expect(left == [])
        }
    }

    @Test("a connection that breaks while the COMMIT is under way with others leaves the outcome unknown")
    func lost() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { tx in
                    try tx.run("SELECT 1")
                    try tx.send("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.kind == .commitUnknown)
            #expect(!connection.isUsable)
        }
    }

    @Test("however many are asked, each is answered")
    func many() async throws {
        try await withConnection { connection in
            let seen = try await connection.transaction { tx in
                var answers: [Answer<Int>] = []
                // More than wait at a time.
                for n in 1...120 { answers.append(try tx.ask("SELECT \(n)::int AS n") { try $0[0]["n"] }) }
                var seen: [Int] = []
                for answer in answers { seen.append(try answer.value(in: tx)) }
                return seen
            }
            #expect(seen == Array(1...120))
        }
    }
}
