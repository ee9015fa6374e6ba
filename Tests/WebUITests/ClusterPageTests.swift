import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import WebUI

@Suite(.migratedSchema)
struct ClusterPageTests {
    private func fixture() async throws -> WebFixture {
        let fixture = try await WebFixture()
        _ = try await fixture.store.database.query(
            """
            INSERT INTO node (name, version, address, pid, state)
            SELECT name, '1', '127.0.0.1:1', 1, 'ready' FROM unnest(ARRAY['a <b>', 'c']) name
            """
        )
        return fixture
    }

    @Test("An admin drains a node with a button, is told who drained it, and takes it back")
    func drained() async throws {
        let fixture = try await fixture()
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let page = try await browser.get("/cluster")
            let form = [("token_of_form", page.formToken)]
            #expect(page.text.contains(#"action="/cluster/nodes/a%20%3Cb%3E/drain""#))
            let answer = try await browser.post("/cluster/nodes/a%20%3Cb%3E/drain", form)
            #expect(answer.location == "/cluster")
            let drained = try await browser.get("/cluster")
            #expect(drained.words.contains("draining taken out by key:"))
            #expect(!drained.words.contains("Every node is drained"))
            #expect(try await fixture.events(.nodeDrained) == 1)
            let last = try await browser.post("/cluster/nodes/c/drain", form)
            #expect(last.status == 409 && last.words.contains("no node but"))
            let back = try await browser.post("/cluster/nodes/a%20%3Cb%3E/undrain", form)
            #expect(back.location == "/cluster")
            #expect(try await !browser.get("/cluster").words.contains("taken out by"))
            _ = try await fixture.store.database.query("UPDATE node SET state = 'drained' WHERE name = 'c'")
            #expect(try await browser.get("/cluster").words.contains("coming back"))
            #expect(try await fixture.events(.nodeUndrained) == 1)
        }
    }

    @Test("Who only looks sees that a node is drained, and that every one is, but no button")
    func looks() async throws {
        let fixture = try await fixture()
        let key = try await fixture.store.createAPIKey(name: "eve", grants: [Grant(.viewer)], by: "test")
        _ = try await fixture.store.database.query(
            "UPDATE node SET drained_at = now(), drained_by = 'person:ada'"
        )
        try await fixture.run { browser in
            try await browser.signIn(key.text)
            let page = try await browser.get("/cluster")
            #expect(page.words.contains("taken out by person:ada"))
            #expect(page.words.contains("Every node is drained"))
            #expect(!page.text.contains("drain\""))
        }
    }
}
