package import FleetModel

/// What was removed because it was old, and what was kept of it elsewhere.
package enum RetentionEvent: Sendable, Equatable {
    case eventsExported(partition: String, file: String, count: Int64)
    case eventsDropped(partition: String, before: Instant, count: Int64)
    case packageDeleted(name: String, version: String, sizeBytes: Int64)

    var record: EventRecord {
        switch self {
        case .eventsExported(let partition, let file, let count):
            EventRecord(
                .eventsExported,
                EventSubject(),
                "\(count) events of \(partition) were written to \(file)",
                detail: ["partition": partition, "file": file, "count": String(count)]
            )
        case .eventsDropped(let partition, let before, let count):
            EventRecord(
                .eventsDropped,
                EventSubject(),
                "\(count) events of \(partition), all before \(before), were dropped: they are past their retention",
                detail: ["partition": partition, "before": before.description, "count": String(count)]
            )
        case .packageDeleted(let name, let version, let sizeBytes):
            EventRecord(
                .packageDeleted,
                EventSubject(),
                "package \(name) \(version) was deleted: no release uses it",
                detail: ["sizeBytes": String(sizeBytes)]
            )
        }
    }
}
