import FleetModel
import Glibc
import Testing

@testable import AgentKit

@Suite("A script step")
struct ScriptStepTests {
    @Test("runs in its project's folder with the allowed environment only, and its output arrives whole")
    func environment() async throws {
        try await AgentHarness.run { harness in
            let script = """
                pwd
                env | sort
                umask
                read line || echo no input
                echo to stderr >&2
                """
            harness.node.change { state in
                state.offers.append(
                    .script(
                        script,
                        variables: ["PORT": "8080", "TIDEMARK_PROJECT": "forged"],
                        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
                    )
                )
            }
            let own = [
                "PATH": "/usr/bin:/bin", "HOME": "/root", "TIDEMARK_TOKEN": "secret", "AWS_KEY": "secret",
            ]
            try await harness.withAgent(environment: own) {
                let result = try await harness.node.result()
                #expect(result.outcome == .succeeded)
                #expect(result.exitCode == 0)
                let log = harness.node.log()
                #expect(Int64(log.utf8.count) == result.logBytes)
                let lines = log.split(separator: "\n").map(String.init)
                let project = harness.project.path
                #expect(
                    lines.filter { !$0.hasPrefix("SHLVL") && !$0.hasPrefix("_=") && !$0.hasPrefix("OLDPWD") }
                        == [
                            project,
                            "HOME=/root",
                            "PATH=/usr/bin:/bin",
                            "PORT=8080",
                            "PWD=\(project)",
                            "TIDEMARK_CURRENT_DIR=\(project)/current",
                            "TIDEMARK_DEPLOYMENT=1",
                            "TIDEMARK_ENVIRONMENT=production",
                            "TIDEMARK_MACHINE=web-1",
                            "TIDEMARK_PREVIOUS_RELEASE_DIR=",
                            "TIDEMARK_PROJECT=shop",
                            "TIDEMARK_RELEASE=1.7",
                            "TIDEMARK_RELEASE_DIR=\(project)/releases/7",
                            "TIDEMARK_STEP=step",
                            "TRACEPARENT=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "0022",
                            "no input",
                            "to stderr",
                            "[tidemark] the script succeeded",
                        ]
                )
                #expect(
                    result.inventory == [
                        AgentV1.InventoryItem(project: "shop", releaseID: ID(7), incompleteReleaseID: nil)
                    ]
                )
                try await harness.journalIsEmpty()
                #expect(try Disk.names(in: harness.directory.steps) == [])
            }
        }
    }

    @Test(
        "ends as it ended, in words",
        arguments: [
            ("exit 3", AgentV1.Outcome.failed, 3, "exit code 3"),
            ("kill -9 $$", .failed, 137, "signal 9"),
            ("#!/bin/bash\n[[ 1 == 1 ]] && exit 4", .failed, 4, "exit code 4"),
            ("#!/no/such/shell\n", .failed, nil, "could not be started: start /no/such/shell"),
        ] as [(String, AgentV1.Outcome, Int?, String)]
    )
    func endings(script: String, outcome: AgentV1.Outcome, exitCode: Int?, message: String) async throws {
        try await AgentHarness.run { harness in
            let result = try await harness.perform(.script(script))
            #expect(result.outcome == outcome)
            #expect(result.exitCode == exitCode)
            #expect(result.message.contains(message), "\(result.message)")
            #expect(result.inventory.map(\.incompleteReleaseID) == [ID(7)])
        }
    }

    @Test("with a variable that no environment can hold fails and says which")
    func badVariable() async throws {
        try await AgentHarness.run { harness in
            let result = try await harness.perform(.script("true", variables: ["A B": "x"]))
            #expect(result.outcome == .failed)
            #expect(result.message.contains("variable 'A B'"), "\(result.message)")
        }
    }

    @Test("F8: that ignores TERM is killed with all its children when it is cancelled")
    func cancellation() async throws {
        try await AgentHarness.run { harness in
            // Each child ignores TERM too; the pid files tell when they are there and, later, that they are gone.
            let script = """
                trap '' TERM
                sleep 1000 & echo $! > child
                echo ready
                while :; do sleep 1; done
                """
            harness.node.change { $0.offers.append(.script(script)) }
            try await harness.withAgent {
                try await harness.node.wait("the script to be ready") {
                    String(decoding: $0.logs[ID(1)] ?? [], as: UTF8.self).contains("ready")
                }
                harness.node.change { $0.cancellations = [ID(1)] }
                let result = try await harness.node.result()
                #expect(result.outcome == .cancelled)
                let text = try TemporaryFolder.text("\(harness.project.path)/child").dropLast()
                let child = try #require(Int32(text))
                try await eventually("the child to be gone") { kill(child, 0) != 0 }
            }
        }
    }

    @Test("is stopped when its time is over")
    func timeout() async throws {
        try await AgentHarness.run { harness in
            let result = try await harness.perform(.script("sleep 1000", timeoutSeconds: 1))
            #expect(result.outcome == .failed)
            #expect(result.message.contains("did not end within 1 s"), "\(result.message)")
        }
    }

    @Test("F8: whose daemon holds the output ends all the same, and the daemon lives")
    func daemon() async throws {
        try await AgentHarness.run { harness in
            let result = try await harness.perform(.script("sleep 30 & echo $!; echo done"))
            #expect(result.outcome == .succeeded)
            #expect(result.message.contains("holds its output open"), "\(result.message)")
            let log = harness.node.log().split(separator: "\n")
            #expect(log.contains("done"))
            let daemon = try #require(log.first.flatMap { Int32($0) })
            #expect(kill(daemon, SIGKILL) == 0)
        }
    }

    @Test("F8: that prints without end is bounded: head, notice, tail")
    func flood() async throws {
        try await AgentHarness.run { harness in
            let script = "echo first; head -c 40000000 /dev/zero | tr '\\0' 'x'; echo; echo last"
            let result = try await harness.perform(.script(script))
            #expect(result.outcome == .succeeded)
            #expect(result.logBytes <= Limits.logBytes)
            #expect(result.logDroppedBytes > 20_000_000)
            let log = harness.node.log()
            #expect(Int64(log.utf8.count) == result.logBytes)
            #expect(log.hasPrefix("first\nxxx"))
            #expect(log.contains("bytes of output were cut here]"))
            #expect(log.hasSuffix("x\nlast\n[tidemark] the script succeeded\n"))
        }
    }

    @Test("has its log rewound when the node has less than was sent")
    func rewind() async throws {
        try await AgentHarness.run { harness in
            harness.node.change { state in
                state.offers.append(.script("echo one; while [ ! -e go ]; do sleep 0.1; done; echo two"))
            }
            try await harness.withAgent {
                try await harness.node.wait("the first line") { $0.logs[ID(1)]?.count == 4 }
                harness.node.change { $0.logs[ID(1)] = Array("on".utf8) }
                try Disk.replace("\(harness.project.path)/go", with: [])
                let result = try await harness.node.result()
                #expect(harness.node.log() == "one\ntwo\n[tidemark] the script succeeded\n")
                #expect(Int64(harness.node.log().utf8.count) == result.logBytes)
            }
        }
    }
}
