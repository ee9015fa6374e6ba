import FleetModel
import FleetRules
import Testing

@Suite struct RetentionEventTests {
    static let raised: Set<EventCategory> = Set(rows.map(\.category))

    static let rows: [(event: RetentionEvent, category: EventCategory, message: String)] = [
        (
            .eventsExported(partition: "event_2026_01", file: "/x/event_2026_01.jsonl", count: 7),
            .eventsExported,
            "7 events of event_2026_01 were written to /x/event_2026_01.jsonl"
        ),
        (
            .eventsDropped(partition: "event_2026_01", before: noon, count: 7), .eventsDropped,
            "7 events of event_2026_01, all before \(noon), were dropped: they are past their retention"
        ),
        (
            .packageDeleted(name: "shop", version: "1.0", sizeBytes: 9), .packageDeleted,
            "package shop 1.0 was deleted: no release uses it"
        ),
    ]

    @Test("What retention removes is an event each", arguments: rows.indices)
    func records(index: Int) {
        let row = Self.rows[index]
        let records = DomainEventListener.records(of: .retention(row.event))
        #expect(records.map(\.category) == [row.category])
        #expect(records.map(\.message) == [row.message])
    }
}
