import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// Every route that reads, made from the table of routes: somebody who sees a part of the fleet finds nothing of the other
/// part, by whatever he asks. A route that is added is in it.
@Suite(.migratedSchema)
struct SightRouteTests {
    /// Routes in whose answers there is nothing of an environment or a project: what everybody who looks sees.
    private static let ofTheWhole: Set<String> = [
        "getCluster", "listPackages", "listMachinePolicies", "getMachinePolicy",
    ]
    /// Ends only with the node; what it sends is `Store.events(after:limit:as:)`, which has a test of its own.
    private static let endless: Set<String> = ["streamEvents"]

    private static func unknown(_ value: String) -> String { Int64(value) == nil ? "no-such" : "999999" }

    @Test(
        "By no route does somebody find what his grants do not name; what they name he finds",
        arguments: DividedFleet.divisions.indices
    )
    func reading(_ index: Int) async throws {
        let (environments, projects, hidden) = DividedFleet.divisions[index]
        let fixture = try await APIFixture()
        let fleet = try await DividedFleet(in: fixture.store.database)
        let grant = Grant(.admin, environments: environments, projects: projects)
        let key = try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test")
        let routes = Routes.all(fixture.api).filter { $0.method == .get && !Self.endless.contains($0.id) }
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            for route in routes {
                guard case .needs(let right) = route.access else { continue }
                guard right == .look else {
                    #expect(try await half.ask(route).status == 403, "\(route.id)")
                    continue
                }
                var told: [String] = []
                var toldWhole: [String] = []
                for thing in try #require(fleet.things[route.pathParameters], "no values for \(route.path)") {
                    let answer = try await half.get(route.address(thing.values))
                    if thing.isIn(hidden) {
                        let other = try await half.get(route.address(thing.values.map(Self.unknown)))
                        #expect(
                            answer.alike(thing.values, Self.unknown) == other.alike([], Self.unknown),
                            "\(route.address(thing.values))"
                        )
                    } else {
                        #expect(answer.status == 200, "\(route.address(thing.values)): \(answer.text)")
                        told.append(answer.text)
                        try await filters(of: route, thing, fleet, hidden, half)
                    }
                    let all = try await whole.get(route.address(thing.values))
                    #expect(all.status == 200, "\(route.address(thing.values)): \(all.text)")
                    toldWhole.append(all.text)
                }
                for name in hidden {
                    let leak = told.first { $0.contains(name) }
                    #expect(leak == nil, "\(route.id) tells of \(name)")
                }
                guard !Self.ofTheWhole.contains(route.id) else { continue }
                #expect(told.contains { $0.contains("near-") }, "\(route.id) tells nothing of what is seen")
                for name in hidden where !route.isOfOne(besides: name) {
                    #expect(
                        toldWhole.contains { $0.contains(name) },
                        "\(route.id) has nothing of \(name) to tell"
                    )
                }
            }
        }
    }

    /// To filter by what is hidden is to filter by what is not there.
    private func filters(
        of route: Route,
        _ thing: DividedFleet.Thing,
        _ fleet: DividedFleet,
        _ hidden: [String],
        _ half: APIClient
    ) async throws {
        for parameter in route.parameters where parameter.place == .query {
            for other in fleet.things[[parameter.name]] ?? [] where other.isIn(hidden) {
                let address = route.address(thing.values)
                let query = (address.contains("?") ? "&" : "?") + parameter.name + "="
                let answer = try await half.get(address + query + other.values[0])
                let unknown = try await half.get(address + query + Self.unknown(other.values[0]))
                #expect(
                    answer.alike(other.values, Self.unknown) == unknown.alike([], Self.unknown),
                    "\(address)\(query)\(other.values[0])"
                )
            }
        }
    }

    /// The name of a freeze that is taken stays taken.
    private static let differing: Set<String> = ["putFreeze"]

    /// What a change may be made to depend on.
    private static let conditions: [HTTPFields] = [[:], [.ifMatch: "\"0123\""], [.ifMatch: "*"]]

    private static let bodies = [
        "putEnvironment": #"{"description":"mine"}"#,
        "putProject": #"{"process":[{"name":"install","script":"true"}]}"#,
        "putFreeze": """
        {"environments":["near-env"],"projects":["near-app"],"reason":"because","from":"2099-01-01T00:00:00Z",
         "to":"2099-01-02T00:00:00Z"}
        """,
        "putTrigger": #"{"environments":["near-env"],"eventGroups":["MachineAvailableForDeployment"]}"#,
        "ReasonRequest": #"{"reason":"because"}"#, "ApprovalRequest": "{}",
        "MachineChange": #"{"enabled":false}"#, "SecretRequest": #"{"value":"hunter2hunter2"}"#,
        "ExtensionRequest": #"{"bySeconds":3600}"#, "ProtectionRequest": #"{"protected":true}"#,
    ]

    @Test("A command about what is hidden is refused as one about what is not there")
    func commands() async throws {
        let fixture = try await APIFixture()
        let fleet = try await DividedFleet(in: fixture.store.database)
        let hidden = ["far-env", "far-app"]
        let grant = Grant(.admin, environments: ["near-env"], projects: ["near-app"])
        let key = try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test")
        let routes = Routes.all(fixture.api).filter { $0.method != .get && $0.access.isForPeople }
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            var asked: Set<String> = []
            for route in routes {
                var body: String?
                if case .json(let schema) = route.body {
                    body = Self.bodies[route.id] ?? Self.bodies[schema] ?? "{}"
                }
                let conditions = [.put, .delete].contains(route.method) ? Self.conditions : [[:]]
                for thing in fleet.things[route.pathParameters] ?? [] where thing.isIn(hidden) {
                    for condition in conditions {
                        func ask(_ values: [String]) async throws -> APIClient.Answer {
                            try await half.send(
                                route.method,
                                route.address(values),
                                headers: condition,
                                bytes: body.map { Array($0.utf8) }
                            )
                        }
                        let answer = try await ask(thing.values)
                        #expect((400..<500).contains(answer.status), "\(route.id): \(answer.text)")
                        let unknown = try await ask(thing.values.map(Self.unknown))
                        let renamed = answer.alike(thing.values, Self.unknown)
                        let wanted = unknown.alike([], Self.unknown)
                        if !Self.differing.contains(route.id) {
                            #expect(renamed == wanted, "\(route.id) \(thing.values) \(condition)")
                        }
                        let rest = thing.values.reduce(answer.text) { $0.replacing($1, with: "") }
                        for name in hidden {
                            #expect(!rest.contains(name), "\(route.id) \(thing.values): \(rest)")
                        }
                    }
                    asked.insert(route.id)
                }
            }
            #expect(
                asked.isSuperset(of: [
                    "cancelDeployment", "removePin", "releaseQuarantine", "closeCircuit", "changeMachine",
                    "putSecret", "deleteSecret",
                ])
            )
            let cancelled = try await half.post("/api/v1/deployments/999999/cancel", "")
            #expect(cancelled.status == 404)
        }
    }

    @Test("A preview of a trigger tells of no machine that is hidden, and knows no hidden project")
    func preview() async throws {
        let fixture = try await APIFixture()
        _ = try await DividedFleet(in: fixture.store.database)
        let grant = Grant(.viewer, environments: ["near-env"], projects: ["near-app"])
        let key = try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test")
        _ = try await fixture.store.database.query(
            """
            INSERT INTO event (category, machine_id, environment_id, actor, node, message)
            SELECT 'MachineHealthy', id, environment_id, 'test', 'node', 'well' FROM machine
            """
        )
        @Sendable func request(_ project: String, _ environments: String = "") -> String {
            """
            {"sinceSeconds":3600,"documents":[{"kind":"Trigger","project":"\(project)","name":"t",
             "eventGroups":["MachineAvailableForDeployment"],"environments":[\(environments)]}]}
            """
        }
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            let all = try await whole.post("/api/v1/triggers/preview", request("near-app"))
            #expect(all.text.contains("far-env-machine"), "\(all.text)")
            let seen = try await half.post("/api/v1/triggers/preview", request("near-app"))
            #expect(seen.text.contains("near-env-machine") && !seen.text.contains("far-"), "\(seen.text)")
            #expect(seen.text.contains(#""machineCount":2"#), "\(seen.text)")
            let project = try await half.post("/api/v1/triggers/preview", request("far-app"))
            #expect(project.text.contains("there is no project 'far-app'"), "\(project.text)")
            let environment = try await half.post(
                "/api/v1/triggers/preview",
                request("near-app", #""far-env""#)
            )
            #expect(environment.text.contains("there is no environment 'far-env'"), "\(environment.text)")
        }
    }

    @Test("A page of events that is cut short says where to go on")
    func cutShort() async throws {
        let fixture = try await APIFixture()
        _ = try await DividedFleet(in: fixture.store.database)
        let grant = Grant(.viewer, environments: ["near-env"])
        let key = try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test")
        _ = try await fixture.store.database.query(
            """
            INSERT INTO event (category, environment_id, actor, node, message)
            SELECT 'MachineHealthy', id, 'test', 'node', 'hidden' FROM environment, generate_series(1, 50001)
            WHERE name = 'far-env'
            """
        )
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            let first: APIV1.Page<Event> = try await half.get("/api/v1/events?limit=3").decode()
            #expect(first.items.isEmpty)
            let cursor = try #require(first.nextCursor)
            let second: APIV1.Page<Event> = try await half.get("/api/v1/events?limit=3&cursor=\(cursor)")
                .decode()
            #expect(second.items.count == 3)
            #expect(second.items.allSatisfy { !$0.message.contains("far-env") })
            let third = try #require(second.nextCursor)
            let rest: APIV1.Page<Event> = try await half.get("/api/v1/events?cursor=\(third)").decode()
            #expect(!rest.items.isEmpty && rest.nextCursor == nil)
            #expect(Set(rest.items.map(\.id)).isDisjoint(with: second.items.map(\.id)))
        }
    }

    @Test("A stream is narrowed with the grants of whoever listens")
    func listener() async throws {
        let fixture = try await APIFixture()
        _ = try await DividedFleet(in: fixture.store.database)
        let key = try await fixture.store.createAPIKey(name: "ear", grants: [Grant(.viewer)], by: "test")
        let principal = try #require(try await fixture.store.identifyAPIKey(key.text))
        var listener = StillAllowed(.apiKey(principal, secret: key), fixture.store, interval: .zero)
        #expect(await listener.ask())
        #expect(listener.principal.grants == [Grant(.viewer)])
        let narrow = Grant(.viewer, environments: ["near-env"])
        _ = try await fixture.store.unitOfWork(by: "test") { tx, changes in
            try APIKeyCommands.grant([narrow], to: "ear", in: tx, &changes)
        }
        #expect(await listener.ask())
        #expect(listener.principal.grants == [narrow])
    }
}

