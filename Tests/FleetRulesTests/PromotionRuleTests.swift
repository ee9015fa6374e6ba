import FleetModel
import FleetRules
import Testing

extension DomainEventListenerTests {
    static let promotion = [
        Row(
            .promotion(.freezeApplied(name: "xmas", environments: ["production"], created: true)),
            .freezeCreated,
            "freeze xmas of production was created"
        ),
        Row(
            .promotion(.freezeApplied(name: "xmas", environments: ["production"], created: false)),
            .freezeModified,
            "freeze xmas of production was changed"
        ),
        Row(.promotion(.freezeDeleted(name: "xmas")), .freezeDeleted, "freeze xmas was deleted"),
        Row(
            .promotion(.freezeStarted(name: "xmas", until: noon, reason: "holidays")),
            .freezeStarted,
            "freeze xmas is in force until \(noon): holidays"
        ),
        Row(.promotion(.freezeEnded(name: "xmas")), .freezeEnded, "freeze xmas is over"),
        Row(
            .promotion(.promoted(subject, release: "shop 1.5", environment: "staging", phase: "trial")),
            .releasePromoted,
            "shop 1.5 goes to staging by itself: phase trial is automatic"
        ),
    ]
}

@Suite struct PromotionRuleTests {
    private static let phases = [
        Project.Phase(name: "try", environments: ["dev"], automatic: true),
        Project.Phase(name: "load", environments: ["load"], automatic: true, optional: true),
        Project.Phase(name: "trial", environments: ["staging", "staging-eu"], automatic: true),
        Project.Phase(name: "live", environments: ["production"]),
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        let environment: String
        let succeeded: Set<String>
        let obstacle: String?

        init(_ environment: String, _ succeeded: Set<String>, _ obstacle: String?) {
            self.environment = environment
            self.succeeded = succeeded
            self.obstacle = obstacle
        }

        var testDescription: String { "\(environment) after \(succeeded.sorted())" }
    }

    @Test(
        "A release comes to an environment once it succeeded in every earlier phase that is not optional",
        arguments: [
            Case("dev", [], nil),
            Case("load", [], "try comes before load, and release 1.5 never succeeded in dev"),
            Case("load", ["dev"], nil),
            Case("staging", ["dev"], nil),
            Case(
                "production",
                ["dev"],
                "trial comes before live, and release 1.5 never succeeded in staging or staging-eu"
            ),
            Case("production", ["staging"], "try comes before live, and release 1.5 never succeeded in dev"),
            Case("production", ["dev", "staging-eu"], nil),
            Case("production", ["production"], nil),
            Case("lab", ["dev", "staging"], "lab is in no phase of the project"),
            Case("lab", ["lab"], "lab is in no phase of the project"),
        ]
    )
    func order(_ one: Case) {
        let found = PromotionRule.obstacle(
            to: one.environment,
            version: "1.5",
            phases: Self.phases,
            succeeded: one.succeeded
        )
        #expect(found == one.obstacle)
        let free = PromotionRule.obstacle(
            to: one.environment,
            version: "1.5",
            phases: [],
            succeeded: one.succeeded
        )
        #expect(free == nil, "a project without phases asks for no order")
    }

    @Test(
        "A release goes by itself where an automatic phase has been reached and it was not yet",
        arguments: [
            ([], ["dev"]),
            (["dev"], ["load", "staging", "staging-eu"]),
            (["dev", "load"], ["staging", "staging-eu"]),
            (["dev", "load", "staging", "staging-eu"], []),
        ] as [(Set<String>, [String])]
    )
    func promotions(_ succeeded: Set<String>, _ expected: [String]) {
        let found = PromotionRule.promotions(version: "1.5", phases: Self.phases, succeeded: succeeded)
        #expect(found.map(\.environment) == expected)
    }
}
