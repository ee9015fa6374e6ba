import FleetModel
import Testing

@Suite struct MachinePolicyTests {
    private func read(_ json: String) throws -> [Document] {
        try DocumentReader.read(try decode([JSONValue].self, json))
    }

    @Test("Every value of a machine policy is read")
    func everything() throws {
        let documents = try read(
            """
            [{"kind": "MachinePolicy", "name": "spot", "description": "Cheap ones",
              "healthCheck": {"kind": "script", "script": "df /", "cron": "*/15 * * * *", "timeout": "30s",
                              "warningExitCodes": [3, 4], "beforeDeployment": true},
              "unavailableAfter": "2m", "mayBeOffline": true, "keepReleases": 2,
              "cleanup": {"deleteUnavailable": true, "deleteUnavailableAfter": "10m", "purgeAfter": "0s",
                          "guard": {"share": 50, "count": 5}}}]
            """
        )
        var values = MachinePolicy.Values()
        values.healthCheck.kind = .script
        values.healthCheck.script = "df /"
        values.healthCheck.cron = "*/15 * * * *"
        values.healthCheck.timeoutSeconds = 30
        values.healthCheck.warningExitCodes = [3, 4]
        values.healthCheck.beforeDeployment = true
        values.unavailableAfterSeconds = 120
        values.mayBeOffline = true
        values.keepReleases = 2
        values.cleanup.deleteUnavailable = true
        values.cleanup.deleteUnavailableAfterSeconds = 600
        values.cleanup.purgeAfterSeconds = 0
        values.cleanup.guard.sharePercent = 50
        values.cleanup.guard.count = 5
        #expect(
            documents == [.machinePolicy(.init(name: "spot", description: "Cheap ones", values: values))]
        )
    }

    static let faulty: [(String, [String])] = [
        (
            #""healthCheck": {"kind": "ping"}"#,
            ["documents[0].healthCheck.kind is 'ping', and must be one of connection, script"]
        ),
        (
            #""healthCheck": {"interval": "5m", "cron": "0 * * * *"}"#,
            ["documents[0].healthCheck.cron stands beside 'interval': a check is due by one of the two"]
        ),
        (
            #""healthCheck": {"cron": "hourly"}"#,
            [
                "documents[0].healthCheck.cron is 'hourly' (6 bytes), and must be five cron fields in UTC, "
                    + "such as '*/15 * * * *' or '30 3 * * 1-5', that come at some time"
            ]
        ),
        (
            #""healthCheck": {"interval": "5s"}"#,
            [
                "documents[0].healthCheck.interval is '5s', and must be a time such as '90s', '5m' or '1h', "
                    + "from 10s to 30d"
            ]
        ),
        (
            #""healthCheck": {"warningExitCodes": [3, 3, 0, "4"]}"#,
            [
                "documents[0].healthCheck.warningExitCodes[1] is the number 3, which the list has already",
                "documents[0].healthCheck.warningExitCodes[2] is the number 0, and must be a whole number from 1 to 255",
                "documents[0].healthCheck.warningExitCodes[3] is '4', and must be a whole number from 1 to 255",
            ]
        ),
        (
            #""cleanup": {"guard": {"share": 0, "cuont": 1}}"#,
            [
                "documents[0].cleanup.guard.cuont is not a field: did you mean 'count'?",
                "documents[0].cleanup.guard.share is the number 0, and must be a whole number from 1 to 100",
            ]
        ),
        (
            #""unavailableafter": "2m""#,
            ["documents[0].unavailableafter is not a field: did you mean 'unavailableAfter'?"]
        ),
    ]

    @Test("Each fault of a machine policy is named with its place", arguments: faulty)
    func faults(_ fields: String, _ expected: [String]) throws {
        let json = #"[{"kind": "MachinePolicy", "name": "spot", \#(fields)}]"#
        do {
            _ = try read(json)
            Issue.record("it was read: \(json)")
        } catch let error as DocumentFaults {
            #expect(error.faults.map { "\($0.field) \($0.message)" } == expected)
        }
    }

    @Test("A value that is not said is inherited; an interval keeps an inherited cron expression out")
    func inheritance() {
        var own = MachinePolicy.Values()
        own.healthCheck.kind = .script
        own.healthCheck.intervalSeconds = 60
        var other = MachinePolicy.Values.builtIn
        other.healthCheck.intervalSeconds = nil
        other.healthCheck.cron = "0 * * * *"
        other.healthCheck.script = "true"
        let filled = own.filled(from: other)
        #expect(filled.healthCheck.kind == .script)
        #expect(filled.healthCheck.script == "true")
        #expect(filled.healthCheck.intervalSeconds == 60)
        #expect(filled.healthCheck.cron == nil)
        #expect(filled.cleanup == other.cleanup)
    }
}
