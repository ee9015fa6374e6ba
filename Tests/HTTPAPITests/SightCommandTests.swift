import FleetModel
import FleetRules
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// Commands by somebody who sees a part of the fleet: what is hidden is answered as what nobody ever made, wherever it is named.
@Suite(.migratedSchema)
struct SightCommandTests {
    @Test("What is hidden is answered as what is not there, whatever names it")
    func named() async throws {
        let fixture = try await APIFixture()
        _ = try await DividedFleet(in: fixture.store.database)
        let divisions = [
            Grant(.admin, environments: ["near-env"], projects: ["near-app"]),
            Grant(.admin, environments: ["near-env"]), Grant(.admin, projects: ["near-app"]),
        ]
        var keys: [(grant: Grant, key: SecretToken)] = []
        for (index, grant) in divisions.enumerated() {
            let key = try await fixture.store.createAPIKey(
                name: "half-\(index)",
                grants: [grant],
                by: "test"
            )
            keys.append((grant, key))
        }
        let halves = keys
        try await fixture.run { whole in
            for (grant, key) in halves {
                let half = whole.with(bearer: key.text)
                for command in Naming.all {
                    if grant.environments == nil, command.hidden.hasPrefix("far-env") { continue }
                    if grant.projects == nil, command.hidden.hasSuffix("far-app") { continue }
                    let hidden = try await command.ask(half, name: command.hidden)
                    let unknown = try await command.ask(half, name: "no-such")
                    // It is not refused for something else.
                    let isAboutIt = unknown.status != 422 || unknown.text.contains("no-such")
                    #expect(isAboutIt, "\(grant): \(command): \(unknown.text)")
                    #expect(
                        hidden.alike([command.hidden]) { _ in "no-such" }
                            == unknown.alike([command.hidden]) { _ in "no-such" },
                        "\(grant): \(command)"
                    )
                }
            }
        }
    }

    /// A fleet, and a key that sees a part of it.
    private func divided(_ grant: Grant) async throws -> (APIFixture, key: SecretToken) {
        let fixture = try await APIFixture()
        _ = try await DividedFleet(in: fixture.store.database)
        return (fixture, try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test"))
    }

    @Test("A freeze that was is as one that never was, and no refusal says who it was to whom it is not told")
    func deletedFreeze() async throws {
        let (fixture, key) = try await divided(Grant(.admin, environments: ["near-env"]))
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            let path = "/api/v1/freezes/"
            for freeze in ["near-env.near-app", "far-env.near-app"] {
                #expect(try await whole.send(.delete, path + freeze).status == 204)
                for condition in Naming.conditions {
                    let headers = HTTPFields([condition])
                    let gone = try await half.send(.delete, path + freeze, headers: headers)
                    let unknown = try await half.send(.delete, path + "no-such", headers: headers)
                    #expect(gone.status == 404)
                    #expect(gone.alike([freeze]) { _ in "no-such" } == unknown.alike([]) { $0 })
                }
                let told = try await whole.send(
                    .delete,
                    path + freeze,
                    headers: HTTPFields([Naming.conditions[1]])
                )
                #expect(told.status == 412 && told.text.contains("key:tester did it"), "\(told.text)")
            }
            let document = """
                {"environments":["near-env"],"reason":"because","from":"2099-01-01T00:00:00Z","to":"2099-01-02T00:00:00Z"}
                """
            #expect(try await whole.send(.put, path + "seen", bytes: Array(document.utf8)).status == 201)
            let headers = HTTPFields([Naming.conditions[0]])
            let told = try await whole.send(.delete, path + "seen", headers: headers)
            #expect(told.status == 412 && told.text.contains("key:tester did it"), "\(told.text)")
            for method in [HTTPRequest.Method.delete, .put] {
                let there = try await half.send(
                    method,
                    path + "seen",
                    headers: headers,
                    bytes: Array(document.utf8)
                )
                #expect(there.status == 412 && !there.text.contains("did it"), "\(there.text)")
            }
        }
    }

    @Test("Of a freeze that is seen in part, the tag is that of what is seen")
    func tagOfAPart() async throws {
        let (fixture, key) = try await divided(
            Grant(.admin, environments: ["near-env"], projects: ["near-app"])
        )
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            func tag(_ client: APIClient) async throws -> String {
                let tag = try await client.get("/api/v1/freezes/everywhere").headers[.eTag]
                return String(try #require(tag).dropFirst().dropLast())
            }
            func expect(_ tag: String) async throws -> APIClient.Answer {
                try await half.post(
                    "/api/v1/apply",
                    """
                    {"documents":[\(Naming.trigger)],"expected":[{"kind":"Freeze","name":"everywhere","etag":"\(tag)"}]}
                    """
                )
            }
            let full = try await tag(whole)
            let other = try await expect(full)
            #expect(other.status == 412)
            #expect(!other.text.contains(full), "\(other.text)")
            let own = try await expect(try await tag(half))
            #expect(own.status == 200, "\(own.text)")
        }
    }

    @Test("A number is the machine that is seen, not a hidden one that is called so")
    func numbered() async throws {
        let (fixture, key) = try await divided(Grant(.admin, environments: ["near-env"]))
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            let machine: Machine = try await half.get("/api/v1/machines/near-env-machine").decode()
            let path = "/api/v1/machines/\(machine.id)"
            let found: Machine = try await half.get(path).decode()
            #expect(found.name == "near-env-machine")
            let changed = try await half.send(.patch, path, bytes: Array(#"{"enabled":false}"#.utf8))
            #expect(changed.status == 200, "\(changed.text)")
            #expect(changed.text.contains("near-env-machine"), "\(changed.text)")
            let check = try await half.post("\(path)/checks", "")
            #expect(check.text.contains("near-env-machine"), "\(check.text)")
            _ = try await fixture.store.database.query("UPDATE machine SET expired_at = now()")
            let restored = try await half.post("\(path)/restore", "")
            #expect(restored.text.contains("near-env-machine"), "\(restored.text)")
            #expect(try await half.send(.delete, path).status == 204)
            // To whoever sees both, the name goes first.
            let other = try await whole.send(.patch, path, bytes: Array(#"{"enabled":false}"#.utf8))
            #expect(other.text.contains(#""environment":"far-env""#), "\(other.text)")
        }
    }

    @Test("What is hidden is not locked by a command about it")
    func unlocked() async throws {
        let (fixture, key) = try await divided(Grant(.admin, environments: ["near-env"]))
        /// Who locked each row last: it stays written in the row when that transaction is rolled back.
        @Sendable func locks() async throws -> String {
            try await fixture.store.database.query(
                """
                SELECT string_agg(id || ' ' || mark, ', ' ORDER BY id) AS marks
                FROM (SELECT id, xmax::text AS mark FROM machine UNION ALL SELECT id, xmax::text FROM deployment) rows
                """
            )[0]["marks"]
        }
        let hidden: Int64 = try await fixture.store.database.query(
            """
            SELECT min(d.id) AS id FROM deployment d JOIN environment e ON e.id = d.environment_id
            WHERE e.name = 'far-env' AND d.state = 'running'
            """
        )[0]["id"]
        try await fixture.run { whole in
            let half = whole.with(bearer: key.text)
            let machine = "/api/v1/machines/far-env-machine"
            let before = try await locks()
            for (method, path, body) in [
                (HTTPRequest.Method.patch, machine, #"{"enabled":false}"#), (.delete, machine, ""),
                (.post, "\(machine)/checks", ""), (.post, "\(machine)/restore", ""),
                (.post, "/api/v1/deployments/\(hidden)/cancel", ""),
            ] {
                let answer = try await half.send(method, path, bytes: Array(body.utf8))
                #expect(answer.status == 404, "\(path)")
                let after = try await locks()
                #expect(after == before, "\(method) \(path)")
            }
        }
    }

    @Test("Where a key and its owner have nothing in common, a command finds as little as a look")
    func nothingInCommon() async throws {
        let fixture = try await APIFixture()
        _ = try await DividedFleet(in: fixture.store.database)
        let secret = SecretToken(random: .apiKey)
        try await fixture.store.unitOfWork(by: "test") { tx, changes in
            let owned = Grant(.admin, environments: ["near-env"], projects: ["far-app"])
            _ = try PersonCommands.create(
                name: "ada",
                displayName: "",
                grants: [owned],
                in: tx,
                &changes
            )
            let own = Grant(.admin, environments: ["near-env"], projects: ["near-app"])
            _ = try APIKeyCommands.create(
                APIV1.KeyRequest(name: "ci", grants: [own], owner: "ada", expiresInSeconds: nil),
                secret: secret,
                in: tx,
                &changes
            )
        }
        try await fixture.run { whole in
            let key = whole.with(bearer: secret.text)
            let path = "/api/v1/machines/near-env-machine"
            let look = try await key.get(path)
            #expect(look.status == 404)
            let change = try await key.send(.patch, path, bytes: Array(#"{"enabled":false}"#.utf8))
            #expect(change.alike([]) { $0 } == look.alike([]) { $0 })
        }
    }
}
