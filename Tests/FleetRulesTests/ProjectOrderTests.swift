import FleetModel
import FleetRules
import Testing

@Suite struct ProjectOrderTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let edges: [String: Set<String>]
        let cycle: [String]?
    }

    static let rows = [
        Row(testDescription: "no order", edges: [:], cycle: nil),
        Row(testDescription: "one before another", edges: ["app": ["base"]], cycle: nil),
        Row(
            testDescription: "a diamond is none",
            edges: ["app": ["left", "right"], "left": ["base"], "right": ["base"]],
            cycle: nil
        ),
        Row(testDescription: "itself", edges: ["app": ["app"]], cycle: ["app", "app"]),
        Row(
            testDescription: "two",
            edges: ["app": ["base"], "base": ["app"]],
            cycle: ["app", "base", "app"]
        ),
        Row(
            testDescription: "three, reached from outside: only the cycle is told",
            edges: ["a": ["m"], "m": ["n"], "n": ["o"], "o": ["m"]],
            cycle: ["m", "n", "o", "m"]
        ),
        Row(
            testDescription: "behind a branch that has none",
            edges: ["a": ["b", "c"], "b": ["d"], "c": ["a"]],
            cycle: ["a", "c", "a"]
        ),
    ]

    @Test("A cycle of projects that wait for each other is found, and spelled out (A7)", arguments: rows)
    func cycles(_ row: Row) {
        #expect(ProjectOrder.cycle(in: row.edges) == row.cycle)
    }

    @Test("A cycle is told as who comes after whom")
    func words() {
        #expect(
            ProjectOrder.inWords(["app", "base", "app"]) == "app comes after base, base comes after app"
        )
    }

    @Test("What may not be told is left out of a cycle, which stays one")
    func part() {
        let cycle = ["app", "base", "tool", "app"]
        #expect(ProjectOrder.part(of: cycle) { $0 != "base" } == ["app", "tool", "app"])
        #expect(ProjectOrder.part(of: cycle) { $0 != "app" } == ["base", "tool", "base"])
        #expect(ProjectOrder.part(of: cycle) { $0 == "tool" } == ["tool", "tool"])
        #expect(ProjectOrder.part(of: cycle) { _ in true } == cycle)
    }

    @Test("A line of ten thousand projects is no cycle, until its end is joined to its beginning")
    func long() {
        var edges: [String: Set<String>] = [:]
        for number in 1..<10_000 { edges["p\(number)"] = ["p\(number + 1)"] }
        #expect(ProjectOrder.cycle(in: edges) == nil)
        edges["p10000"] = ["p1"]
        #expect(ProjectOrder.cycle(in: edges)?.count == 10_001)
    }
}
