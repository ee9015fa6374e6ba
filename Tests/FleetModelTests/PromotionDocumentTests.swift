import FleetModel
import Testing

@Suite struct PromotionDocumentTests {
    private func faults(_ fields: [String: JSONValue]) -> [String] {
        do {
            _ = try DocumentReader.read([.object(fields)])
            return []
        } catch {
            return error.faults.map { "\($0.field): \($0.message)" }
        }
    }

    private static let freeze: [String: JSONValue] = [
        "kind": "Freeze", "name": "xmas", "environments": ["production"], "from": "2026-12-24T00:00:00Z",
        "to": "2026-12-27T00:00:00Z", "reason": "holidays",
    ]

    @Test("A freeze is read as it is written")
    func freeze() throws {
        let documents = try DocumentReader.read([.object(Self.freeze)])
        guard case .freeze(let freeze)? = documents.first else {
            Issue.record("no freeze was read")
            return
        }
        #expect(freeze.environments == ["production"] && freeze.projects == [])
        #expect(freeze.to.seconds(since: freeze.from) == 3 * 86_400)
    }

    @Test(
        "A freeze that says nothing of where, when or why is refused",
        arguments: [
            ("environments", .null), ("environments", []), ("from", "tomorrow"), ("reason", ""),
            ("to", "2026-12-23T00:00:00Z"), ("until", "2026-12-27T00:00:00Z"),
        ] as [(String, JSONValue)]
    )
    func refusedFreeze(_ field: String, _ value: JSONValue) {
        var fields = Self.freeze
        fields[field] = value
        #expect(faults(fields).contains { $0.hasPrefix("documents[0].\(field)") })
    }

    @Test("An environment stands in one phase, and a phase has a name of its own")
    func refusedPhases() {
        let found = faults([
            "kind": "Project", "name": "shop", "process": [["name": "a", "script": "true"]],
            "promotion": [
                "phases": [
                    ["name": "trial", "environments": ["staging"]],
                    ["name": "trial", "environments": ["staging"]],
                    ["name": "live", "environments": []],
                ]
            ],
        ])
        #expect(
            found == [
                "documents[0].promotion.phases[1].environments: has 'staging', which phase 'trial' has already",
                "documents[0].promotion.phases[1].name: is 'trial', which another phase has already",
                "documents[0].promotion.phases[2].environments: must name one environment at least",
            ]
        )
    }
}
