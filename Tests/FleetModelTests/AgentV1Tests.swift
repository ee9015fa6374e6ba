import FleetModel
import Testing

extension ID: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int64) {
        self.init(value)
    }
}

/// The wire format of version 1 as it was when the first agent was built. Agents in the field speak it: when a test
/// here fails, it is the change that is wrong, not the fixture.
@Suite struct AgentV1Tests {
    private func holds<Message: Codable & Equatable>(_ message: Message, _ json: String) throws {
        #expect(try decode(Message.self, json) == message)
        #expect(try decode(JSONValue.self, try wire(message)) == decode(JSONValue.self, json))
    }

    private let noon = Instant(microseconds: 1_767_268_800_123_456)

    @Test("Join request")
    func joinRequest() throws {
        try holds(
            AgentV1.JoinRequest(
                token: "tmj_1",
                name: "web-1",
                publicKey: "a2V5",
                signature: "c2ln",
                facts: ["os": "Linux"]
            ),
            """
            {"token": "tmj_1", "name": "web-1", "publicKey": "a2V5", "signature": "c2ln", "facts": {"os": "Linux"}}
            """
        )
    }

    @Test("Join response")
    func joinResponse() throws {
        try holds(
            AgentV1.JoinResponse(machineID: 7, name: "web-1", environment: "production", roles: ["web"]),
            #"{"machineID": 7, "name": "web-1", "environment": "production", "roles": ["web"]}"#
        )
    }

    @Test("Session request")
    func sessionRequest() throws {
        try holds(
            AgentV1.SessionRequest(
                machineID: 7,
                time: noon,
                nonce: "0123456789abcdef",
                bootID: "b",
                journal: [.init(stepRunID: 21, fence: 3)],
                inventory: [
                    .init(project: "shop", releaseID: 14, incompleteReleaseID: nil),
                    .init(project: "base", releaseID: nil, incompleteReleaseID: 15),
                ],
                facts: [:],
                signature: "c2ln"
            ),
            """
            {"machineID": 7, "time": "2026-01-01T12:00:00.123456Z", "nonce": "0123456789abcdef", "bootID": "b",
             "journal": [{"stepRunID": 21, "fence": 3}],
             "inventory": [{"project": "shop", "releaseID": 14}, {"project": "base", "incompleteReleaseID": 15}],
             "facts": {}, "signature": "c2ln"}
            """
        )
    }

    @Test("Session response")
    func sessionResponse() throws {
        try holds(
            AgentV1.SessionResponse(
                token: "tms_1",
                epoch: 4,
                expiresInSeconds: 3600,
                pollSeconds: 50,
                serverTime: noon
            ),
            """
            {"token": "tms_1", "epoch": 4, "expiresInSeconds": 3600, "pollSeconds": 50,
             "serverTime": "2026-01-01T12:00:00.123456Z"}
            """
        )
    }

    @Test("Poll request")
    func pollRequest() throws {
        try holds(
            AgentV1.PollRequest(
                inventory: [.init(project: "shop", releaseID: 14, incompleteReleaseID: 15)],
                running: [21]
            ),
            """
            {"inventory": [{"project": "shop", "releaseID": 14, "incompleteReleaseID": 15}], "running": [21]}
            """
        )
    }

    @Test("A poll says which health checks are in hand, and its answer may bring one; its result goes back")
    func healthCheck() throws {
        try holds(
            AgentV1.PollRequest(inventory: [], running: [], checks: [5]),
            #"{"inventory": [], "running": [], "checks": [5]}"#
        )
        try holds(
            AgentV1.PollResponse(
                assignments: [],
                cancellations: [],
                check: AgentV1.Check(id: 5, fence: 2, script: "true", timeoutSeconds: 60)
            ),
            """
            {"assignments": [], "cancellations": [],
             "check": {"id": 5, "fence": 2, "script": "true", "timeoutSeconds": 60}}
            """
        )
        try holds(
            AgentV1.CheckResultRequest(fence: 2, exitCode: 0, timedOut: false, message: "well", output: "x"),
            #"{"fence": 2, "exitCode": 0, "timedOut": false, "message": "well", "output": "x"}"#
        )
    }

