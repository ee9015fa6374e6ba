import FleetModel
import Testing

@Suite struct TraceParentTests {
    private static let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test("What is read is written again")
    func roundTrip() throws {
        let trace = try #require(TraceParent(Self.good))
        #expect(trace.description == Self.good)
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.flags == 1)
    }

    @Test("A later version is read as far as it is known")
    func later() {
        #expect(TraceParent("cc" + Self.good.dropFirst(2) + "-more")?.description == Self.good)
    }

    @Test(
        "What is no traceparent is refused",
        arguments: [
            "", "00", good + "-more", "ff" + good.dropFirst(2), good.uppercased(), " " + good,
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-+1",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ]
    )
    func refused(text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test(
        "A trace that begins here is valid whatever the random numbers are, and keeps its id when it is passed on"
    )
    func made() throws {
        let trace = TraceParent(random: 0, 0, span: 0)
        #expect(TraceParent(trace.description) == trace)
        let passed = trace.passed(by: 0xABC)
        #expect(passed.traceID == trace.traceID)
        #expect(passed.parentID == "0000000000000abc")
    }
}
