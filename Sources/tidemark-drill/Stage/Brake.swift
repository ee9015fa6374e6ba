import Postgres
import Proof

/// Holds a node's statement in the server, so that a fault can be done at a moment that is chosen and not met by luck:
/// a trigger on the tables that nodes write, which sleeps when it runs for the session that it is told.
struct Brake: Sendable {
    /// A statement that can be held.
    enum Place: String, Sendable {
        /// The leader opens a batch: a statement by itself.
        case tick
        /// The leader moves the mark: inside the transaction of a page.
        case page
        /// A node writes its own row: inside a transaction on a session of the pool.
        case heartbeat
        /// A node makes a deployment: inside the transaction that holds its place.
        case deployment
    }

    /// What a session of a node does, as the server sees it.
    enum Sight: Sendable {
        case idle, held, idleInTransaction, writingToClient
    }

    let database: Database

    func install() async throws {
        for statement: SQL in [
            "CREATE SCHEMA drill",
            "CREATE TABLE drill.brake (session text PRIMARY KEY, place text, seconds float8, bytes int)",
            """
            CREATE FUNCTION drill.brake() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE held drill.brake;
            BEGIN
                SELECT * INTO held FROM drill.brake b
                WHERE b.session = current_setting('application_name')
                  AND b.place = CASE TG_TABLE_NAME WHEN 'node' THEN 'heartbeat' WHEN 'deployment' THEN 'deployment'
                                     ELSE coalesce(TG_ARGV[0], 'page') END;
                IF held.session IS NOT NULL THEN
                    PERFORM pg_sleep(held.seconds);
                    IF held.bytes > 0 THEN RAISE NOTICE '%', repeat('x', held.bytes); END IF;
                END IF;
                RETURN NEW;
            END $$
            """,
            """
            CREATE TRIGGER drill_tick BEFORE UPDATE ON scan_mark FOR EACH ROW
            WHEN (OLD.batch IS NULL AND NEW.batch IS NOT NULL) EXECUTE FUNCTION drill.brake('tick')
            """,
            """
            CREATE TRIGGER drill_page BEFORE UPDATE ON scan_mark FOR EACH ROW
            WHEN (OLD.batch IS NOT NULL) EXECUTE FUNCTION drill.brake('page')
            """,
            """
            CREATE TRIGGER drill_heartbeat BEFORE UPDATE ON node FOR EACH ROW
            EXECUTE FUNCTION drill.brake('heartbeat')
            """,
            """
            CREATE TRIGGER drill_deployment BEFORE INSERT ON deployment FOR EACH ROW
            EXECUTE FUNCTION drill.brake('deployment')
            """,
        ] {
            _ = try await database.query(statement)
        }
    }

    /// The next such statement of the session sleeps, and then sends so many bytes that nobody asked for. Returns when
    /// it sleeps, with the brake released for everybody else.
    func hold(_ session: String, at place: Place, seconds: Double, bytes: Int = 0) async throws {
        _ = try await database.query(
            """
            INSERT INTO drill.brake VALUES (\(session), \(place.rawValue), \(seconds), \(bytes))
            ON CONFLICT (session) DO UPDATE SET place = excluded.place, seconds = excluded.seconds, bytes = excluded.bytes
            """
        )
        do {
            try await wait(for: session, toBe: .held)
        } catch {
            try? await release()
            throw error
        }
        try await release()
    }

    func release() async throws {
        _ = try await database.query("DELETE FROM drill.brake")
    }

    func wait(for session: String, toBe sight: Sight) async throws {
        try await poll("\(session) to be \(sight)", every: .milliseconds(5), within: .seconds(30)) {
            let rows = try await database.query(
                "SELECT state, wait_event FROM pg_stat_activity WHERE application_name = \(session)"
            )
            for row in rows {
                let state: String? = try row["state"]
                let event: String? = try row["wait_event"]
                let isSeen =
                    switch sight {
                    case .idle: state == "idle"
                    case .held: event == "PgSleep"
                    case .idleInTransaction: state == "idle in transaction"
                    case .writingToClient: event == "ClientWrite"
                    }
                if isSeen { return () }
            }
            return nil
        }
    }

    /// Ends sessions whose name is like this, and says how many.
    func end(sessionsLike pattern: String) async throws -> Int {
        try await database.query(
            """
            SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity
            WHERE application_name LIKE \(pattern) AND pid <> pg_backend_pid()
            """
        )[0]["n"]
    }
}
