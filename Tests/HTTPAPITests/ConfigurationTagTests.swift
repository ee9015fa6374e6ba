import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct ConfigurationTagTests {
    private static let documents = #"""
        {"documents":[
          {"kind":"Environment","name":"production"},
          {"kind":"MachinePolicy","name":"spot","unavailableAfter":"2m"},
          {"kind":"Project","name":"shop","process":[{"name":"hello","script":"echo hello"}]},
          {"kind":"Freeze","name":"xmas","environments":["production"],"reason":"quiet","from":"2090-12-24T00:00:00Z","to":"2090-12-27T00:00:00Z"},
          {"kind":"Trigger","project":"shop","name":"arrivals","eventGroups":["MachineAvailableForDeployment"]},
          {"kind":"Webhook","name":"ops","url":"https://hooks.example.com/x","eventGroups":["All"]}]}
        """#

    private static let paths = [
        "environments/production", "machine-policies/spot", "freezes/xmas", "triggers/shop/arrivals",
        "webhooks/ops",
    ].map { "/api/v1/" + $0 }

    @Test(
        "What was read is not sent again while it is as it was",
        arguments: paths + ["/api/v1/projects/shop"]
    )
    func notModified(path: String) async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let first = try await client.get(path)
            let tag = try #require(first.headers[.eTag])
            #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
            for header in [tag, "\"other\", \(tag)", "*"] {
                let again = try await client.get(path, headers: [.ifNoneMatch: header])
                #expect(again.status == 304)
                #expect(again.headers[.eTag] == tag)
                #expect(again.text.isEmpty)
            }
            #expect(try await client.get(path, headers: [.ifNoneMatch: "\"other\""]).status == 200)
        }
    }

    @Test("Nobody overwrites what he has not seen: the refusal says who was there before, and when")
    func lostUpdate() async throws {
        let fixture = try await APIFixture()
        let other = try await fixture.store.createAPIKey(name: "bob", by: "test")
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let path = "/api/v1/environments/production"
            let tag = try #require(try await client.get(path).headers[.eTag])
            let bob = client.with(bearer: other.text)
            let his = try await put(bob, path, #"{"description":"his"}"#, [.ifMatch: tag])
            #expect(his.status == 200)
            #expect(his.headers[.eTag] != tag)
            let mine = try await put(client, path, #"{"description":"mine"}"#, [.ifMatch: tag])
            #expect(mine.status == 412)
            #expect(mine.problem == ProblemKind.preconditionFailed.type)
            #expect(mine.headers[.eTag] == his.headers[.eTag])
            #expect(mine.text.contains("key:bob did it at 20"))
            let now: FleetModel.Environment = try await client.get(path).decode()
            #expect(now.description == "his")
        }
    }

    @Test("A thing is made once: of ten that make it only if it is not there, one does")
    func created() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<10 {
                    group.addTask {
                        try await put(
                            client,
                            "/api/v1/environments/new",
                            #"{"description":"\#(number)"}"#,
                            [.ifNoneMatch: "*"]
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 412, count: 9))
            #expect(try await fixture.events(.environmentCreated) == 1)
            #expect(try await fixture.events(.environmentModified) == 0)
        }
    }

    @Test("Deleting under a tag that is out of date deletes nothing", arguments: paths)
    func deleted(path: String) async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let tag = try #require(try await client.get(path).headers[.eTag])
            let stale = try await client.send(.delete, path, headers: [.ifMatch: "\"0123\""])
            #expect(stale.status == 412)
            #expect(try await client.get(path).status == 200)
            #expect(try await client.send(.delete, path, headers: [.ifMatch: tag]).status == 204)
            #expect(try await client.send(.delete, path, headers: [.ifMatch: tag]).status == 412)
        }
    }

    @Test("A machine that joins is no change of its policy, although the policy's answer counts it")
    func liveParts() async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let path = "/api/v1/machine-policies/default"
            let before = try #require(try await client.get(path).headers[.eTag])
            let token = try await client.joinToken("production")
            _ = try await TestAgent(name: "web-1").connect(client, token: token)
            let after = try #require(try await client.get(path).headers[.eTag])
            #expect(before != after)
            let answer = try await put(client, path, #"{"description":"all"}"#, [.ifMatch: before])
            #expect(answer.status == 200)
        }
    }

    @Test("What waits for a webhook is no change of it, and that it was turned off is one")
    func liveWebhook() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let path = "/api/v1/webhooks/ops"
            let document = #"{"url":"https://hooks.example.com/x","eventGroups":["All"]}"#
            let made = try await put(client, path, document, [.ifNoneMatch: "*"])
            #expect(made.status == 201)
            #expect(try await fixture.events(.webhookCreated) == 1)
            #expect(try await put(client, path, document, [.ifNoneMatch: "*"]).status == 412)
            let tag = try #require(made.headers[.eTag])
            #expect(try await client.post("\(path)/ping", "").status == 202)
            #expect(try await client.get(path).headers[.eTag] != tag, "a delivery waits")
            let changed = #"{"url":"https://hooks.example.com/y","eventGroups":["All"]}"#
            let answer = try await put(client, path, changed, [.ifMatch: tag])
            #expect(answer.status == 200)
            #expect(try answer.decode(Webhook.self).url == "https://hooks.example.com/y")
            let next = try #require(answer.headers[.eTag])
            _ = try await fixture.store.database.query(
                "UPDATE webhook SET enabled = false, disabled_reason = 'it answered 410'"
            )
            #expect(try await put(client, path, document, [.ifMatch: next]).status == 412)
        }
    }

    @Test("Who may not configure everywhere learns nothing of a webhook from a refusal")
    func webhookOfOthers() async throws {
        let fixture = try await APIFixture()
        let grant = Grant(.operator)
        let key = try await fixture.store.createAPIKey(name: "eve", grants: [grant], by: "test")
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let eve = client.with(bearer: key.text)
            let answer = try await put(eve, "/api/v1/webhooks/ops", "{}", [.ifMatch: "\"0\""])
            #expect(answer.status == 403 && answer.headers[.eTag] == nil)
            let apply = try await eve.post(
                "/api/v1/apply",
                """
                {"documents":[{"kind":"Freeze","name":"easter","environments":["production"],"from":"2090-04-01T00:00:00Z","to":"2090-04-04T00:00:00Z",
                "reason":"a rest"}],"expected":[{"kind":"Webhook","name":"ops","etag":"0"}]}
                """
            )
            #expect(apply.status == 403)
            #expect(apply.headers[.eTag] == nil)
        }
    }

    @Test("A document by its path: what contradicts the path, or is no document, is named")
    func documents() async throws {
        try await APIFixture().run { client in
            let made = try await put(
                client,
                "/api/v1/projects/shop",
                #"{"process":[{"name":"hello","script":"echo hello"}]}"#,
                [:]
            )
            #expect(made.status == 201)
            let trigger = try await put(
                client,
                "/api/v1/triggers/shop/arrivals",
                #"{"eventGroups":["MachineAvailableForDeployment"]}"#,
                [:]
            )
            #expect(trigger.status == 201)
            #expect(try trigger.decode(Trigger.self).name == "arrivals")
            let other = try await put(client, "/api/v1/projects/shop", #"{"name":"other"}"#, [:])
            #expect(other.status == 422)
            #expect(other.faults == ["name"])
            let wrong = try await put(
                client,
                "/api/v1/projects/shop",
                #"{"process":[{"name":"hello"}]}"#,
                [:]
            )
            #expect(wrong.status == 422)
            #expect(wrong.faults.allSatisfy { $0.hasPrefix("process[0]") })
            let list = try await put(client, "/api/v1/environments/e", "{}", [.ifNoneMatch: "\"x\""])
            #expect(list.status == 400)
        }
    }

    @Test(
        "What is no entity tag is a request that cannot be read, not one that comes too late",
        arguments: ["", "abc", "\"a\",", "\"", "'a'"]
    )
    func malformed(header: String) async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let token = try await client.joinToken("production")
            _ = try await TestAgent(name: "web-1").connect(client, token: token)
            for path in Self.paths + ["/api/v1/machines/web-1"] {
                let answer = try await client.send(.delete, path, headers: [.ifMatch: header])
                #expect(answer.status == 400, "\(path)")
                #expect(answer.faults == ["If-Match"])
            }
            let weak = try await client.send(.delete, Self.paths[0], headers: [.ifMatch: "W/\"a\""])
            #expect(weak.status == 412)
        }
    }

    @Test("A dry run shows what is and what would be; an apply of what was not seen is refused whole")
    func expected() async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let changed =
                #"{"kind":"Environment","name":"production","description":"new"},{"kind":"Environment","name":"lab"}"#
            let dry: APIV1.ApplyResponse = try await client.post(
                "/api/v1/apply?dryRun=true",
                "{\"documents\":[\(changed)]}"
            ).decode()
            #expect(dry.applied.map(\.action) == ["changed", "created"])
            #expect(dry.applied.map { $0.before?["description"] } == [.string(""), nil])
            #expect(dry.applied.map { $0.after?["description"] } == [.string("new"), .string("")])
            let tag = try #require(dry.applied[0].etag)
            func apply(_ tag: String) async throws -> APIClient.Answer {
                try await client.post(
                    "/api/v1/apply",
                    #"""
                    {"documents":[\#(changed)],"expected":[{"kind":"Environment","name":"lab"},
                     {"kind":"Environment","name":"production","etag":"\#(tag)"}]}
                    """#
                )
            }
            #expect(try await apply("0123").status == 412)
            #expect(try await client.get("/api/v1/environments/lab").status == 404)
            #expect(try await apply(tag).status == 200)
            #expect(try await apply(tag).status == 412)
        }
    }

    private func put(
        _ client: APIClient,
        _ path: String,
        _ body: String,
        _ headers: HTTPFields
    ) async throws -> APIClient.Answer {
        try await client.send(.put, path, headers: headers, bytes: Array(body.utf8))
    }
}

extension JSONValue {
    fileprivate subscript(field: String) -> JSONValue? {
        if case .object(let fields) = self { fields[field] } else { nil }
    }
}
