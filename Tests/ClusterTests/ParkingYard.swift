import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport

/// Parks transactions between their last statement and their commit: a deferred trigger, which PostgreSQL runs as the first
/// thing of COMMIT, waits for a lock that the test holds.
struct ParkingYard: Sendable {
    private let gatekeeper: Connection
    private let pool: Database
    private let store: Store
    /// A transaction ended, one way or the other.
    let ended = Signal<Void>("a parked transaction ends")

    static func build() async throws -> ParkingYard {
        let current = try TestDatabase.current
        let gatekeeper = try await Connection.open(current.configuration, logger: .quiet)
        _ = try await gatekeeper.query("CREATE TABLE parked (ticket integer, fails boolean)")
        _ = try await gatekeeper.query(
            """
            CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock(hashtext(current_schema()), NEW.ticket);
                IF NEW.fails THEN RAISE EXCEPTION 'made to fail at its commit'; END IF;
                RETURN NULL;
            END $$
            """
        )
        _ = try await gatekeeper.query(
            """
            CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON parked DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION wait_at_commit()
            """
        )
        let pool = Database(current.configuration, maxConnections: 6, logger: .quiet)
        return ParkingYard(gatekeeper: gatekeeper, pool: pool, store: Store(database: pool, node: "writer"))
    }

    /// Before the writer of the ticket begins.
    func close(_ ticket: Int) async throws {
        _ = try await gatekeeper.query(
            "SELECT pg_advisory_lock(hashtext(current_schema()), \(ticket)::integer)"
        )
    }

    func open(_ ticket: Int) async throws {
        _ = try await gatekeeper.query(
            "SELECT pg_advisory_unlock(hashtext(current_schema()), \(ticket)::integer)"
        )
    }

    /// One to three events through the product's unit of work, which parks at its commit.
    func write(ticket: Int, fails: Bool) async throws {
        do {
            try await store.unitOfWork(by: "key:writer") { tx, changes in
                try tx.run("INSERT INTO parked VALUES (\(ticket)::integer, \(fails))")
                for part in 0...(ticket % 3) {
                    changes.post(
                        .releaseCreated(EventSubject(), project: "shop", version: "\(ticket).\(part)")
                    )
                }
            }
        } catch let error as PostgresError where fails && error.message.contains("made to fail") {}
        ended.send()
    }

    func isParked(_ ticket: Int) async throws {
        let database = try TestDatabase.current.database
        try await eventually("transaction \(ticket) is parked") {
            let waiting: Int = try await database.query(
                """
                SELECT count(*) AS n FROM pg_locks
                WHERE locktype = 'advisory' AND NOT granted
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND objid = \(ticket)::integer::bigint::oid
                  AND classid::bigint = hashtext(current_schema())::bigint & 4294967295
                """
            )[0]["n"]
            return waiting == 1
        }
    }

    func dismantle() async {
        await gatekeeper.close()
        await pool.close()
    }
}
