import FleetModel
import Testing

@Suite struct PromotionDocumentTests {
    private func faults(_ json: String) throws -> [String] {
        do {
            _ = try DocumentReader.read(try decode([JSONValue].self, json))
            return []
        } catch let found as DocumentFaults {
            return found.faults.map { "\($0.field): \($0.message)" }
        }
    }

    private static let fields = [
        ("name", #""xmas""#), ("environments", #"["production"]"#), ("from", #""2026-12-24T00:00:00Z""#),
        ("to", #""2026-12-27T00:00:00Z""#), ("reason", #""holidays""#),
    ]

    /// A freeze in which one field is another one.
    private static func freeze(_ field: String = "", _ value: String = "") -> String {
        let others = fields.filter { $0.0 != field } + (field.isEmpty ? [] : [(field, value)])
        return #"[{"kind": "Freeze", "# + others.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}]"
    }

    @Test("A freeze is read as it is written")
    func freeze() throws {
        let documents = try DocumentReader.read(try decode([JSONValue].self, Self.freeze()))
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
            ("environments", "null"), ("environments", "[]"), ("from", #""tomorrow""#), ("reason", #""""#),
            ("to", #""2026-12-23T00:00:00Z""#), ("until", #""2026-12-27T00:00:00Z""#),
        ]
    )
    func refusedFreeze(_ field: String, _ value: String) throws {
        #expect(try faults(Self.freeze(field, value)).contains { $0.hasPrefix("documents[0].\(field)") })
    }

    @Test("An environment stands in one phase, and a phase has a name of its own")
    func refusedPhases() throws {
        let found = try faults(
            """
            [{"kind": "Project", "name": "shop", "process": [{"name": "a", "script": "true"}],
              "promotion": {"phases": [{"name": "trial", "environments": ["staging"]},
                                       {"name": "trial", "environments": ["staging"]},
                                       {"name": "live", "environments": []}]}}]
            """
        )
        #expect(
            found == [
                "documents[0].promotion.phases[1].environments: has 'staging', which phase 'trial' has already",
                "documents[0].promotion.phases[1].name: is 'trial', which another phase has already",
                "documents[0].promotion.phases[2].environments: must name one environment at least",
            ]
        )
    }
}