    @Test("Poll response with nothing to do")
    func emptyPollResponse() throws {
        try holds(
            AgentV1.PollResponse(assignments: [], cancellations: []),
            #"{"assignments": [], "cancellations": []}"#
        )
    }

    private func assignment(_ step: Step) -> AgentV1.Assignment {
        AgentV1.Assignment(
            stepRunID: 21,
            fence: 3,
            deploymentID: 12,
            project: "shop",
            releaseID: 15,
            release: "1.5",
            environment: "production",
            machine: "web-1",
            isFirst: true,
            isLast: false,
            step: step,
            variables: ["PORT": "8080"]
        )
    }

    @Test("Poll response with a script step and a cancellation")
    func scriptAssignment() throws {
        let step = Step(name: "restart", action: .script("echo hello\n"))
        try holds(
            AgentV1.PollResponse(assignments: [assignment(step)], cancellations: [20]),
            """
            {"assignments": [
               {"stepRunID": 21, "fence": 3, "deploymentID": 12, "project": "shop", "releaseID": 15, "release": "1.5",
                "environment": "production", "machine": "web-1", "isFirst": true, "isLast": false,
                "step": {"name": "restart", "roles": [], "timeoutSeconds": 600, "idempotent": false,
                         "script": "echo hello\\n"},
                "variables": {"PORT": "8080"}}],
             "cancellations": [20]}
            """
        )
    }

    @Test("A package step of an assignment")
    func packageStep() throws {
        let install = PackageInstall(
            name: "shop",
            url: "https://example.org/shop.tar.gz",
            sha256: "ab",
            version: "1.5",
            sizeBytes: 9_007_199_254_740_993,
            keep: 3,
            check: "true",
            checkTimeoutSeconds: 30
        )
        try holds(
            Step(
                name: "install",
                roles: ["web"],
                maxParallel: 2,
                timeoutSeconds: 300,
                idempotent: true,
                action: .package(install)
            ),
            """
            {"name": "install", "roles": ["web"], "maxParallel": 2, "timeoutSeconds": 300, "idempotent": true,
             "package": {"name": "shop", "url": "https://example.org/shop.tar.gz", "sha256": "ab", "version": "1.5",
                         "sizeBytes": 9007199254740993, "keep": 3, "check": "true", "checkTimeoutSeconds": 30}}
            """
        )
    }

    @Test("Accept request and log position")
    func small() throws {
        try holds(AgentV1.AcceptRequest(fence: 3), #"{"fence": 3}"#)
        try holds(AgentV1.LogPosition(length: 4096), #"{"length": 4096}"#)
    }

    @Test(
        "Result request, for every outcome",
        arguments: [
            (AgentV1.Outcome.succeeded, "succeeded"), (.failed, "failed"), (.cancelled, "cancelled"),
            (.unknown, "unknown"),
        ]
    )
    func resultRequest(_ outcome: AgentV1.Outcome, _ word: String) throws {
        try holds(
            AgentV1.ResultRequest(
                fence: 3,
                outcome: outcome,
                exitCode: outcome == .unknown ? nil : 1,
                message: "exit 1",
                logBytes: 10,
                logDroppedBytes: 2,
                inventory: []
            ),
            """
            {"fence": 3, "outcome": "\(word)", \(outcome == .unknown ? "" : #""exitCode": 1,"#) "message": "exit 1",
             "logBytes": 10, "logDroppedBytes": 2, "inventory": []}
            """
        )
    }

    @Test("The texts that agents sign begin with their purpose and hold every part")
    func statements() {
        #expect(
            AgentV1.joinStatement(token: "tmj_1", name: "web-1", publicKey: "a2V5")
                == "tidemark-join-v1\ntmj_1\nweb-1\na2V5"
        )
        #expect(
            AgentV1.sessionStatement(machineID: 7, time: noon, nonce: "n", bootID: "b")
                == "tidemark-session-v1\n7\n2026-01-01T12:00:00.123456Z\nn\nb"
        )
    }
}
