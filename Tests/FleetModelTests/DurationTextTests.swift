import FleetModel
import Testing

@Suite struct DurationTextTests {
    @Test(
        "A whole number and a unit are a time",
        arguments: [
            ("0s", 0), ("250ms", 250), ("15s", 15_000), ("5m", 300_000), ("2h", 7_200_000),
            ("7d", 604_800_000),
            ("3650d", 315_360_000_000),
        ]
    )
    func reads(_ text: String, _ milliseconds: Int64) {
        #expect(DurationText(text)?.milliseconds == milliseconds)
    }

    @Test(
        "Anything else is not",
        arguments: [
            "", "5", "s", "-5s", "+5s", "1.5s", "5 s", " 5s", "5S", "5min", "1h30m", "٥s", "3651d",
            "99999999999999999999s", "9223372036854775807d",
        ]
    )
    func refuses(_ text: String) {
        #expect(DurationText(text) == nil)
    }

    @Test(
        "Seconds are written in the largest unit that holds them whole",
        arguments: [
            (0, "0s"), (1, "1s"), (90, "90s"), (120, "2m"), (3600, "1h"), (5400, "90m"), (86_400, "1d"),
        ]
    )
    func writes(_ seconds: Int, _ text: String) {
        #expect(DurationText.text(seconds: seconds) == text)
        #expect(DurationText(text)?.seconds == seconds)
    }
}
