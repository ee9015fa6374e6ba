import FleetClient
import FleetModel
import Proof

/// Deploys small releases to the real agents through the balancer, again and again, and takes machines out and puts
/// them back meanwhile, so that they are owed a release which a trigger gives them.
struct Deployer: Sendable {
    private static let limit: Duration = .seconds(90)

    let client: APIClient
    let ledger: Ledger
    let pause: PauseSwitch

    /// Until it is to end; what has begun is brought to its end.
    func run() async {
        var round = 0
        while !Task.isCancelled && !pause.isEnded {
            let absent = round.isMultiple(of: 2) ? Agents.names[round / 2 % Agents.names.count] : nil
            if let absent { await set(enabled: false, absent) }
            await deploy(Agents.releases[round % Agents.releases.count])
            if let absent { await set(enabled: true, absent) }
            round += 1
            await pause.rest(.milliseconds(200))
        }
    }

    private func deploy(_ release: String) async {
        let request = APIV1.DeploymentRequest(
            project: Agents.project,
            release: release,
            environment: Agents.environment,
            machines: nil
        )
        do {
            let made: Deployment = try await client.post(APIPath.of("deployments"), request)
            ledger.answered(true)
            ledger.created(deployment: made.id.rawValue)
            await end(of: made.id.description)
        } catch let problem as Problem where problem.status == 409 {
            // Somebody else's rollout runs there.
            ledger.answered(true)
        } catch {
            if !Task.isCancelled { ledger.answered(false) }
        }
    }

    private func end(of id: String) async {
        let limit = ContinuousClock.now + Self.limit
        while ContinuousClock.now < limit && !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(300))
            let detail: APIV1.DeploymentDetail? = try? await client.get(APIPath.of("deployments", id))
            if let detail {
                ledger.answered(true)
                if detail.deployment.state != .running { return }
            } else if !Task.isCancelled {
                ledger.answered(false)
            }
        }
    }

    /// A change has no idempotency key, and needs none: it is sent until it is answered.
    private func set(enabled: Bool, _ machine: String) async {
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit {
            let changed: Machine? = try? await client.patch(
                APIPath.of("machines", machine),
                MachineChange(enabled: enabled)
            )
            if changed != nil { return }
            try? await Task.sleep(for: .milliseconds(200))
            if Task.isCancelled { return }
        }
    }
}
