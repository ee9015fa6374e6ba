import FleetClient
import FleetModel
import Glibc
import Postgres
import Proof

extension Fault {
    /// A follower is frozen while it begins a deployment: its transaction holds the place, which the scan wants for a machine
    /// that is owed a release there, and so does everybody who deploys. Scanning goes on, the leader stays, and the
    /// follower goes on when it is thawed: with its transaction, or without it where the server has ended that meanwhile.
    static var followerDeployments: [Fault] {
        [("deploying", Duration.seconds(3), false), ("deploying-ended", .seconds(13), true)].map {
            name,
            time,
            isEnded in
            Fault(name: "follower-freeze-\(name)", target: Target(1, 3)) { stage in
                let leader = try await stage.watch.settledLeader()
                let node = stage.follower(of: leader)
                let client = try stage.client(of: node)
                let seconds: Double
                do {
                    seconds = try await stage.whileDeploying(through: client) {
                        try await stage.freezeDeployer(node, leader, for: time, isEnded: isEnded)
                    }
                } catch {
                    await client.close()
                    throw error
                }
                await client.close()
                try await stage.checkStillLeads(leader)
                return seconds
            }
        }
    }
}

extension Stage {
    /// Returns the seconds to the first scan after the leader has met the place that is held.
    fileprivate func freezeDeployer(
        _ node: String,
        _ leader: LeaseWatch.Leader,
        for time: Duration,
        isEnded: Bool
    ) async throws -> Double {
        _ = try await hold(node, session: node, at: .transaction, place: .deployment)
        let end = ContinuousClock.now + time
        try await oweRelease(through: leader.node)
        try await leaderMeetsHeldPlace()
        let seconds = try await watch.nextScan(since: try await watch.now())
        try await Task.sleep(until: end)
        let late = try await watch.nextScan(since: try await watch.now())
        guard late < 3 else { throw ProofError("no scan for \(late.digits(3)) s while \(node) was frozen") }
        try await checkStillLeads(leader)
        guard try await isInTransaction(node) != isEnded else {
            throw ProofError("the transaction of \(node) was to be \(isEnded ? "ended" : "open") by now")
        }
        nodes.signal(SIGCONT, to: node)
        return seconds
    }

    /// Deploys to the agents again and again, beside whoever else does, while `body` runs. What is answered must be there
    /// in the end; what is refused, because somebody else's rollout runs or the server ended the transaction, need not.
    fileprivate func whileDeploying(
        through client: APIClient,
        _ body: () async throws -> Double
    ) async throws -> Double {
        let (pause, ledger) = (PauseSwitch(), load.ledger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let request = APIV1.DeploymentRequest(
                    project: Agents.project,
                    release: Agents.releases[0],
                    environment: Agents.environment,
                    machines: nil
                )
                while !pause.isEnded && !Task.isCancelled {
                    let made: Deployment? = try? await client.post(APIPath.of("deployments"), request)
                    if let made { ledger.created(deployment: made.id.rawValue) }
                    await pause.rest(.milliseconds(20))
                }
            }
            let seconds = try await body()
            pause.end()
            try await group.waitForAll()
            return seconds
        }
    }

    /// A machine is taken out and put back, which fires the trigger of the agents' project.
    private func oweRelease(through node: String) async throws {
        let client = try client(of: node)
        do {
            for enabled in [false, true] {
                let _: Machine = try await client.patch(
                    APIPath.of("machines", Agents.names[0]),
                    MachineChange(enabled: enabled)
                )
            }
        } catch {
            await client.close()
            throw error
        }
        await client.close()
    }

    /// Its need comes up, and is put off for a tenth of a second, over and over.
    private func leaderMeetsHeldPlace() async throws {
        let database = servers.database
        try await poll(
            "the leader to meet the place that is held",
            every: .milliseconds(5),
            within: .seconds(8)
        ) {
            let putOff = try await database.query(
                """
                SELECT 1 FROM need n JOIN project p ON p.id = n.project_id JOIN machine m ON m.id = n.machine_id
                WHERE n.closed_at IS NULL AND p.name = \(Agents.project) AND m.name = \(Agents.names[0])
                  AND n.due_at > n.opened_at AND n.due_at > clock_timestamp()
                  AND n.due_at < clock_timestamp() + interval '100 milliseconds'
                """
            )
            return putOff.isEmpty ? nil : ()
        }
    }

    private func isInTransaction(_ node: String) async throws -> Bool {
        try await !servers.database.query(
            """
            SELECT 1 FROM pg_stat_activity
            WHERE application_name = \(node) AND state = 'idle in transaction'
            """
        ).isEmpty
    }
}
