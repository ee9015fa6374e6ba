import Postgres
import Proof

extension Fault {
    /// Notifications are only hints: an event that nobody announces, in a cluster where nothing else happens, is read
    /// by the timer, every 15 s. Timed from its commit to its decision.
    static var announcements: [Fault] {
        [
            Fault(name: "notify-lost", target: Target(15.5, 16)) { stage in
                stage.load.pause.pause()
                defer { stage.load.pause.resume() }
                let database = stage.servers.database
                try await poll("the fleet to be quiet") {
                    let row = try await database.query(
                        """
                        SELECT 1 WHERE (SELECT events_waiting FROM scan_status WHERE name = 'auto') = 0
                            AND NOT EXISTS (SELECT 1 FROM event WHERE occurred_at > clock_timestamp() - interval '1 s')
                        """
                    ).first
                    return row.map { _ in () }
                }
                var last: Int64 = 0
                for _ in 1...2 { last = try await stage.load.writeSilently() }
                let event = last
                return try await poll("the scan of an event that nobody announced", within: .seconds(30)) {
                    let row = try await database.query(
                        """
                        SELECT extract(epoch FROM m.advanced_at - pg_xact_commit_timestamp(e.xid::xid))::float8 AS seconds
                        FROM event e, scan_mark m
                        WHERE e.id = \(event) AND m.name = 'auto' AND pg_visible_in_snapshot(e.xid, m.done)
                        """
                    ).first
                    return try row.map { try $0["seconds"] }
                }
            }
        ]
    }
}
