import FleetModel
import Testing

@Suite struct InstantTests {
    static let pairs: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (1_709_251_199_999_999, "2024-02-29T23:59:59.999999Z"),
        (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
        (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ]

    @Test("An instant is written in RFC 3339 and read back", arguments: pairs)
    func knownValues(_ microseconds: Int64, _ text: String) {
        #expect(Instant(microseconds: microseconds).description == text)
        #expect(Instant(text)?.microseconds == microseconds)
    }

    @Test(
        "Every instant from year 1 to 9999 survives writing and reading",
        arguments: 0..<20 as Range<UInt64>
    )
    func roundTrip(_ seed: UInt64) {
        var changed: [Instant] = []
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let span: UInt64 = 315_537_897_600_000_000
            let instant = Instant(microseconds: Int64((state >> 1) % span) - 62_135_596_800_000_000)
            if Instant(instant.description) != instant { changed.append(instant) }
        }
        #expect(changed == [])
    }

    @Test("The days of leap years and of the years around them are counted one by one")
    func leapYears() {
        for year in [1899, 1900, 1999, 2000, 2023, 2024, 2100] {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let start = Instant("\(year)-01-01T00:00:00Z")
            let end = Instant("\(year + 1)-01-01T00:00:00Z")
            let days = zip([start], [end]).compactMap { start, end in
                start.flatMap { start in end.map { $0.seconds(since: start) / 86_400 } }
            }
            #expect(days == [isLeap ? 366 : 365], "year \(year)")
        }
    }

    @Test(
        "PostgreSQL's form, offsets and short fractions are read",
        arguments: [
            ("2026-01-02 03:04:05.5+00", "2026-01-02T03:04:05.500000Z"),
            ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05.000000Z"),
            ("2026-01-02T03:04:05.000001-0130", "2026-01-02T04:34:05.000001Z"),
        ]
    )
    func otherForms(_ text: String, _ same: String) {
        #expect(Instant(text)?.description == same)
    }

    @Test(
        "What is not a time is refused",
        arguments: [
            "", "yesterday", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z",
            "2026-01-32T03:04:05Z",
            "2026-02-30T03:04:05Z", "2025-02-29T03:04:05Z", "2026-01-02T24:00:00Z", "2026-01-02T03:60:05Z",
            "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05Zx",
            "2026-01-02T03:04:05+2", "2026-01-02T03:04:05+99:00", "2026-01-02T03:04:05+02:99",
            "+026-01-02T03:04:05Z", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
        ]
    )
    func refused(_ text: String) {
        #expect(Instant(text) == nil)
    }
}
