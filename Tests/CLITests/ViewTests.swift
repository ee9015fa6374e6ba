import FleetModel
import Testing

@testable import CommandLineKit

@Suite("Views")
struct ViewTests {
    @Test("E1: explain says what should be there, what is, why, what led there and what comes next")
    func explain() {
        let lines = ExplanationView(palette: Samples.plain, width: 80, now: Samples.now)
            .lines(Samples.explanation)
        #expect(
            lines == [
                "web-3  in production  as web,api  Healthy  seen 2s ago",
                "",
                "shop  retryLater",
                "  should be 1.4  (last successful rollout to production, deployment 41)",
                "  is        nothing  (1.4 was begun and not completed)",
                "  why       the last run failed: step 'restart' ended with exit code 1; attempt",
                "            2 of 5",
                "  next      looks again in 40s; see `tidemark deployment show 57`",
                "  events    #998   4m ago  MachineHealthy: web-3 joined",
                "            #1003  9s ago  RunFailed: step 'restart' ended with exit code 1 on",
                "                           web-3 after 3 s",
                "",
                "base  upToDate",
                "  should be 3.0  (last successful rollout to production, deployment 12)",
                "  is        3.0",
                "  why       the agent proved that it has it",
            ]
        )
    }

    @Test(
        "E1: explain tells the rules in order, in one line while they let the release pass, one by one in detail"
    )
    func rules() {
        var explanation = Samples.explanation
        explanation.projects[0].desiredSource = "rollout"
        explanation.projects[0].desiredSince = Samples.at(-600)
        explanation.projects[0].desiredBy = "key:ci"
        explanation.projects[0].rules = [
            .init(rule: "machineExists", meaning: "it is", standing: .passed, verdict: nil, reason: nil),
            .init(rule: "triggerCovers", meaning: "one does", standing: .passed, verdict: nil, reason: nil),
            .init(
                rule: "retryDue",
                meaning: "",
                standing: .decides,
                verdict: "retryLater",
                reason: "not yet"
            ),
            .init(rule: "notFrozen", meaning: "", standing: .alsoInTheWay, verdict: "frozen", reason: "fair"),
        ]
        let view = ExplanationView(palette: Samples.plain, width: 80, now: Samples.now)
        let lines = view.lines(explanation)
        #expect(lines.contains("  since     10m ago by key:ci (rollout)"))
        let first = lines.firstIndex { $0.hasPrefix("  rules") } ?? 0
        #expect(
            lines[first..<(first + 3)] == [
                "  rules     passed   machineExists, triggerCovers",
                "            decides  retryDue: retryLater: not yet",
                "            also     notFrozen: frozen: fair",
            ]
        )
        explanation.projects.removeLast()
        #expect(view.lines(explanation).contains("            passed   triggerCovers: one does"))
    }

    @Test("Explain for a machine that nothing is meant for says so")
    func explainNothing() {
        let nothing = Explanation(machine: Samples.machine("web-4", enabled: false), projects: [])
        let lines = ExplanationView(palette: Samples.plain, width: nil, now: Samples.now).lines(nothing)
        #expect(lines[0].contains("disabled"))
        #expect(lines.last == "  no project is meant for it")
    }

    @Test("F2: text from a machine cannot command the terminal in any view")
    func hostile() {
        let evil = "x\u{1b}]0;owned\u{7}\n\u{9b}2J\u{202e}"
        var explanation = Samples.explanation
        explanation.machine = Samples.machine(evil)
        explanation.projects[0].project = evil
        explanation.projects[0].reason = evil
        explanation.projects[0].verdict = evil
        explanation.projects[0].desired = evil
        explanation.projects[0].chain[0].what = evil
        let lines =
            ExplanationView(palette: Samples.plain, width: 80, now: Samples.now).lines(explanation)
            + MachineView.sheet(Samples.machine(evil), now: Samples.now).lines(
                width: 80,
                palette: Samples.plain
            )
        for line in lines {
            #expect(line.unicodeScalars.allSatisfy { !Inert.isActive($0) }, "\(line.debugDescription)")
        }
    }

    @Test("A watched event is one line, in each format")
    func eventLine() throws {
        let table = try EventView.line(Samples.event, format: .table, palette: Samples.plain)
        #expect(
            table
                == "07:59:48Z  #1041  MachineDeploymentRelatedPropertyWasUpdated  "
                + "web-3 in production now has the roles web and api, it had web"
        )
        let json = try EventView.line(Samples.event, format: .json, palette: Samples.plain)
        #expect(!json.contains("\n") && json.contains(#""id":1041"#))
        #expect(try EventView.line(Samples.event, format: .name, palette: Samples.plain) == "1041")
        #expect(try EventView.line(Samples.event, format: .yaml, palette: Samples.plain).hasPrefix("---\n"))
    }

    @Test("A deployment shows the machines in trouble first, with the step and the message")
    func deployment() throws {
        let lines = DeploymentView.lines(Samples.detail, width: 120, palette: Samples.plain)
        let failed = try #require(lines.firstIndex { $0.hasPrefix("web-2") })
        let good = try #require(lines.firstIndex { $0.hasPrefix("web-1") })
        #expect(failed < good)
        #expect(lines[failed].contains("restart"))
        #expect(lines.joined(separator: " ").contains("port 8080 is already in use"))
    }

    @Test("Progress counts what is done, and what is not as it should be")
    func progress() {
        #expect(
            DeploymentView.progress(Samples.deployment)
                == "deployment 57 failed: 14 of 14 machines done, 1 failed, 2 skipped"
        )
    }

    @Test(
        "A machine is up to date only when something is meant for it and all of that is there",
        arguments: [
            ("upToDate", "1.4", nil, true), ("retryLater", "1.4", nil, false),
            ("nothingDeployedYet", nil, nil, false), ("upToDate", "1.4", "shop", true),
            ("upToDate", "1.4", "other", false),
        ] as [(String, String?, String?, Bool)]
    )
    func condition(verdict: String, desired: String?, project: String?, isReached: Bool) {
        var explanation = Samples.explanation
        explanation.projects.removeLast()
        explanation.projects[0].verdict = verdict
        explanation.projects[0].desired = desired
        #expect(MachineCondition.upToDate(project: project).standing(in: explanation).isReached == isReached)
    }

    @Test("Health conditions look at the health alone", arguments: MachineHealth.allCases)
    func health(health: MachineHealth) {
        let explanation = Explanation(machine: Samples.machine("m", health: health), projects: [])
        #expect(MachineCondition.healthy.standing(in: explanation).isReached == (health == .healthy))
        #expect(MachineCondition.unavailable.standing(in: explanation).isReached == (health == .unavailable))
    }
}
