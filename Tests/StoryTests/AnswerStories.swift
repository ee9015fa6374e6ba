import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct AnswerStories {
        @Test(
            "E1 explain gives desired, actual, verdict, rule and the chain of events; machine_status gives the same"
        )
        func explain() async throws {
            try await Story.tell { story in
                try await story.applySample()
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.4")
                try await story.machine("web-1", is: .upToDate)
                let answer = try await story.explain("web-1")
                #expect(answer.desired == "1.4")
                #expect(answer.chain.contains { $0.what.hasPrefix("MachineHealthy") })
                #expect(answer.chain.contains { $0.what.hasPrefix("deploying") })
                #expect(answer.chain.map(\.at) == answer.chain.map(\.at).sorted())
                try await story.release("1.5")
                try await story.join("web-2", roles: ["db"])
                try await story.tidemark("machine", "disable", "web-1")
                try await story.tidemark("deploy", "shop", "1.5", "--to", "production", "--wait")
                for machine in ["web-1", "web-2"] {
                    let shown = try await story.tidemark(
                        "explain",
                        "machine",
                        machine,
                        "--project",
                        "shop",
                        "-o",
                        "json"
                    )
                    let explained = try JSONDecoder().decode(Explanation.self, from: Data(shown.utf8))
                        .projects[0]
                    let status = try await story.texts(
                        """
                        SELECT concat_ws('/', coalesce(should_be, '-'), coalesce(is_on_it, '-'), verdict) AS t
                        FROM machine_status WHERE machine = \(machine) AND project = 'shop'
                        """
                    )
                    #expect(
                        status == [
                            "\(explained.desired ?? "-")/\(explained.actual ?? "-")/\(explained.verdict)"
                        ]
                    )
                }
                let people = try await story.tidemark("explain", "machine", "web-1")
                #expect(people.contains("1.4") && people.contains("1.5"))
            }
        }

        @Test(
            "E2 a preview of a trigger says what it would have done, and E3 the past of a deleted machine is told"
        )
        func past() async throws {
            try await Story.tell { story in
                try await story.applySample(trigger: Story.trigger("enabled: false"))
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", is: .noTrigger)
                let file = story.folder.appending(path: "preview.yaml")
                try Story.trigger().write(to: file, atomically: true, encoding: .utf8)
                let shown = try await story.tidemark(
                    "trigger",
                    "preview",
                    "-f",
                    file.path,
                    "--since",
                    "1h",
                    "-o",
                    "json"
                )
                let preview = try JSONDecoder().decode(TriggerPreview.self, from: Data(shown.utf8))
                #expect(preview.triggers[0].machines.map(\.machine) == ["web-1"])
                #expect(preview.triggers[0].machines.map(\.verdict) == ["deploying"])
                #expect(try await story.number("SELECT count(*) AS n FROM need") == 0)
                try await story.applySample()
                try await story.tidemark("machine", "disable", "web-1")
                try await story.tidemark("machine", "enable", "web-1")
                try await story.machine("web-1", has: "1.4")
                let then = try await story.texts("SELECT clock_timestamp()::text AS t")[0]
                try await story.tidemark("machine", "delete", "web-1")
                let told = try await story.tidemark(
                    "machine",
                    "history",
                    "web-1",
                    "--at",
                    then.replacingOccurrences(of: " ", with: "T") + ":00"
                )
                #expect(told.contains("1.4") && told.contains("deleted"))
                let late = try await story.tidemark("machine", "history", "web-1")
                #expect(late.contains("it was deleted already") && late.contains("MachineDeleted"))
            }
        }

        /// Commands that only look, with the words that their answers must have.
        private static let looks: [(words: [String], has: String)] = [
            (["environment", "list"], "production"), (["project", "list"], "shop"),
            (["project", "show", "shop"], "install"),
            (["trigger", "list"], "arrivals"), (["package", "list"], "1.4"),
            (["release", "list", "shop"], "1.4"),
            (["release", "show", "shop", "1.4"], "1.4"), (["machine", "list"], "web-1"),
            (["machine", "show", "web-1"], "web-1"), (["token", "list"], "production"),
            (["event", "list"], "MachineAdded"),
            (["event", "list", "--category", "MachineHealthy", "--machine", "web-1"], "MachineHealthy"),
            (["decision", "list", "--machine", "web-1"], "deploying"), (["deployment", "list"], "succeeded"),
            (["deployment", "show", "2"], "web-1"), (["deployment", "log", "2"], "current"),
            (["cluster", "status"], "node-1"), (["explain", "machine", "web-1"], "1.4"),
            (["doctor"], "leader"),
            (["machine", "history", "web-1"], "1.4"),
            (["version"], "0.1.0"),
        ]

        @Test("every command that looks answers on a real cluster, in every format, and the node lives on")
        func everyLook() async throws {
            try await Story.tell { story in
                try await story.applySample()
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.4")
                for look in Self.looks {
                    let table = try await story.run(look.words)
                    #expect(table.contains(look.has), "\(look.words): \(table)")
                    for format in ["json", "yaml", "name"]
                    where look.words[0] != "deployment" || look.words[1] != "log" {
                        _ = try await story.run(look.words + ["-o", format])
                    }
                }
                #expect(try await story.node("node-1").isRunning)
            }
        }

        /// What is wrong, the exit code that the table publishes for it, and words that the message must have.
        private static let badDocuments: [(yaml: String, code: Int32, words: [String])] = [
            ("kind: Environment\nname: [unclosed", 64, ["line"]),
            ("kind: Environment\nname: production\ncolour: blue", 4, ["colour"]),
            ("kind: Trigger\nproject: nowhere\nname: t\neventGroups: [Machine]", 4, ["nowhere"]),
            (
                "kind: Environment\nname: production\n---\nkind: Environment\nname: production", 4,
                ["production"]
            ),
            ("kind: Environment\nname: \(String(repeating: "x", count: 200))", 4, ["name"]),
            ("kind: Nonsense\nname: x", 4, ["Nonsense", "Environment"]),
        ]

        @Test("bad documents are refused with what, which and what to do, and nothing of them is applied")
        func badDocuments() async throws {
            try await Story.tell { story in
                for (index, bad) in Self.badDocuments.enumerated() {
                    let file = story.folder.appending(path: "bad-\(index).yaml")
                    try bad.yaml.write(to: file, atomically: true, encoding: .utf8)
                    let said = try await story.tidemark("apply", "-f", file.path, code: bad.code)
                    for word in bad.words { #expect(said.contains(word), "\(index): \(said)") }
                }
                #expect(try await story.number("SELECT count(*) AS n FROM environment") == 0)
            }
        }

        @Test("a node that cannot start says why and exits with the published code")
        func badStarts() async throws {
            try await Story.tell { story in
                let taken = try await story.url(of: "node-1").dropFirst("http://".count)
                let good = story.database.conninfo
                let cases: [(arguments: [String], database: String, code: Int32, word: String)] = [
                    (["serve"], "host=127.0.0.1 port=notaport", 78, "port"),
                    (["serve"], "nonsense", 78, "TIDEMARK_DATABASE_URL"),
                    (["serve", "--scan-interval", "often"], good, 78, "TIDEMARK_SCAN_INTERVAL"),
                    (["serve", "--listen", String(taken)], good, 71, String(taken)),
                    (["migrate"], "host=127.0.0.1 port=1 user=x dbname=y", 69, "refused"),
                    (["admin", "create-key", "--name", "a b"], good, 78, "name"),
                    (["serve", "--no-such-flag"], good, 64, "no-such-flag"),
                    (["serve", "--secrets-key-file", "/none"], good, 78, "TIDEMARK_SECRETS_KEY_FILE"),
                    (["serve", "--secrets-key-file", "/etc/passwd"], good, 78, "line 1 is not base64"),
                ]
                for bad in cases {
                    let result = try await Program.run(
                        "tidemarkd",
                        bad.arguments,
                        environment: [
                            "TIDEMARK_DATABASE_URL": bad.database, "TIDEMARK_SCHEMA": story.database.schema,
                        ],
                        in: story.folder
                    )
                    #expect(result.code == bad.code, "\(bad.arguments) \(bad.database): \(result.errors)")
                    #expect(result.errors.lowercased().contains(bad.word.lowercased()), "\(result.errors)")
                }
            }
        }
    }
}
