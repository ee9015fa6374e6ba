import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import WebUI

/// What is done from pages: each through its form, and each seen in the database.
@Suite(.migratedSchema)
struct ActionTests {
    @Test("A machine is disabled and enabled from its page, and from the list with others")
    func machines() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let alone = try await browser.post(
                "/machines/web-1",
                [("token_of_form", token), ("deed", "disable")]
            )
            #expect(alone.location == "/machines/web-1")
            #expect(try await fixture.events(.machineDisabled) == 1)
            let marked = [("machine.web-1", "on"), ("machine.db-1", "on"), ("token_of_form", token)]
            let several = try await browser.post("/machines", marked + [("deed", "enable")])
            #expect(several.location == "/machines")
            let enabled: SQL = "SELECT count(*) AS count FROM machine WHERE enabled"
            #expect(try await fixture.count(enabled) == 4)
            let none = try await browser.post("/machines", [("token_of_form", token), ("deed", "enable")])
            #expect(none.status == 400 || none.status == 422)
            #expect(none.words.contains("none is chosen"))
            let unknown = try await browser.post("/machines", marked + [("deed", "explode")])
            #expect(unknown.words.contains("must be enable, disable or check"))
        }
    }

    @Test("What stands in the way of one of several machines is told, and the others are done")
    func partly() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let marked = [("machine.web-1", "on"), ("machine.nobody", "on"), ("token_of_form", token)]
            let answer = try await browser.post("/machines", marked + [("deed", "disable")])
            #expect(answer.status == 409)
            #expect(
                answer.words.contains(
                    "1 of 2 machines: done. Not done: nobody: machine &#39;nobody&#39; was not found"
                )
            )
            #expect(try await fixture.events(.machineDisabled) == 1)
        }
    }

    @Test("A machine is deleted from its page")
    func deletion() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let answer = try await browser.post("/machines/db-1/delete", [("token_of_form", token)])
            #expect(answer.location == "/machines")
            #expect(try await fixture.events(.machineDeleted) == 1)
            #expect(try await browser.get("/machines/db-1").status == 404)
        }
    }

    @Test("A freeze is made from now on, is shown where it is in force, and is deleted")
    func freezes() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let fields = [
                ("token_of_form", token), ("name", "quiet"), ("reason", "the fair"),
                ("environment.production", "on"),
            ]
            let wrong = try await browser.post("/freezes", fields + [("hours", "soon")])
            #expect(wrong.status == 422)
            #expect(wrong.words.contains("hours: must be a whole number from 1 to 8760"))
            #expect(wrong.text.contains("name=\"name\" value=\"quiet\""))
            let nowhere = try await browser.post("/freezes", fields.dropLast() + [("hours", "2")])
            #expect(nowhere.words.contains("environments is missing"))
            let made = try await browser.post("/freezes", fields + [("hours", "2")])
            #expect(made.location == "/freezes")
            #expect(
                try await browser.get("/freezes").words.contains("quiet ! in force production every project")
            )
            #expect(try await browser.get("/environments/production").words.contains("the fair"))
            _ = try await browser.post("/freezes/quiet/delete", [("token_of_form", token)])
            #expect(try await fixture.count("SELECT count(*) AS count FROM deployment_freeze") == 0)
        }
    }

    @Test("A release is pinned to an environment and unpinned, each with its reason")
    func pins() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let pin = [
                ("token_of_form", token), ("project", "shop"), ("release", "1.1"), ("reason", "a trial"),
            ]
            let made = try await browser.post("/environments/production/pins", pin)
            #expect(made.location == "/environments/production")
            let page = try await browser.get("/environments/production")
            #expect(page.words.contains("shop 1.1 on the environment: a trial by key:ada"))
            let id: Int64 = try await fixture.store.database.query("SELECT id FROM pin")[0]["id"]
            let path = "/environments/production/pins/\(id)/remove"
            #expect(try await browser.post(path, [("token_of_form", token)]).status == 422)
            _ = try await browser.post(path, [("token_of_form", token), ("reason", "it is over")])
            let over: SQL = "SELECT count(*) AS count FROM pin WHERE ended_at IS NOT NULL"
            #expect(try await fixture.count(over) == 1)
        }
    }

    @Test("A trigger is tried out without being written, then saved, changed and deleted")
    func triggers() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let all: SQL = "SELECT count(*) AS count FROM project_trigger WHERE name = 'edges'"
            let tried = try await browser.get(
                "/projects/shop/triggers?edited=yes&roles=web&environment.production=on&on.MachineHealthy=on"
            )
            #expect(tried.words.contains("matches 3 machines now web-1, web-2, web-3"))
            #expect(tried.words.contains("would have fired 1 time, for 1 machine"))
            let others = try await browser.get(
                "/projects/shop/triggers?edited=yes&roles=db,%20mail&on.MachineHealthy=on"
            )
            #expect(others.words.contains("matches 1 machine now db-1"))
            #expect(try await fixture.count(all) == 0)
            let empty = try await browser.get("/projects/shop/triggers?edited=yes&name=edges")
            #expect(empty.words.contains("a trigger needs an event to fire it"))
            let fields = [
                ("token_of_form", token), ("isNew", "yes"), ("name", "edges"), ("roles", "web, edge"),
                ("on.Machine", "on"),
            ]
            let wrong = try await browser.post("/projects/shop/triggers", fields + [("size", "many")])
            #expect(wrong.status == 422)
            #expect(wrong.words.contains("batch.size"))
            #expect(wrong.text.contains("value=\"many\""))
            let saved = try await browser.post(
                "/projects/shop/triggers",
                fields + [("enabled", "on"), ("quiet", "5s")]
            )
            #expect(saved.location == "/projects/shop")
            let page = try await browser.get("/projects/shop/triggers/edges")
            #expect(page.text.contains("name=\"quiet\" value=\"5s\""))
            #expect(page.text.contains("name=\"on.Machine\" checked"))
            #expect(page.text.contains("value=\"edge, web\"") || page.text.contains("value=\"web, edge\""))
            _ = try await browser.post("/projects/shop/triggers/edges/delete", [("token_of_form", token)])
            #expect(try await fixture.count(all) == 0)
            #expect(try await browser.get("/projects/nothing/triggers").status == 404)
            #expect(try await browser.get("/projects/shop/triggers/nothing").status == 404)
        }
    }

    @Test("A failed deployment is begun again from its page")
    func repetition() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let id: Int64 = try await fixture.store.database.query(
                "SELECT id FROM deployment WHERE state = 'failed'"
            )[0]["id"]
            #expect(try await browser.get("/deployments/\(id)").words.contains("Retry where it failed"))
            let answer = try await browser.post("/deployments/\(id)/retry", [("token_of_form", token)])
            #expect(answer.location?.hasPrefix("/deployments/") == true)
            #expect(answer.location != "/deployments/\(id)")
            #expect(try await fixture.count("SELECT count(*) AS count FROM deployment") == 4)
        }
    }

    @Test("A token that can be used is listed, and is revoked")
    func tokens() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let wanted = [
                ("token_of_form", token), ("environment", "production"), ("roles", "web"),
                ("lifetime", "3600"),
            ]
            _ = try await browser.post("/join", wanted)
            let listed = try await browser.get("/join").words
            #expect(listed.firstMatch(of: /production web 0 in (59|60)m key:ada Revoke/) != nil, "\(listed)")
            let id: Int64 = try await fixture.store.database.query("SELECT id FROM join_token")[0]["id"]
            _ = try await browser.post("/join/tokens/\(id)/revoke", [("token_of_form", token)])
            #expect(try await browser.get("/join").words.contains("Tokens that can be used None."))
        }
    }

    @Test("A policy says what it says itself, what it inherits, and what its cleanup would do")
    func policies() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            _ = try await fixture.store.apply(
                try DocumentReader.read([
                    .object([
                        "kind": .string("MachinePolicy"), "name": .string("short"),
                        "cleanup": .object([
                            "deleteUnavailable": .bool(true), "deleteUnavailableAfter": .string("5m"),
                        ]),
                    ])
                ]),
                by: "test"
            )
            let list = try await browser.get("/policies")
            #expect(list.words.contains("short 0 machines connection, every 60m ✓ after 5m"))
            let page = try await browser.get("/policies/short")
            #expect(page.words.contains("cleaned up when unavailable for 5m can be taken back"))
            #expect(page.words.contains("health check connection, every 60m as default says"))
            let none = try await browser.post("/policies/short/allow-cleanup", [("token_of_form", token)])
            #expect(none.status == 409)
        }
    }
}
