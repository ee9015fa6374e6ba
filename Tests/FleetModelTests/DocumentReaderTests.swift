import FleetModel
import Testing

@Suite struct DocumentReaderTests {
    private func read(_ json: String) throws -> [Document] {
        try DocumentReader.read(try decode([JSONValue].self, json))
    }

    private func faults(_ json: String) throws -> [String] {
        let values = try decode([JSONValue].self, json)
        do {
            _ = try DocumentReader.read(values)
            return []
        } catch {
            return error.faults.map { "\($0.field) \($0.message)" }
        }
    }

    @Test("Every field of every kind is read")
    func everything() throws {
        let documents = try read(
            """
            [{"kind": "Environment", "name": "production", "description": "Where customers are"},
             {"kind": "Project", "name": "shop", "description": "Sells", "variables": {"PORT": "8080", "_a1": ""},
              "environmentVariables": {"production": {"PORT": "80"}, "review": {}},
              "process": [
                {"name": "install", "roles": ["web"], "maxParallel": 2, "timeout": "5m", "idempotent": true,
                 "package": {"name": "shop", "keep": 3, "check": "test -f index.html", "checkTimeout": "30s"}},
                {"name": "fetch",
                 "package": {"name": "tool", "url": "https://example.org/t.tgz?x=1", "version": "2.0",
                             "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
                {"name": "restart", "script": "echo hello"}]},
             {"kind": "Trigger", "project": "shop", "name": "arrivals", "redeploy": true, "enabled": false,
              "eventGroups": ["MachineAvailableForDeployment"], "eventCategories": ["MachineAdded"],
              "environments": ["production"], "roles": ["web"],
              "batch": {"quiet": "2s", "longest": "30s", "size": 20}}]
            """
        )
        let check = PackageInstall(
            name: "shop",
            keep: 3,
            check: "test -f index.html",
            checkTimeoutSeconds: 30
        )
        let fetch = PackageInstall(
            name: "tool",
            url: "https://example.org/t.tgz?x=1",
            sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            version: "2.0"
        )
        let install = Step(
            name: "install",
            roles: ["web"],
            maxParallel: 2,
            timeoutSeconds: 300,
            idempotent: true,
            action: .package(check)
        )
        #expect(
            documents == [
                .environment(.init(name: "production", description: "Where customers are")),
                .project(
                    .init(
                        name: "shop",
                        description: "Sells",
                        process: [
                            install, Step(name: "fetch", action: .package(fetch)),
                            Step(name: "restart", action: .script("echo hello")),
                        ],
                        variables: ["PORT": "8080", "_a1": ""],
                        environmentVariables: ["production": ["PORT": "80"], "review": [:]]
                    )
                ),
                .trigger(
                    .init(
                        project: "shop",
                        name: "arrivals",
                        eventGroups: [.machineAvailableForDeployment],
                        eventCategories: [.machineAdded],
                        environments: ["production"],
                        roles: ["web"],
                        redeploy: true,
                        enabled: false,
                        batch: .init(quietSeconds: 2, longestSeconds: 30, size: 20)
                    )
                ),
            ]
        )
    }

    @Test("What is left out, or null as YAML makes it of nothing, has its default")
    func defaults() throws {
        let documents = try read(
            """
            [{"kind": "Project", "name": "a", "variables": null, "process": [{"name": "s", "roles": null, "script": "x"}]},
             {"kind": "Trigger", "project": "a", "name": "t", "eventGroups": ["Machine"], "batch": {}}]
            """
        )
        #expect(
            documents == [
                .project(.init(name: "a", process: [Step(name: "s", action: .script("x"))])),
                .trigger(.init(project: "a", name: "t", eventGroups: [.machine])),
            ]
        )
    }

    @Test(
        "A document that is not one, or is there twice, is refused",
        arguments: DocumentFaultTables.documents + DocumentFaultTables.projects
    )
    func refusesDocument(_ json: String, _ expected: [String]) throws {
        #expect(try faults(json) == expected)
    }

    @Test("Every fault of a step is told with its path", arguments: DocumentFaultTables.steps)
    func refusesStep(_ step: String, _ expected: [String]) throws {
        let json = """
            [{"kind": "Environment", "name": "e"},
             {"kind": "Project", "name": "a", "process": [{"name": "first", "script": "x"}, \(step)]}]
            """
        #expect(try faults(json) == expected.map { "documents[1].process[1]" + $0 })
    }

    @Test("Every fault of a trigger is told with its path", arguments: DocumentFaultTables.triggers)
    func refusesTrigger(_ fields: String, _ expected: [String]) throws {
        let json = #"[{"kind": "Trigger", "project": "a", "name": "t", \#(fields)}]"#
        #expect(try faults(json) == expected.map { "documents[0]" + $0 })
    }

    @Test("The faults of all documents are told at once")
    func allAtOnce() throws {
        let found = try faults(#"[{"kind": "Environment", "name": "A"}, 1, {"kind": "Enviroment"}]"#)
        #expect(
            found.map { $0.prefix { $0 != " " } } == [
                "documents[0].name", "documents[1]", "documents[2].kind",
            ]
        )
    }

    @Test(
        "Limits are kept to the last one allowed",
        arguments: [
            ("name", 63, true), ("name", 64, false), ("description", 1000, true),
            ("description", 1001, false),
        ]
    )
    func limits(_ field: String, _ length: Int, _ isGood: Bool) throws {
        var fields: [String: JSONValue] = ["kind": .string("Environment"), "name": .string("a")]
        fields[field] = .string(String(repeating: field == "name" ? "a" : "é", count: length))
        let document = JSONValue.object(fields)
        #expect(((try? DocumentReader.read([document])) != nil) == isGood)
    }

    @Test("A hundred steps and a thousand documents are taken, one more is not", arguments: [0, 1])
    func counts(_ more: Int) throws {
        let steps = (0..<100 + more).map {
            JSONValue.object(["name": .string("s\($0)"), "script": .string("x")])
        }
        let project = JSONValue.object([
            "kind": .string("Project"), "name": .string("a"), "process": .array(steps),
        ])
        #expect(((try? DocumentReader.read([project])) != nil) == (more == 0))
        let environments = (0..<1000 + more).map {
            JSONValue.object(["kind": .string("Environment"), "name": .string("e\($0)")])
        }
        #expect(((try? DocumentReader.read(environments)) != nil) == (more == 0))
    }

    @Test("However many faults there are, the answer stays bounded and says so")
    func bounded() throws {
        let values = (0..<1000).map { JSONValue.object(["x": .int($0), "y": .int($0)]) }
        let error = #expect(throws: DocumentFaults.self) { try DocumentReader.read(values) }
        #expect(error?.faults.count == 1000)
        let fields = Dictionary(uniqueKeysWithValues: (0..<1500).map { ("x\($0)", JSONValue.int($0)) })
        let one = JSONValue.object(fields.merging(["kind": .string("Environment")]) { first, _ in first })
        let other = #expect(throws: DocumentFaults.self) { try DocumentReader.read([one]) }
        #expect(other?.faults.last == Problem.Fault(field: "documents", message: "have 501 more faults"))
    }

    /// The argument is the seed.
    @Test(
        "Whatever it is given, it answers with documents or with faults that say where",
        arguments: 0..<300 as Range<UInt64>
    )
    func anything(_ seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        let values = generator.documents()
        do {
            #expect(try DocumentReader.read(values).count == values.count)
        } catch {
            #expect(!error.faults.isEmpty)
            #expect(error.faults.allSatisfy { $0.field.hasPrefix("documents") && !$0.message.isEmpty })
        }
    }
}
