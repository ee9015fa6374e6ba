import FleetModel
import FleetRules
import FleetStore
import Logging
package import Postgres

/// One tenure: scans whenever there is something new and at least every interval, gives a sign of life every second,
/// and resigns in good order when the node shuts down or is drained. Whatever fails on the way ends the tenure, but for a transaction that
/// lost against another, or waited for it in vain.
package struct Leader: Sendable {
    /// How often a transaction is tried; who loses so often has something else wrong.
    private static let attempts = 4

    private let context: LeaderContext
    private let connection: Connection
    private let stop: StopRequest
    private let followUps = FollowUps()

    /// The connection holds the lock.
    package init(context: LeaderContext, connection: Connection, stop: StopRequest) {
        self.context = context
        self.connection = connection
        self.stop = stop
    }

    package func lead() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (followUps, context) = (followUps, context)
            group.addTask { await followUps.carryOut(in: context) }
            defer { group.cancelAll() }
            try await leadBesideFollowUps()
        }
    }

    private func leadBesideFollowUps() async throws {
        try await rebaseAfterRestore()
        let fence = try await begin()
        context.metrics.began()
        context.logger.notice("leads", metadata: ["term": "\(fence.term)", "timeline": "\(fence.timeline)"])
        let events = context.cluster.subscribe(.events)
        let start = ContinuousClock.now
        var now: Duration { .now - start }
        var schedule = context.settings.schedule
        var watch = ForgottenWatch()
        while !stop.isRequested && !context.status.isDrained && !Task.isCancelled {
            switch schedule.next(now: now) {
            case .scan:
                if let outcome = try await unlessHeldUp({ try await scan(fence) }) {
                    schedule.scanned(secondsUntilDue: outcome.secondsUntilDue, now: now)
                    if outcome.promotionIsDue { schedule.sweepAtOnce(now: now) }
                } else {
                    schedule.heldUp(now: now)
                }
            case .signOfLife: try await renew(fence)
            case .sweep:
                try await unlessHeldUp {
                    try await sweep(fence)
                    try await lookForForgotten(fence, &watch)
                }
                schedule.swept(now: now)
            case .rest(let time):
                if await events.wait(upTo: time) { schedule.wake(now: now) }
            }
        }
        try await resign(fence)
    }

    private func begin() async throws -> Fence {
        let context = context
        let started = ContinuousClock.now
        let fence = try await inUnitOfWork { tx, changes in
            try LeaseRows.begin(node: context.node, in: tx, &changes)
        }
        trust(fence, since: started)
        return fence
    }

    /// A transaction of its own, before anything else is written: the snapshot it takes must be older than its xid.
    private func rebaseAfterRestore() async throws {
        let rebased = try await inUnitOfWork { tx, changes in
            try tx.send("SET LOCAL statement_timeout = 0")
            return try MarkRows.rebaseAfterRestore(in: tx, &changes)
        }
        if rebased {
            context.logger.warning("the mark was re-based: the database was restored into another cluster")
        }
    }

    private func scan(_ fence: Fence) async throws -> Scan.Outcome {
        let scan = Scan(fence: fence, node: context.node)
        let started = ContinuousClock.now
        var state = ScanState()
        while true {
            if state.next == .tick {
                state.ticked(opened: try await connection.query(MarkRows.tick(fence)).affected == 1)
            }
            let pageStarted = ContinuousClock.now
            let outcome = try await inUnitOfWork { tx, changes in try scan.page(in: tx, &changes) }
            trust(fence, since: pageStarted)
            followUps.add(.init(deployments: Set(outcome.halted)))
            context.metrics.page(
                events: outcome.events,
                needs: outcome.needsLookedAt,
                deployments: outcome.deployments.count
            )
            state.committed(isComplete: outcome.isComplete)
            guard state.next != .rest else {
                context.metrics.scan(took: .now - started)
                return outcome
            }
            try Task.checkCancellation()
        }
    }

    /// Somebody's transaction may hold what is needed for longer than the lease session waits: that of a node which is frozen in
    /// the middle of one, until the server ends it. To give up the lease would help nobody, as the next leader would wait for
    /// the same. The transaction is undone, and comes again: nil.
    @discardableResult
    private func unlessHeldUp<Value>(_ body: () async throws -> Value) async throws -> Value? {
        do {
            return try await body()
        } catch let error as PostgresError where error.isLockTimeout {
            context.metrics.heldUp()
            context.logger.warning("the leader is held up", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    private func sweep(_ fence: Fence) async throws {
        let sweep = Sweep(silenceSeconds: context.settings.agentSilenceSeconds)
        let cleanup = Cleanup(silenceSeconds: context.settings.agentSilenceSeconds)
        let (stuck, gone, ending) = try await inUnitOfWork { tx, changes in
            try LeaseRows.check(fence, in: tx)
            try Sweep.housekeeping(in: tx)
            let stuck = try sweep.run(in: tx, &changes)
            return (stuck, try cleanup.run(in: tx, &changes), try EnvironmentSweep.due(in: tx))
        }
        followUps.add(.init(deployments: Set(stuck), machines: Set(gone), environments: Set(ending)))
    }

    private func lookForForgotten(_ fence: Fence, _ watch: inout ForgottenWatch) async throws {
        let after = watch.after
        let look = try await inUnitOfWork { tx, changes in
            try LeaseRows.check(fence, in: tx)
            let look = try ForgottenNeeds.look(after: after, limit: ForgottenWatch.limit, in: tx)
            if !look.healed.isEmpty { changes.wakeScanner() }
            return look
        }
        let pass = watch.looked(look)
        context.metrics.forgot(look.healed.count, inPass: pass.found, isWhole: pass.isWhole)
        ForgottenWatch.report(look.healed, to: context.logger)
    }

    private func renew(_ fence: Fence) async throws {
        let started = ContinuousClock.now
        guard try await connection.query(LeaseRows.renewal(fence)).affected == 1 else {
            throw LeaseLost(fence: fence)
        }
        trust(fence, since: started)
    }

    /// The others are told once the lock is free.
    private func resign(_ fence: Fence) async throws {
        try await inUnitOfWork { tx, changes in try LeaseRows.resign(fence, in: tx, &changes) }
        context.status.follows()
        _ = try await connection.query("SELECT pg_advisory_unlock_all()")
        _ = try await connection.query("SELECT pg_notify(\(context.channels.lease), '')")
        context.logger.notice("resigned", metadata: ["term": "\(fence.term)"])
    }

    private func trust(_ fence: Fence, since start: ContinuousClock.Instant) {
        context.status.leads(fence, until: start + context.settings.trust)
    }

    /// One transaction on the lease session, with its events, announced after the commit. One that loses against
    /// another, as in a deadlock with somebody who deploys, is done again: the lock is the session's and outlives it, and
    /// every such transaction asks for its fence anew.
    private func inUnitOfWork<Value: Sendable>(
        _ body: @Sendable (borrowing Transaction, inout Changes) throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await inOneTransaction(body)
            } catch let error as PostgresError where error.isSerializationFailure && attempt < Self.attempts {
                context.logger.info(
                    "the leader's transaction is repeated",
                    metadata: ["attempt": "\(attempt)", "reason": "\(error)"]
                )
                attempt += 1
            }
        }
    }

    private func inOneTransaction<Value: Sendable>(
        _ body: @Sendable (borrowing Transaction, inout Changes) throws -> Value
    ) async throws -> Value {
        let node = context.node
        let (value, hint) = try await connection.transaction { tx in
            var changes = Changes(actor: "node:\(node)", node: node)
            let value = try body(tx, &changes)
            return (value, try changes.write(in: tx))
        }
        if !hint.isEmpty { context.outbox.add(hint) }
        return value
    }
}
