import Cluster
import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct AgentSessionTests {
    @Test("A machine joins, opens a session, becomes Healthy, and an empty poll is answered in time")
    func joinAndPoll() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let agent = TestAgent(name: "m1")
            let connected = try await agent.connect(client, token: try await client.joinToken("test"))
            let machine: Machine = try await client.get("/api/v1/machines/m1").decode()
            #expect(machine.health == .healthy)
            #expect(machine.environment == "test")
            #expect(try await fixture.events(.machineAdded) == 1)
            #expect(try await fixture.events(.machineHealthy) == 1)
            let poll = AgentV1.PollRequest(inventory: [], running: [])
            let answer = try await client.with(bearer: connected.session).post("/agent/v1/poll", poll)
            #expect(answer.status == 200)
            #expect(try answer.decode(AgentV1.PollResponse.self).assignments.isEmpty)
        }
    }

    @Test("A draining node answers polls at once and closes their connections")
    func drainingPoll() async throws {
        let fixture = try await APIFixture(pollSeconds: 100)
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let session = try await TestAgent(name: "m1").connect(
                client,
                token: try await client.joinToken("test")
            ).session
            let poll = AgentV1.PollRequest(inventory: [], running: [])
            async let held = client.with(bearer: session).post("/agent/v1/poll", poll)
            try await eventually("the poll is held") { fixture.work.count == 1 }
            fixture.status.enter(.draining)
            fixture.work.fireAll()
            let answer = try await held
            #expect(answer.status == 200)
            #expect(answer.headers[.connection] == "close")
        }
    }

    @Test(
        "A poll is held no longer than the machine's policy lets its agent be silent",
        .timeLimit(.minutes(10))
    )
    func shortSilence() async throws {
        let fixture = try await APIFixture(pollSeconds: 1000)
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let session = try await TestAgent(name: "m1").connect(
                client,
                token: try await client.joinToken("test")
            ).session
            _ = try await fixture.store.database.query(
                "UPDATE machine_policy SET unavailable_after_seconds = 3 WHERE name = 'default'"
            )
            let poll = AgentV1.PollRequest(inventory: [], running: [])
            let answer = try await client.with(bearer: session).post("/agent/v1/poll", poll)
            #expect(answer.status == 200)
        }
    }

    @Test("A signature of another key, a replayed request and a clock that is off are refused")
    func refusals() async throws {
        try await APIFixture().run { client in
            try await client.applyEnvironments("test")
            let agent = TestAgent(name: "m1")
            let machine = try await agent.connect(client, token: try await client.joinToken("test")).machine
            let forged = try await client.post(
                "/agent/v1/session",
                try TestAgent(name: "m1").session(machine)
            )
            #expect(forged.status == 401)
            let request = try agent.session(machine)
            #expect(try await client.post("/agent/v1/session", request).status == 200)
            let replayed = try await client.post("/agent/v1/session", request)
            #expect(replayed.status == 401)
            #expect(replayed.text.contains("sent before"))
            for seconds in [-400, 400] {
                let off = try await client.post(
                    "/agent/v1/session",
                    try agent.session(machine, secondsOff: seconds)
                )
                #expect(off.status == 401)
                #expect(off.problem == "/problems/clock-skew")
            }
            let unknown = try await client.post("/agent/v1/session", try agent.session(ID(999)))
            #expect(unknown.status == 401)
        }
    }

    @Test("A newer session supersedes the older one, with a higher epoch")
    func supersededSession() async throws {
        try await APIFixture().run { client in
            try await client.applyEnvironments("test")
            let agent = TestAgent(name: "m1")
            let (machine, old) = try await agent.connect(client, token: try await client.joinToken("test"))
            let first: AgentV1.SessionResponse =
                try await client.post("/agent/v1/session", try agent.session(machine)).decode()
            let second: AgentV1.SessionResponse =
                try await client.post("/agent/v1/session", try agent.session(machine)).decode()
            #expect(second.epoch > first.epoch)
            let poll = AgentV1.PollRequest(inventory: [], running: [])
            let superseded = try await client.with(bearer: first.token).post("/agent/v1/poll", poll)
            #expect(superseded.status == 409)
            #expect(superseded.problem == "/problems/superseded")
            #expect(try await client.with(bearer: old).post("/agent/v1/poll", poll).status == 401)
            #expect(try await client.with(bearer: second.token).post("/agent/v1/poll", poll).status == 200)
        }
    }

    @Test("F6: a boot id that comes back is reported as a duplicated identity, once; a restart is not")
    func duplicatedIdentity() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let agent = TestAgent(name: "m1")
            let machine = try await agent.connect(client, token: try await client.joinToken("test")).machine
            _ = try await client.post("/agent/v1/session", try agent.session(machine, bootID: "boot-2"))
            #expect(try await fixture.events(.machineIdentityDuplicated) == 0)
            for boot in ["boot-1", "boot-2", "boot-1"] {
                _ = try await client.post("/agent/v1/session", try agent.session(machine, bootID: boot))
            }
            #expect(try await fixture.events(.machineIdentityDuplicated) == 1)
        }
    }

    @Test("A6: a name that is joined again with a new key is a new machine, and the old one is deleted")
    func reimagedHost() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("test", "other")
            let token = try await client.joinToken("test")
            let old = try await TestAgent(name: "m1").connect(client, token: token)
            let new = try await TestAgent(name: "m1").connect(client, token: token)
            #expect(new.machine != old.machine)
            let machine: Machine = try await client.get("/api/v1/machines/m1").decode()
            #expect(machine.id == new.machine)
            #expect(machine.incarnation == 2)
            #expect(try await fixture.events(.machineDeleted) == 1)
            let poll = AgentV1.PollRequest(inventory: [], running: [])
            #expect(try await client.with(bearer: old.session).post("/agent/v1/poll", poll).status == 401)
            let intruder = TestAgent(name: "m1")
            let foreign = try await client.joinToken("other")
            #expect(try await client.post("/agent/v1/join", try intruder.join(token: foreign)).status == 409)
        }
    }

    @Test(
        "F2: an agent that asks for a package no run of its machine installs is refused, and that is an event"
    )
    func foreignPackage() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let session = try await TestAgent(name: "m1").connect(
                client,
                token: try await client.joinToken("test")
            ).session
            let pushed = try await client.send(.put, "/api/v1/packages/shop/1.0", bytes: [1, 2, 3])
            let sha256 = try pushed.decode(APIV1.Package.self).sha256
            // Asked again and again it is still one event.
            for _ in 1...3 {
                let answer = try await client.with(bearer: session).get("/agent/v1/packages/\(sha256)")
                #expect(answer.status == 403)
            }
            #expect(try await fixture.events(.accessRefused) == 1)
        }
    }
}
