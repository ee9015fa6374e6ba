import FleetModel
import Testing

@testable import CommandLineKit

@Suite("Differences line by line")
struct UnifiedDiffTests {
    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("What differs is shown with three lines around it, in as many places as it takes")
    func hunks() {
        let old = (1...20).map { "line \($0)" }
        var new = old
        new[1] = "line two"
        new.remove(at: 17)
        #expect(
            UnifiedDiff.lines(from: old, to: new, names: ("old", "new")) == [
                "--- old", "+++ new", "@@ -1,5 +1,5 @@", " line 1", "-line 2", "+line two", " line 3",
                " line 4",
                " line 5", "@@ -15,6 +15,5 @@", " line 15", " line 16", " line 17", "-line 18", " line 19",
                " line 20",
            ]
        )
    }

    @Test("What is new or gone is all plus or all minus; what is the same is nothing")
    func whole() {
        #expect(
            UnifiedDiff.lines(from: [], to: ["a", "b"], names: ("/dev/null", "x"))
                == ["--- /dev/null", "+++ x", "@@ -0,0 +1,2 @@", "+a", "+b"]
        )
        #expect(
            UnifiedDiff.lines(from: ["a"], to: [], names: ("x", "/dev/null"))
                == ["--- x", "+++ /dev/null", "@@ -1,1 +0,0 @@", "-a"]
        )
        #expect(UnifiedDiff.lines(from: ["a"], to: ["a"], names: ("x", "x")) == [])
    }

    @Test("The old text and the difference make the new one", arguments: 0..<20)
    func patch(seed: Int) {
        var random = LinearCongruence(state: UInt64(seed) &+ 1)
        let old = (0..<30).map { _ in "line \(random.next() % 5)" }
        var new = old
        for _ in 0..<(Int(random.next() % 6) + 1) {
            let place = Int(random.next() % UInt64(new.count))
            if random.next() % 2 == 0 {
                new.remove(at: place)
            } else {
                new.insert("new \(random.next() % 9)", at: place)
            }
        }
        let difference = UnifiedDiff.lines(from: old, to: new, names: ("text", "text"))
        guard !difference.isEmpty else { return #expect(old == new) }
        #expect(patched(old, by: difference) == new)
    }

    /// What `patch` does.
    private func patched(_ old: [String], by difference: [String]) -> [String] {
        var result: [String] = []
        var read = 0
        for line in difference.dropFirst(2) {
            if line.hasPrefix("@@") {
                let start = Int(line.dropFirst(4).prefix { $0.isNumber }) ?? 0
                let isEmpty = line.contains(",0 +")
                while read < (isEmpty ? start : start - 1) {
                    result.append(old[read])
                    read += 1
                }
            } else if line.hasPrefix("+") {
                result.append(String(line.dropFirst()))
            } else {
                if line.hasPrefix(" ") { result.append(old[read]) }
                read += 1
            }
        }
        return result + old[read...]
    }

    @Test("Changes are shown as YAML, without what nobody configures")
    func changes() throws {
        func environment(_ description: String) -> JSONValue {
            .object(["id": .int(1), "name": .string("lab"), "description": .string(description)])
        }
        let answer = APIV1.ApplyResponse(applied: [
            APIV1.Applied(
                kind: "Environment",
                name: "lab",
                action: "changed",
                etag: "a",
                before: environment("old"),
                after: environment("new")
            ),
            APIV1.Applied(kind: "Project", name: "shop", action: "unchanged"),
            APIV1.Applied(kind: "Webhook", name: "chat", action: "created"),
        ])
        #expect(
            try ChangesView.lines(answer, palette: Palette(isOn: false)) == [
                "--- Environment/lab", "+++ Environment/lab", "@@ -1,2 +1,2 @@", "-description: old",
                "+description: new", " name: lab", "created Webhook/chat",
            ]
        )
    }
}

private struct LinearCongruence {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