extension Route {
    /// Of the parameters in the path, these are the values.
    fileprivate func address(_ values: [String]) -> String {
        let filled = zip(pathParameters, values).reduce(path) { $0.replacing("{\($1.0)}", with: $1.1) }
        return filled + (id == "exportEvents" ? "?before=2999-01-01T00:00:00Z" : "")
    }

    /// Whether it is about one thing that has nothing to do with what is called so: the environments of a project's releases are
    /// not its own.
    fileprivate func isOfOne(besides name: String) -> Bool {
        let ofProjects = [["project"], ["project", "version"], ["project", "trigger"]]
        let ofEnvironments = [["environment"], ["machine", "check"]]
        switch id {
        case "listProjects", "listTriggers": return name == "far-env"
        case "listEnvironments", "listMachines", "listTokens", "getMachine", "listHealthChecks",
            "previewCleanup":
            return name == "far-app"
        default: break
        }
        if name == "far-env" { return ofProjects.contains(pathParameters) }
        return ofEnvironments.contains(pathParameters) && id != "listEnvironmentReleases"
    }
}

extension APIClient.Answer {
    /// The answer as it is to be compared: with other values for those that were asked for, and without the id of the trace.
    func alike(_ values: [String], _ other: (String) -> String) -> String {
        // One may be a part of another.
        let renamed = values.sorted { $0.count > $1.count }.reduce(text) { $0.replacing($1, with: other($1)) }
        return "\(status) " + renamed.replacing(/"traceID":"[^"]*"/, with: "")
    }
}
