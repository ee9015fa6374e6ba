import FleetClient
import FleetModel
import Synchronization

/// Requests that never stop, none of which is repeated by the client.
final class BalancedLoad: Sendable {
    private struct State {
        var answered = 0
        var written = 0
        var failures: [String] = []
        var isStopped = false
    }

    private let client: APIClient
    private let state = Mutex(State())

    init(client: APIClient) {
        self.client = client
    }

    var outcome: (answered: Int, written: Int, failures: [String]) {
        state.withLock { ($0.answered, $0.written, $0.failures) }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    func read() async {
        await go { client in
            let _: APIV1.Page<Machine> = try await client.get("/api/v1/machines")
            return false
        }
    }

    func write() async {
        let token = APIV1.TokenRequest(environment: "production", roles: ["web"], ttlSeconds: 600, uses: 1)
        await go { client in
            let _: APIV1.Token = try await client.post("/api/v1/tokens", token)
            return true
        }
    }

    private func go(_ request: @Sendable (APIClient) async throws -> Bool) async {
        // Cancelled: the story failed, and is not to wait for it.
        while !state.withLock({ $0.isStopped }) && !Task.isCancelled {
            do {
                let wrote = try await request(client)
                state.withLock {
                    $0.answered += 1
                    $0.written += wrote ? 1 : 0
                }
            } catch {
                state.withLock { $0.failures.append("\(error)") }
            }
        }
    }
}
