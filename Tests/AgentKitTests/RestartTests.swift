import FleetModel
import Glibc
import Testing

@testable import AgentKit

@Suite("B4: the agent ends in the middle of a step")
struct RestartTests {
    /// Runs until `go` is there, having said that it started; counts its starts in `starts`.
    static let patient = "echo started >> starts; echo one; while [ ! -e go ]; do sleep 0.05; done; echo two"

    @Test("killed with -9 while the script runs: the script goes on and the next agent picks it up")
    func killed() async throws {
        try await AgentHarness.run { harness in
            harness.node.change { $0.offers.append(.script(Self.patient)) }
            let first = try harness.startProcess()
            try await harness.node.wait("the first line") { $0.logs[ID(1)] != nil }
            end(first, SIGKILL)
            #expect(harness.node.now.results.isEmpty)
            let second = try harness.startProcess()
            defer { end(second, SIGKILL) }
            try await harness.node.wait("a second session") { $0.sessions.count >= 2 }
            #expect(harness.node.now.sessions.last?.journal == [.init(stepRunID: ID(1), fence: 1)])
            try Disk.replace("\(harness.project.path)/go", with: [])
            let result = try await harness.node.result()
            #expect(result.outcome == .succeeded)
            #expect(harness.node.log() == "one\ntwo\n[tidemark] the script succeeded\n")
            #expect(try TemporaryFolder.text("\(harness.project.path)/starts") == "started\n")
            try await harness.journalIsEmpty()
        }
    }

    @Test("killed, and the script ends meanwhile: its end is reported afterwards")
    func endedMeanwhile() async throws {
        try await AgentHarness.run { harness in
            harness.node.change { $0.offers.append(.script(Self.patient + "; exit 5")) }
            let first = try harness.startProcess()
            try await harness.node.wait("the first line") { $0.logs[ID(1)] != nil }
            end(first, SIGKILL)
            try Disk.replace("\(harness.project.path)/go", with: [])
            let step = harness.directory.step(ID(1))
            try await eventually("the script's end") { Disk.exists(step.exit) }
            try await harness.withAgent {
                let result = try await harness.node.result()
                #expect(result.exitCode == 5)
                #expect(try TemporaryFolder.text("\(harness.project.path)/starts") == "started\n")
            }
        }
    }

    @Test("supervisor killed too: unknown, in words, and nothing of the script is left running")
    func supervisorKilled() async throws {
        try await AgentHarness.run { harness in
            harness.node.change { $0.offers.append(.script(Self.patient)) }
            let first = try harness.startProcess()
            try await harness.node.wait("the first line") { $0.logs[ID(1)] != nil }
            end(first, SIGKILL)
            let step = harness.directory.step(ID(1))
            let supervisor = try #require(try Disk.readJSON(step.claim, as: ProcessMark.self))
            let child = try #require(try Disk.readJSON(step.child, as: ProcessMark.self))
            kill(supervisor.pid, SIGKILL)
            try await harness.withAgent {
                let result = try await harness.node.result()
                #expect(result.outcome == .unknown)
                #expect(result.message.contains("is not known"), "\(result.message)")
                #expect(result.inventory.map(\.incompleteReleaseID) == [ID(7)])
                try await eventually("the script to be gone") { !child.isAlive }
                #expect(try TemporaryFolder.text("\(harness.project.path)/starts") == "started\n")
            }
        }
    }

    @Test("the machine was started anew meanwhile: unknown, though another process has the same number")
    func rebooted() async throws {
        try await AgentHarness.run { harness in
            let folder = harness.directory.step(ID(1))
            try prepare(.script("echo started >> starts"), in: harness)
            var mark = try ProcessMark.current()
            mark.bootID = "an-earlier-boot"
            #expect(try Disk.claim(folder.claim, with: Disk.json(mark)))
            try await harness.withAgent {
                let result = try await harness.node.result()
                #expect(result.outcome == .unknown)
                #expect(!Disk.exists("\(harness.project.path)/starts"))
            }
        }
    }

    @Test("accepted and in the journal, not yet started: it is started, once")
    func notStarted() async throws {
        try await AgentHarness.run { harness in
            let assignment = AgentV1.Assignment.script("echo started >> starts")
            try Journal(directory: harness.directory).write(.init(assignment: assignment, phase: .accepted))
            try await harness.withAgent {
                let result = try await harness.node.result()
                #expect(result.outcome == .succeeded)
                #expect(try TemporaryFolder.text("\(harness.project.path)/starts") == "started\n")
            }
        }
    }

