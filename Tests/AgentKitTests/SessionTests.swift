import Crypto
import FleetClient
import FleetModel
import Foundation
import Glibc
import Testing

@testable import AgentKit

@Suite("Joining, and the session")
struct SessionTests {
    @Test("Joining makes a key that only the owner can read, and proves it")
    func join() async throws {
        let folder = try TemporaryFolder()
        try await FakeNode.serve { node, url in
            let directory = try DataDirectory("\(folder.path)/data")
            let answer = try await Join.run(
                url: url + "/",
                token: "token",
                name: "web-1",
                force: false,
                directory: directory
            )
            #expect(answer.machineID == ID(1))
            let request = try #require(node.now.joins.first)
            let statement = AgentV1.joinStatement(token: "token", name: "web-1", publicKey: request.publicKey)
            let raw = try #require(Data(base64Encoded: request.publicKey))
            let signature = try #require(Data(base64Encoded: request.signature))
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: raw)
            #expect(key.isValidSignature(signature, for: Data(statement.utf8)))
            #expect(try TemporaryFolder.mode(directory.key) == 0o600)
            let identity = try #require(try Identity.load(from: directory))
            #expect(identity.url == url)
            #expect(try TemporaryFolder.text(directory.identity).contains("token") == false)
        }
    }

    @Test("A6: joining twice is refused; with force it is a new machine with a new key that nothing is on")
    func rejoin() async throws {
        try await AgentHarness.run { harness in
            let install = try harness.publish(archive("x"))
            _ = try await harness.perform(.package(install))
            let old = try #require(try Identity.load(from: harness.directory))
            func join(force: Bool) async throws {
                _ = try await Join.run(
                    url: harness.url,
                    token: "t",
                    name: "web-1",
                    force: force,
                    directory: harness.directory
                )
            }
            let refusal = await #expect(throws: AgentError.self) { try await join(force: false) }
            #expect(refusal?.status == .busy)
            try await join(force: true)
            let new = try #require(try Identity.load(from: harness.directory))
            #expect(new.key.rawRepresentation != old.key.rawRepresentation)
            #expect(try Inventory.read(harness.directory) == [])
        }
    }

    @Test("A refused token and an unreachable node are told apart by their exit codes")
    func joinFails() async throws {
        let folder = try TemporaryFolder()
        let directory = try DataDirectory("\(folder.path)/data")
        try await FakeNode.serve { node, url in
            node.change { $0.joinStatus = 403 }
            let refused = await #expect(throws: AgentError.self) {
                try await Join.run(url: url, token: "t", name: nil, force: false, directory: directory)
            }
            #expect(refused?.status == .refused)
        }
        let unreachable = await #expect(throws: AgentError.self) {
            try await Join.run(
                url: "http://127.0.0.1:1",
                token: "t",
                name: nil,
                force: false,
                directory: directory
            )
        }
        #expect(unreachable?.status == .unavailable)
        #expect(unreachable?.description.hasPrefix("cannot reach http://127.0.0.1:1/agent/v1/join: ") == true)
        #expect(try Identity.load(from: directory) == nil)
    }

    @Test("The session is signed over its time, nonce and boot, and opened anew when a node forgets it")
    func sessions() async throws {
        try await AgentHarness.run { harness in
            try await harness.withAgent {
                try await harness.node.wait("a poll") { !$0.polls.isEmpty }
                harness.node.change { $0.expiredEpoch = 1 }
                try await harness.node.wait("a second session") { $0.sessions.count == 2 }
                let polls = harness.node.now.polls.count
                try await harness.node.wait("a poll in it") { $0.polls.count > polls }
            }
            let key = try #require(try Identity.load(from: harness.directory)).key.publicKey
            let requests = harness.node.now.sessions
            for request in requests {
                let statement = AgentV1.sessionStatement(
                    machineID: request.machineID,
                    time: request.time,
                    nonce: request.nonce,
                    bootID: request.bootID
                )
                let signature = try #require(Data(base64Encoded: request.signature))
                #expect(key.isValidSignature(signature, for: Data(statement.utf8)))
            }
            #expect(Set(requests.map(\.nonce)).count == requests.count)
        }
    }

    @Test("A second agent on the same data directory is refused")
    func secondRun() async throws {
        try await AgentHarness.run { harness in
            try await harness.withAgent {
                try await harness.node.wait("a poll") { !$0.polls.isEmpty }
                let pid = try harness.startProcess()
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                #expect((status >> 8) & 0xff == ExitStatus.busy.rawValue)
            }
        }
    }

    @Test("A step that the node gave up is stopped, and its result is not sent for ever")
    func stale() async throws {
        try await AgentHarness.run { harness in
            harness.node.change { $0.offers.append(.script("echo one; sleep 1000")) }
            try await harness.withAgent {
                let step = harness.directory.step(ID(1))
                try await eventually("the script") { Disk.exists(step.child) }
                let child = try #require(try Disk.readJSON(step.child, as: ProcessMark.self))
                harness.node.change { $0.isStale = true }
                try await harness.journalIsEmpty()
                #expect(!child.isAlive)
            }
            #expect(harness.node.now.results.isEmpty)
        }
    }

    @Test("One answer for one fault: a problem is thrown as it is, a proxy's page as one too")
    func problems() async throws {
        try await FakeNode.serve { _, url in
            let client = try APIClient(url: url, key: "k", retries: .never)
            let problem = await #expect(throws: Problem.self) {
                let _: NoContent = try await client.get("/nothing/here")
            }
            #expect(problem?.status == 404)
            await client.close()
        }
        #expect(throws: ClientError.badURL("ftp://x")) { try APIClient(url: "ftp://x") }
    }
}
