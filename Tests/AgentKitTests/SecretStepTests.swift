import FleetModel
import Glibc
import Testing

@testable import AgentKit

@Suite("F5 A step with secrets")
struct SecretStepTests {
    @Test("gets them as files in memory that its user alone can read, and nowhere else")
    func files() async throws {
        try await SecretPlace.run { place in
            let script = """
                project="$PWD"
                cd "$TIDEMARK_SECRETS_DIR" && stat -c '%n %F %a %u' . * && stat -f -c %T .
                ls -a
                wc -c < KEY
                grep -c -F -f PASSWORD /proc/self/environ /proc/$$/cmdline /proc/$PPID/cmdline /proc/$PPID/environ
                touch "$project/ready"
                while [ ! -e "$project/go" ]; do sleep 0.05; done
                """
            let harness = place.harness
            harness.node.change { $0.offers.append(.script(script, hasSecrets: true)) }
            try await harness.withAgent(environment: place.environment) {
                try await eventually("the script") { Disk.exists("\(harness.project.path)/ready") }
                #expect(try place.folders.count == 1)
                try place.expectNothingLeft()
                try Disk.replace("\(harness.project.path)/go", with: [])
                let result = try await harness.node.result()
                #expect(result.outcome == .succeeded)
                try await harness.journalIsEmpty()
            }
            #expect(
                harness.node.log().split(separator: "\n").map(String.init) == [
                    ". directory 700 \(geteuid())",
                    "KEY regular file 400 \(geteuid())", "PASSWORD regular file 400 \(geteuid())",
                    "tmpfs", ".", "..", "KEY", "PASSWORD", "\(SecretPlace.key.utf8.count)",
                    "/proc/self/environ:0", "/proc/\(try pid(in: harness, "cmdline:0", 0))/cmdline:0",
                    "/proc/\(try pid(in: harness, "cmdline:0", 1))/cmdline:0",
                    "/proc/\(try pid(in: harness, "cmdline:0", 1))/environ:0",
                    "[tidemark] the script succeeded",
                ]
            )
            #expect(try place.folders == [])
            #expect(harness.node.now.secretsRequests == [.init(stepRunID: ID(1), fence: 1)])
        }
    }

    /// The number in the log's line that ends with `suffix`, of which there are several.
    private func pid(in harness: AgentHarness, _ suffix: String, _ index: Int) throws -> Substring {
        let lines = harness.node.log().split(separator: "\n").filter { $0.hasSuffix(suffix) }
        try #require(lines.count > index)
        return lines[index].split(separator: "/")[1]
    }

    @Test("has them masked in its log: in pieces, in base64, in hexadecimal, over lines")
    func masked() async throws {
        try await SecretPlace.run { place in
            let script = """
                cd "$TIDEMARK_SECRETS_DIR"
                echo "password: $(cat PASSWORD)."
                dd if=PASSWORD bs=1 status=none; echo
                printf 'user:%s' "$(cat PASSWORD)" | base64
                base64 -w 20 KEY
                od -An -v -tx1 PASSWORD | tr -d ' '
                cat KEY
                fold -w 7 KEY
                sed -n 2p KEY >&2
                set -x
                : "$(cat PASSWORD)"
                """
            let result = try await place.perform(.script(script, hasSecrets: true))
            #expect(result.outcome == .succeeded)
            let log = place.harness.node.log()
            let lines = log.split(separator: "\n").map(String.init)
            #expect(lines.prefix(3) == ["password: [masked].", "[masked]", "dXNlcjp[masked]I="], "\(log)")
            #expect(log.count(where: { $0 == "[" }) == 10, "\(log)")
            try place.expectNothingLeft()
        }
    }

    @Test("that prints without end is bounded as any other, and no cut goes through a secret")
    func flood() async throws {
        try await SecretPlace.run { place in
            // A line of ordinary output for every line with a secret would take the test long.
            let script = """
                line="$(cat "$TIDEMARK_SECRETS_DIR/PASSWORD")"
                chunk="$(yes 'ordinary output, line after line' | head -n 8000)"
                i=0
                while [ $i -lt 400 ]; do echo "$chunk"; echo "$line$line$line"; i=$((i+1)); done
                touch flooded
                while [ ! -e go ]; do sleep 0.05; done
                printf 'the end %s' "$line"
                """
            let harness = place.harness
            harness.node.change { $0.offers.append(.script(script, timeoutSeconds: 300, hasSecrets: true)) }
            try await harness.withAgent(environment: place.environment) {
                try await eventually("the flood", seconds: 200) {
                    Disk.exists("\(harness.project.path)/flooded")
                }
                let step = harness.directory.step(ID(1))
                let supervisor = try #require(try Disk.readJSON(step.claim, as: ProcessMark.self))
                let status = try TemporaryFolder.text("/proc/\(supervisor.pid)/status").split(separator: "\n")
                let peak = status.first { $0.hasPrefix("VmHWM:") }?.split(whereSeparator: \.isWhitespace)[1]
                #expect(try #require(peak.flatMap { Int($0) }) < 150_000, "kB")
                try Disk.replace("\(harness.project.path)/go", with: [])
                let result = try await harness.node.result()
                #expect(result.logBytes <= Limits.logBytes)
                #expect(result.logDroppedBytes > 80_000_000)
                let log = harness.node.log()
                #expect(log.contains("bytes of output were cut here]"))
                #expect(log.hasSuffix("the end [masked][tidemark] the script succeeded\n"))
                #expect(log.contains("line\n[masked][masked][masked]\nordinary"))
            }
            try place.expectNothingLeft()
        }
    }

    @Test("that ignores TERM and is killed: what was held back of its output comes, and its secrets go")
    func killed() async throws {
        try await SecretPlace.run { place in
            let script = """
                trap '' TERM
                head -c 12 "$TIDEMARK_SECRETS_DIR/PASSWORD"
                touch printed
                while :; do sleep 1; done
                """
            let harness = place.harness
            harness.node.change { $0.offers.append(.script(script, hasSecrets: true)) }
            try await harness.withAgent(environment: place.environment) {
                let step = harness.directory.step(ID(1))
                try await eventually("its output") { Disk.exists("\(harness.project.path)/printed") }
                // It may be the beginning of a secret: it is not in the log yet.
                #expect(try Disk.read(step.log) ?? [] == [])
                harness.node.change { $0.cancellations = [ID(1)] }
                let result = try await harness.node.result()
                #expect(result.outcome == .cancelled)
                try await harness.journalIsEmpty()
                #expect(harness.node.log() == "p4ss/w+rd-\"q[tidemark] the script was cancelled\n")
            }
            #expect(try place.folders == [])
            try place.expectNothingLeft()
        }
    }

    @Test("has its own, and another step at the same time has others")
    func twoSteps() async throws {
        try await SecretPlace.run { place in
            let harness = place.harness
            let patient = """
                touch ready
                while [ ! -e go ]; do sleep 0.05; done
                ls "$TIDEMARK_SECRETS_DIR"; cat "$TIDEMARK_SECRETS_DIR"/*
                """
            var other = AgentV1.Assignment.script(patient, id: 2, fence: 9, hasSecrets: true)
            other.project = "blog"
            let both = [.script(patient, hasSecrets: true), other]
            harness.node.change { state in
                state.secrets[ID(2)] = ["TOKEN": "another-secret"]
                state.offers = both
            }
            let projects = ["shop", "blog"].map { "\(harness.directory.projects)/\($0)" }
            try await harness.withAgent(environment: place.environment) {
                try await eventually("both scripts") { projects.allSatisfy { Disk.exists("\($0)/ready") } }
                #expect(try place.folders.map { $0.prefix(2) } == ["1.", "2."])
                for project in projects { try Disk.replace("\(project)/go", with: []) }
                _ = try await harness.node.result(of: 1)
                _ = try await harness.node.result(of: 2)
                try await harness.journalIsEmpty()
            }
            #expect(harness.node.log(of: 1).hasPrefix("KEY\nPASSWORD\n[masked]\n[masked]"))
            #expect(harness.node.log(of: 2) == "TOKEN\n[masked][tidemark] the script succeeded\n")
            #expect(Set(harness.node.now.secretsRequests.map(\.fence)) == [1, 9])
            #expect(try place.folders == [])
        }
    }

    @Test("whose agent is killed in the middle goes on with what it has, masked, and is asked for once")
    func agentKilled() async throws {
        try await SecretPlace.run { place in
            let harness = place.harness
            let script = RestartTests.patient + "; cat \"$TIDEMARK_SECRETS_DIR/PASSWORD\""
            harness.node.change { $0.offers.append(.script(script, hasSecrets: true)) }
            let first = try harness.startProcess(environment: place.environment)
            try await harness.node.wait("the first line") { $0.logs[ID(1)] != nil }
            kill(first, SIGKILL)
            waitpid(first, nil, 0)
            // The value is another one by now: the script has the one that it started with.
            harness.node.change { $0.secrets = [ID(1): ["PASSWORD": "changed-since"]] }
            try await harness.withAgent(environment: place.environment) {
                try await harness.node.wait("a second session") { $0.sessions.count >= 2 }
                #expect(try place.folders.count == 1)
                try Disk.replace("\(harness.project.path)/go", with: [])
                let result = try await harness.node.result()
                #expect(result.outcome == .succeeded)
                try await harness.journalIsEmpty()
            }
            #expect(harness.node.log() == "one\ntwo\n[masked][tidemark] the script succeeded\n")
            #expect(harness.node.now.secretsRequests.count == 1)
            #expect(try place.folders == [])
            try place.expectNothingLeft()
        }
    }

    @Test("that was given secrets and not started before the agent was killed is given them anew")
    func notStarted() async throws {
        try await SecretPlace.run { place in
            let harness = place.harness
            let assignment = AgentV1.Assignment.script(
                "ls -d \"$TIDEMARK_SECRETS_DIR\"/../* | wc -l; cat \"$TIDEMARK_SECRETS_DIR/PASSWORD\"",
                hasSecrets: true
            )
            try Journal(directory: harness.directory).write(.init(assignment: assignment, phase: .accepted))
            let old = try place.directory.write(["PASSWORD": "the-one-before"], for: ID(1))
            let foreign = try place.directory.write(["PASSWORD": "left-behind"], for: ID(77))
            try await harness.withAgent(environment: place.environment) {
                let result = try await harness.node.result()
                #expect(result.outcome == .succeeded)
                try await harness.journalIsEmpty()
            }
            #expect(harness.node.log() == "1\n[masked][tidemark] the script succeeded\n")
            #expect(!Disk.exists(old))
            #expect(!Disk.exists(foreign))
        }
    }

    @Test("of a package: its check has them, masked")
    func packageCheck() async throws {
        try await SecretPlace.run { place in
            let install = try place.harness.publish(
                archive("good"),
                check: "cat \"$TIDEMARK_SECRETS_DIR/PASSWORD\"; exit 1"
            )
            let result = try await place.perform(.package(install, hasSecrets: true))
            #expect(result.outcome == .failed)
            #expect(place.harness.node.log().contains("current -> releases/7\n[masked][tidemark]"))
            #expect(try place.folders == [])
            try place.expectNothingLeft()
        }
    }

    @Test("has them masked in its result too")
    func message() async throws {
        try await SecretPlace.run { place in
            place.harness.node.change { $0.secrets = [ID(1): ["SHELL": "hunter2hunter2"]] }
            let result = try await place.perform(.script("#!/no/such/hunter2hunter2\n", hasSecrets: true))
            let message = result.message
            #expect(message.contains("could not be started: start /no/such/[masked]"), "\(message)")
            #expect(!place.harness.node.log().contains("hunter2"))
        }
    }
}
