import Cluster
package import FleetRules
package import FleetStore
package import Logging
import ServiceLifecycle
import Synchronization

/// Sends what waits in the outbox. Every node does, side by side: a delivery belongs to the node that claimed it, and to
/// whoever comes first once its claim is over.
///
/// There is no limit over all webhooks but that of their number times what one may have on the way, so that no
/// receiver, however slow, waits for another one.
package struct WebhookSender: Service {
    /// How often the outbox is looked at; it is also looked at whenever an attempt ends.
    private static let interval: Duration = .seconds(1)
    /// How long attempts may go on when the node shuts down; others are due again when their claim ends.
    private static let grace: Duration = .seconds(3)

    private let store: Store
    private let guarding: AddressGuard
    private let metrics: WebhookMetrics
    private let logger: Logger
    private let stop = StopRequest()
    private let news = Wakeup()

    package init(store: Store, guarding: AddressGuard, metrics: WebhookMetrics, logger: Logger) {
        self.store = store
        self.guarding = guarding
        self.metrics = metrics
        self.logger = logger
    }

    package func run() async throws {
        let resolver = NameResolver()
        let receiver = Receiver(guarding: guarding, resolve: resolver.addresses(of:))
        let (stop, news) = (stop, news)
        await withGracefulShutdownHandler {
            await work(with: receiver)
        } onGracefulShutdown: {
            stop.request()
            news.fire()
        }
        await resolver.close()
    }

    private func work(with receiver: Receiver) async {
        let onTheWay = InFlight()
        await withDiscardingTaskGroup { group in
            while !stop.isRequested && !Task.isCancelled {
                for delivery in await claim() {
                    onTheWay.began()
                    group.addTask {
                        await attempt(delivery, with: receiver)
                        onTheWay.ended()
                        news.fire()
                    }
                }
                await news.wait(upTo: Self.interval)
            }
            let end = ContinuousClock.now + Self.grace
            while onTheWay.count > 0, ContinuousClock.now < end, !Task.isCancelled {
                await news.wait(upTo: end - .now)
            }
            group.cancelAll()
        }
    }

    private func claim() async -> [ClaimedDelivery] {
        do {
            return try await store.read { try WebhookClaims.take(by: store.node, in: $0) }
        } catch {
            // The heartbeat tells that the database is gone.
            logger.debug("the outbox cannot be read", metadata: ["reason": "\(error)"])
            return []
        }
    }

    private func attempt(_ delivery: ClaimedDelivery, with receiver: Receiver) async {
        do {
            let outcome = try await receiver.send(delivery)
            let fraction = Double.random(in: 0..<1)
            let verdict = try await store.unitOfWork(by: "node:\(store.node)") { tx, changes in
                try WebhookClaims.end(delivery, outcome, fraction: fraction, in: tx, &changes)
            }
            guard let verdict else { return }
            metrics.ended(verdict)
            report(verdict, delivery)
        } catch {
            // It is due again when its claim ends; the receiver knows it by its id if it had got through.
            logger.debug(
                "what came of a delivery is not known",
                metadata: [
                    "webhook": "\(delivery.webhook)", "delivery": "\(delivery.id)", "reason": "\(error)",
                ]
            )
        }
    }

    private func report(_ verdict: WebhookVerdict, _ delivery: ClaimedDelivery) {
        let metadata: Logger.Metadata = [
            "webhook": "\(delivery.webhook)", "delivery": "\(delivery.id)", "attempt": "\(delivery.attempt)",
        ]
        switch verdict {
        case .delivered: logger.debug("delivered", metadata: metadata)
        case .again(_, let error):
            logger.info("not delivered", metadata: metadata.merging(["reason": "\(error)"]) { $1 })
        case .dead(let error), .gone(let error):
            logger.warning("given up", metadata: metadata.merging(["reason": "\(error)"]) { $1 })
        }
    }
}

/// How many attempts are on the way.
private final class InFlight: Sendable {
    private let number = Mutex(0)

    var count: Int { number.withLock { $0 } }

    func began() { number.withLock { $0 += 1 } }
    func ended() { number.withLock { $0 -= 1 } }
}
