import Cluster
import Logging
import ServiceLifecycle

/// The first to hear of a shutdown: the node says that it drains, and what it holds open ends.
struct Draining: Service {
    let status: NodeStatus
    let work: WorkSignals
    let cluster: ClusterSignals
    let logger: Logger

    func run() async throws {
        try? await gracefulShutdown()
        logger.notice("draining")
        status.enter(.draining)
        work.fireAll()
        cluster.fireAll()
    }
}

/// Keeps the server answering for a moment after `/readyz` began to fail, so that balancers notice before
/// connections are refused.
struct Settling: Service {
    /// Three checks of a balancer that asks twice a second.
    private static let pause = Duration.milliseconds(1500)

    func run() async throws {
        try? await gracefulShutdown()
        try? await ContinuousClock().sleep(for: Self.pause)
    }
}
