import FleetModel
import FleetRules
import FleetStore
import Postgres
import Proof

/// What an event costs those who append it, against a plain INSERT of the same columns and against PgQ, all sent by
/// pgbench as BEGIN, statement, COMMIT; and what is left of it through a node's own unit of work.
struct AppendPart {
    private static let machines = 1000

    let stage: Stage

    func run(into figures: Figures) async throws {
        try await stage.withPostgres { postgres in
            let database = Database(
                postgres.configuration,
                maxConnections: Pgbench.clients,
                logger: stage.logger
            )
            let fleet = try await EventFleet.make(in: Store(database: database, node: "bench"))
            let hasPgQ = try await PgQ.install(stage, postgres, database) != nil
            try await makeTables(in: database)
            let pgbench = Pgbench(stage: stage, postgres: postgres)
            let scripts = try scripts(fleet).filter { hasPgQ || $0.key != .pgq }
            let order = scripts.keys.sorted { $0.rawValue < $1.rawValue }
            var rates: [Kind: Measured] = [:]
            let seconds = stage.size.pick(small: 1, standard: 3)
            for round in 0...stage.size.pick(small: 1, standard: 6) {
                // Which one comes first changes, so that none always has the others' checkpoint in its round.
                for place in order.indices {
                    let kind = order[(place + round) % order.count]
                    let rate = try await pgbench.rate(of: scripts[kind] ?? "", seconds: seconds)
                    // The first round warms up.
                    if round > 0 { rates[kind, default: Measured()].add(rate) }
                }
                let unit = try await unitOfWorkRate(
                    Store(database: database, node: "bench"),
                    fleet,
                    .seconds(seconds)
                )
                if round > 0 { rates[.unitOfWork, default: Measured()].add(unit) }
            }
            await database.close()
            report(rates.mapValues(\.median), into: figures)
        }
    }

    private enum Kind: String { case plain, twin, unlisted, event, pgq, unitOfWork }

    private func report(_ rates: [Kind: Double], into figures: Figures) {
        let plain = Baseline("plain INSERT into a table with a primary key alone", rates[.plain])
        let twin = Baseline(
            "the same into a table without the mark's column, its index and months",
            rates[.twin]
        )
        let unlisted = Baseline("the same without the indexes that lists go by", rates[.unlisted])
        let pgq =
            rates[.pgq].map { Baseline("pgq.insert_event", $0) }
            ?? .missing("PgQ", because: "postgresql-15-pgq3 and pgqd are not installed")
        let append = rates[.event] ?? .nan
        figures.add(
            Figure("append an event, pgbench", append, "tx/s", against: plain, target: .ratioAtLeast(0.9))
        )
        figures.add(
            Figure("append, what the mark costs", append, "tx/s", against: twin, target: .ratioAtLeast(0.9))
        )
        figures.add(
            Figure("append, what the lists' indexes cost", append, "tx/s", against: unlisted)
        )
        figures.add(Figure("append, beside PgQ", append, "tx/s", against: pgq))
        figures.add(
            Figure("append through a node's unit of work", rates[.unitOfWork] ?? .nan, "tx/s", against: plain)
        )
    }

    /// One with the columns of `event` and nothing else, one with all of its constraints and indexes but the mark's, and one
    /// with the mark's and none of those that lists go by.
    private func makeTables(in database: Database) async throws {
        try await database.transaction { tx in
            try tx.run(
                """
                CREATE TABLE bench_plain (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(), category text NOT NULL,
                    machine_id bigint, environment_id bigint, project_id bigint, release_id bigint,
                    trigger_id bigint, deployment_id bigint, actor text NOT NULL, node text NOT NULL,
                    message text NOT NULL, detail jsonb NOT NULL DEFAULT '{}')
                """
            )
            try tx.run("CREATE TABLE bench_twin (LIKE event INCLUDING ALL)")
            // Takes event_by_xid's twin with it.
            try tx.run("ALTER TABLE bench_twin DROP COLUMN xid")
            try tx.run(
                """
                CREATE TABLE bench_unlisted (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (occurred_at)
                """
            )
            try tx.run("ALTER TABLE bench_unlisted ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY")
            try tx.run("ALTER TABLE bench_unlisted ADD PRIMARY KEY (id, occurred_at)")
            try tx.run("CREATE INDEX ON bench_unlisted (xid, id)")
            try tx.run("CREATE TABLE bench_unlisted_default PARTITION OF bench_unlisted DEFAULT")
        }
    }

    private func scripts(_ fleet: EventFleet) throws -> [Kind: String] {
        let record = EventRecord(
            .machineHealthy,
            EventSubject(machine: ID(rawValue: 4242), environment: fleet.environment),
            "machine bench was found Healthy, its agent said so",
            detail: ["from": "Unhealthy", "to": "Healthy"]
        )
        let ours = EventRows.insertion(of: [record], actor: "machine bench", node: "bench").scriptText
            .replacing("'4242'", with: ":machine")
        func plain(_ table: String) -> String {
            """
            INSERT INTO \(table) (category, machine_id, environment_id, actor, node, message, detail)
            VALUES ('MachineHealthy', :machine, \(fleet.environment), 'machine bench', 'bench',
                    '\(record.message)', '{"from":"Unhealthy","to":"Healthy"}')
            """
        }
        let pgq = """
            SELECT pgq.insert_event('\(PgQ.queue)', 'MachineHealthy', '{"machine":' || :machine || \
            ',"from":"Unhealthy","to":"Healthy","message":"\(record.message)"}')
            """
        let statements: [Kind: String] = [
            .plain: plain("bench_plain"), .twin: plain("bench_twin"), .unlisted: plain("bench_unlisted"),
            .event: ours, .pgq: pgq,
        ]
        return try Dictionary(
            uniqueKeysWithValues: statements.map { kind, statement in
                let text = "\\set machine random(1, \(Self.machines))\nBEGIN;\n\(statement);\nCOMMIT;\n"
                return (kind, try stage.write(text, to: "append-\(kind.rawValue).sql"))
            }
        )
    }

    /// Transactions a second through the pool, libpq and the listener of domain events.
    private func unitOfWorkRate(_ store: Store, _ fleet: EventFleet, _ time: Duration) async throws -> Double
    {
        let started = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0..<Pgbench.clients {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now - started < time {
                        try await store.appendHealthy(
                            fleet,
                            number: client * 100 + count,
                            by: "machine:bench"
                        )
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (ContinuousClock.now - started).inSeconds
    }
}

extension SQL {
    /// The statement with its values in it, as pgbench wants it. Only for values that hold no colon.
    fileprivate var scriptText: String {
        var text = text
        for (index, value) in binds.enumerated().reversed() {
            let literal = value.map { "'" + $0.replacing("'", with: "''") + "'" } ?? "NULL"
            text = text.replacing("$\(index + 1)", with: literal)
        }
        return text
    }
}
