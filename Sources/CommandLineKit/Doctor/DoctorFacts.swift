import FleetClient
import FleetModel

/// What the doctor found out; judged by `DoctorReport`, which asks nobody.
struct DoctorFacts: Sendable {
    /// An answer, or why there is none.
    typealias Finding<Value: Sendable> = Result<Value, Failure>

    var url: String
    var live: Finding<Probe>
    var ready: Finding<Probe>
    var serverVersion: String?
    var hasKey: Bool
    var cluster: Finding<ClusterStatus>
    var unavailable: Finding<APIV1.Page<Machine>>

    /// Everything is asked at most once and without retries: the doctor reports what is, not what may become.
    static func gather(_ session: Session, hasKey: Bool) async -> DoctorFacts {
        var session = session
        session.client.retries = .never
        let (client, timeout) = (session.client, session.limit ?? .seconds(5))
        session.client.timeout = timeout
        let live = await probe("/livez", session, timeout)
        guard case .success = live else {
            let unknown = Failure(.unreachable, "not asked: the node does not answer")
            return DoctorFacts(
                url: client.url,
                live: live,
                ready: .failure(unknown),
                hasKey: hasKey,
                cluster: .failure(unknown),
                unavailable: .failure(unknown)
            )
        }
        let version: Finding<NodeVersion> = await finding { try await session.client.get("/version") }
        return DoctorFacts(
            url: client.url,
            live: live,
            ready: await probe("/readyz", session, timeout),
            serverVersion: (try? version.get())?.version,
            hasKey: hasKey,
            cluster: await finding { try await session.client.get(APIPath.of("cluster")) },
            unavailable: await finding {
                try await session.list(
                    APIPath.of("machines"),
                    query: ["health": MachineHealth.unavailable.rawValue],
                    limit: Limits.pageSize
                )
            }
        )
    }

    private static func probe(_ path: String, _ session: Session, _ timeout: Duration) async -> Finding<Probe>
    {
        await finding {
            do {
                return try await Probe(session.client.url + path, timeout: timeout) { session.now }
            } catch {
                throw ClientError.unreachable(url: session.client.url, reason: "\(error)")
            }
        }
    }

    private static func finding<Value: Sendable>(_ body: () async throws -> Value) async -> Finding<Value> {
        do { return .success(try await body()) } catch { return .failure(Failure(explaining: error)) }
    }
}
