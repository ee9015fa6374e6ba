import FleetModel
import FleetRules
import Testing

@Suite struct HealthCheckConclusionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let ending: HealthCheckEnd.Ending
        let output: String
        let health: MachineHealth
        let reason: String

        init(_ ending: HealthCheckEnd.Ending, _ output: String, _ health: MachineHealth, _ reason: String) {
            self.ending = ending
            self.output = output
            self.health = health
            self.reason = reason
        }

        var testDescription: String { "\(ending) \(output)" }
    }

    static let error = "##tidemark[error]"
    static let warning = "##tidemark[warning]"
    static let cases = [
        Case(.exited(0), "", .healthy, "the check passed"),
        Case(.exited(0), "all is well\n", .healthy, "the check passed"),
        Case(.exited(1), "", .unhealthy, "the check ended with exit code 1"),
        Case(.exited(3), "", .hasWarnings, "the check ended with exit code 3, which means a warning"),
        Case(.exited(137), "", .unhealthy, "the check ended with exit code 137"),
        Case(
            .exited(0),
            "\(warning) disk is nearly full\n",
            .hasWarnings,
            "the check says: disk is nearly full"
        ),
        Case(.exited(3), "\(warning) slow", .hasWarnings, "the check says: slow"),
        Case(.exited(1), "\(warning) slow", .unhealthy, "the check ended with exit code 1"),
        Case(.exited(0), "\(error) disk is full", .unhealthy, "the check says: disk is full"),
        Case(.exited(3), "\(warning) a\n  \(error) b\n", .unhealthy, "the check says: b"),
        Case(.exited(1), "\(error) b", .unhealthy, "the check says: b"),
        Case(.exited(0), "\(error)", .unhealthy, "the check says: ##tidemark[error], without a reason"),
        Case(.exited(0), "echo '\(error) x'", .healthy, "the check passed"),
        Case(.exited(0), "##tidemark[Error] x", .healthy, "the check passed"),
        Case(.timedOut(seconds: 30), "\(warning) x", .unhealthy, "the check did not end within 30 s"),
        Case(.notRun("no /bin/sh"), "", .unhealthy, "the check could not be run: no /bin/sh"),
    ]

    @Test("The worst of what a check says is what counts", arguments: cases)
    func conclusion(_ value: Case) {
        let conclusion = HealthCheckConclusion(
            of: HealthCheckEnd(value.ending, output: value.output),
            warningExitCodes: [3]
        )
        #expect(conclusion.health == value.health)
        #expect(conclusion.reason == value.reason)
    }

    @Test("A reason is bounded, however much a script says")
    func bounded() {
        let said = "\(Self.error) " + String(repeating: "x", count: 10_000)
        let conclusion = HealthCheckConclusion(
            of: HealthCheckEnd(.exited(0), output: said),
            warningExitCodes: []
        )
        #expect(conclusion.reason.count == 300)
    }

    @Test(
        "A connection is a passed check where no script is to say; else it only ends an absence",
        arguments: [
            (MachinePolicy.CheckKind.connection, MachineHealth.unknown, MachineHealth.healthy, false),
            (.connection, .unhealthy, .healthy, false), (.connection, .unavailable, .healthy, false),
            (.script, .unknown, .unknown, true), (.script, .unavailable, .unknown, true),
            (.script, .healthy, .healthy, true), (.script, .hasWarnings, .hasWarnings, true),
            (.script, .unhealthy, .unhealthy, true),
        ]
    )
    func connection(
        _ kind: MachinePolicy.CheckKind,
        _ before: MachineHealth,
        _ after: MachineHealth,
        _ wantsCheck: Bool
    ) {
        #expect(
            ConnectionRule.opened(kind, before: before)
                == ConnectionRule.Outcome(health: after, wantsCheck: wantsCheck)
        )
    }
}
