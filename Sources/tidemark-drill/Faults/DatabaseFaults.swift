import Postgres
import Proof

extension Fault {
    /// PostgreSQL ends and is started again where it was. Timed from its first answer.
    static var database: [Fault] {
        [("fast", PrivatePostgres.Ending.fast), ("immediate", .immediate), ("killed", .killed)].map {
            name,
            ending in
            Fault(name: "database-\(name)", target: Target(2, 2)) { stage in
                let leader = try await stage.watch.settledLeader()
                let instant = try await stage.watch.now()
                try await stage.servers.primary.end(ending)
                try await stage.servers.primary.startAgain()
                let answer = try await stage.watch.firstAnswer(
                    from: stage.servers.primary.port,
                    since: instant
                )
                return try await stage.watch.takeover(after: leader.term, since: answer).seconds
            }
        }
    }

    /// The primary is lost with all its processes and its disk, and the synchronous standby is promoted. Timed from the
    /// promoted server's first answer. What is left of the old primary then becomes the new standby.
    static var promotion: [Fault] {
        [
            Fault(name: "promotion", target: Target(2, 2)) { stage in
                let leader = try await stage.watch.settledLeader()
                try await stage.servers.promote()
                let answer = try await stage.watch.firstAnswer(from: stage.servers.primary.port, since: nil)
                let takeover = try await stage.watch.takeover(after: leader.term, since: answer)
                try await stage.servers.rebuild()
                return takeover.seconds
            }
        ]
    }
}