    @Test("However many supervisors are started on a step, its script runs once")
    func manySupervisors() async throws {
        try await AgentHarness.run { harness in
            try prepare(.script("echo started >> starts; sleep 0.2"), in: harness)
            let folder = harness.directory.step(ID(1))
            let pids = try (0..<8).map { _ in
                try Spawn(
                    command: [agentProgram, "supervise", folder.path],
                    environment: [:],
                    directory: "/",
                    standing: .session,
                    output: nil
                ).start()
            }
            let codes = pids.map { pid in
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                return (status >> 8) & 0xff
            }
            #expect(codes.sorted() == [0] + Array(repeating: ExitStatus.busy.rawValue, count: 7))
            #expect(try TemporaryFolder.text("\(harness.project.path)/starts") == "started\n")
        }
    }

    @Test("the result is in the journal and not acknowledged: it is sent until it is, over a restart")
    func resultRetried() async throws {
        try await AgentHarness.run { harness in
            harness.node.change { state in
                state.resultStatuses = [500, 400, 500, 500]
                state.offers.append(.script("echo started >> starts"))
            }
            let first = try harness.startProcess()
            try await harness.node.wait("a refused result") { $0.resultStatuses.count < 4 }
            end(first, SIGKILL)
            try await harness.withAgent {
                let result = try await harness.node.result()
                #expect(result.outcome == .succeeded)
                try await harness.journalIsEmpty()
            }
            #expect(harness.node.now.results[ID(1)]?.count == 1)
            #expect(try TemporaryFolder.text("\(harness.project.path)/starts") == "started\n")
        }
    }

    @Test("told to stop while a step runs: no goodbye, and the step goes on; idle: goodbye")
    func stopped() async throws {
        try await AgentHarness.run { harness in
            harness.node.change { $0.offers.append(.script(Self.patient)) }
            let first = try harness.startProcess()
            try await harness.node.wait("the first line") { $0.logs[ID(1)] != nil }
            end(first, SIGTERM)
            #expect(harness.node.now.goodbyes == 0)
            let second = try harness.startProcess()
            try Disk.replace("\(harness.project.path)/go", with: [])
            _ = try await harness.node.result()
            try await harness.journalIsEmpty()
            end(second, SIGTERM)
            #expect(harness.node.now.goodbyes == 1)
        }
    }

    @Test("B3 between the switch and the check: the switch is found in the journal and the check decides")
    func killedAfterSwitch() async throws {
        try await AgentHarness.run { harness in
            let good = try harness.publish(archive("good"))
            _ = try await harness.perform(.package(good, id: 1, deployment: 1))
            let bad = try harness.publish(
                archive("bad"),
                check: "echo checking; while [ ! -e go ]; do sleep 0.05; done; exit 1"
            )
            harness.node.change { $0.offers.append(.package(bad, id: 2, deployment: 2, release: 8)) }
            let first = try harness.startProcess()
            try await harness.node.wait("the check") {
                String(decoding: $0.logs[ID(2)] ?? [], as: UTF8.self).contains("checking")
            }
            end(first, SIGKILL)
            #expect(try harness.project.currentFolder() == "8")
            try Disk.replace("\(harness.project.path)/go", with: [])
            try await harness.withAgent {
                let result = try await harness.node.result(of: 2)
                #expect(result.outcome == .failed)
                #expect(try harness.project.currentFolder() == "7")
                #expect(result.inventory.map(\.releaseID) == [ID(7)])
                #expect(result.inventory.map(\.incompleteReleaseID) == [nil])
            }
        }
    }

    /// Puts a step into the journal, ready to be started.
    private func prepare(_ assignment: AgentV1.Assignment, in harness: AgentHarness) throws {
        guard case .script(let text) = assignment.step.action else { return }
        try harness.project.make()
        let order = SupervisorOrder(
            command: ["/bin/sh", harness.directory.step(assignment.stepRunID).script],
            directory: harness.project.path,
            environment: ["PATH": "/usr/bin:/bin"],
            timeoutSeconds: 60,
            logBytes: 1000
        )
        try ScriptRunner(supervisor: []).prepare(
            text,
            order: order,
            in: harness.directory.step(assignment.stepRunID)
        )
        try Journal(directory: harness.directory).write(.init(assignment: assignment, phase: .accepted))
    }

    private func end(_ pid: pid_t, _ signal: Int32) {
        kill(pid, signal)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}
