package import FleetModel
import FleetRules
import Postgres

/// What is removed by age. nil: never.
package struct RetentionSettings: Sendable, Equatable {
    package var eventSeconds: Int?
    /// Where a month of events is written before it is dropped; nil: nowhere.
    package var exportDirectory: String?
    package var logSeconds: Int?
    package var packageSeconds: Int?

    package init(
        eventSeconds: Int? = nil,
        exportDirectory: String? = nil,
        logSeconds: Int? = nil,
        packageSeconds: Int? = nil
    ) {
        self.eventSeconds = eventSeconds
        self.exportDirectory = exportDirectory
        self.logSeconds = logSeconds
        self.packageSeconds = packageSeconds
    }
}

/// A month of the event log that may go.
package struct ExpiredPartition: Sendable, Equatable {
    package let name: String
    package let startsAt: Instant?
    package let endsAt: Instant
    package let isExported: Bool

    package init(name: String, startsAt: Instant?, endsAt: Instant, isExported: Bool) {
        self.name = name
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.isExported = isExported
    }
}

extension Store {
    /// How far ahead there are partitions for events; the migration makes as many.
    private static let monthsAhead = 2

    /// Returns how many partitions were missing.
    package func makeEventPartitions() async throws -> Int {
        try await read { try EventPartitionRows.makeAhead(months: Self.monthsAhead, in: $0) }
    }

    /// The months that are wholly past the retention and wholly read, oldest first.
    package func expiredPartitions(_ settings: RetentionSettings) async throws -> [ExpiredPartition] {
        try await read { tx in
            let now = try DatabaseClock.now(in: tx)
            return try EventPartitionRows.list(in: tx).compactMap { found in
                let rule = PartitionRetention(seconds: settings.eventSeconds, readBelow: found.readBelow)
                guard rule.verdict(on: found.partition, now: now) == .drop else { return nil }
                return ExpiredPartition(
                    name: found.partition.name,
                    startsAt: found.startsAt,
                    endsAt: found.partition.endsAt,
                    isExported: found.isExported
                )
            }
        }
    }

    /// A page of events as lines of JSON, as far as `principal` sees them.
    package func exportEvents(
        from: Instant?,
        before: Instant,
        after: Int64,
        limit: Int = 1000,
        as principal: Principal
    ) async throws -> EventExportRows.Page {
        try await look(as: principal) { tx, seen in
            try EventExportRows.page(
                from: from,
                before: before,
                after: after,
                limit: limit,
                seen: seen,
                in: tx
            )
        }
    }

    package func noteExport(of partition: String, to file: String, count: Int64) async throws {
        try await unitOfWork(by: "node:\(node)") { tx, changes in
            try EventPartitionRows.noteExport(of: partition, to: "\(node):\(file)", count: count, in: tx)
            changes.post(.retention(.eventsExported(partition: partition, file: file, count: count)))
        }
    }

    /// Drops a month; the database refuses when an event of it is unread. Returns how many events it held.
    @discardableResult
    package func dropPartition(_ partition: ExpiredPartition) async throws -> Int64? {
        try await unitOfWork(by: "node:\(node)") { tx, changes in
            guard let count = try EventPartitionRows.drop(partition.name, in: tx) else { return nil }
            changes.post(
                .retention(
                    .eventsDropped(partition: partition.name, before: partition.endsAt, count: count)
                )
            )
            return count
        }
    }

    /// Removes a bounded part of what is too old beside events; false: nothing is left that is.
    package func removeOld(_ settings: RetentionSettings, pieces: Int = 500) async throws -> Bool {
        try await unitOfWork(by: "node:\(node)") { tx, changes in
            var removed = 0
            if let seconds = settings.logSeconds {
                removed += try LogRetentionRows.removeSome(olderThanSeconds: seconds, pieces: pieces, in: tx)
            }
            if let seconds = settings.packageSeconds {
                let packages = try PackageRetentionRows.removeUnused(
                    olderThanSeconds: seconds,
                    limit: 20,
                    in: tx
                )
                for package in packages {
                    changes.post(
                        .retention(
                            .packageDeleted(
                                name: package.name,
                                version: package.version,
                                sizeBytes: package.sizeBytes
                            )
                        )
                    )
                }
                removed += packages.count
            }
            return removed > 0
        }
    }
}
