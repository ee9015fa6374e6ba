import Postgres
import Proof

extension Fault {
    /// The disk of PostgreSQL is full for some seconds, and then freed by somebody who also starts the server again if
    /// that did not survive it. Timed from then.
    static var disk: [Fault] {
        [
            Fault(name: "disk-full", target: Target(2, 3), need: .mounts) { stage in
                guard let disk = stage.servers.disk else {
                    throw ProofError("the server has no disk of its own")
                }
                _ = try await stage.watch.settledLeader()
                let database = stage.servers.database
                _ = try await database.query("SELECT pg_switch_wal()")
                try disk.fill()
                do {
                    try await stage.waitForRefusal()
                    // How long it lasts for those who cannot write.
                    try await Task.sleep(for: .seconds(3))
                } catch {
                    disk.free()
                    throw error
                }
                disk.free()
                if !stage.servers.primary.isRunning { try await stage.servers.primary.startAgain() }
                let answer = try await stage.watch.firstAnswer(from: stage.servers.primary.port, since: nil)
                return try await stage.watch.nextScan(since: answer)
            }
        ]
    }
}

extension Stage {
    /// Writes until one is refused for want of space, or the server has gone for it.
    fileprivate func waitForRefusal() async throws {
        let database = servers.database
        let limit = ContinuousClock.now + .seconds(40)
        while ContinuousClock.now < limit {
            do {
                _ = try await database.query("SELECT pg_switch_wal()")
                _ = try await database.query(
                    """
                    CREATE TABLE IF NOT EXISTS drill.filler AS
                    SELECT n, repeat(md5(n::text), 50) AS text FROM generate_series(1, 20000) n
                    """
                )
                _ = try await database.query("DROP TABLE drill.filler")
            } catch let error as PostgresError where error.sqlState == "53100" || error.isConnectionProblem {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ProofError("the disk was filled, and PostgreSQL went on writing")
    }
}
