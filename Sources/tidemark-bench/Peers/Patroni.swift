import FleetClient
import Foundation
import Glibc
import Proof

/// Patroni with etcd, both as Debian packages them and with their defaults: two members, of which one leads.
struct Patroni {
    private static let name = "Patroni with etcd, defaults (ttl 30 s), its leader lost with its PostgreSQL"

    private struct Member {
        let process: ChildProcess
        let rest: APIClient
        let data: String

        func leads() async -> Bool {
            let answer: NoContent? = try? await rest.get("/primary")
            return answer != nil
        }

        func follows() async -> Bool {
            let answer: NoContent? = try? await rest.get("/replica")
            return answer != nil
        }
    }

    /// Seconds from the loss of the leader until the other member says that it takes writes.
    static func takeover(_ stage: Stage) async throws -> Baseline {
        guard stage.size != .small else { return .missing(name, because: "left out with --size small") }
        for program in ["patroni", "etcd"] where Tool.path(program) == nil {
            return .missing(name, because: "\(program) is not installed")
        }
        let folder = try await Tool.run("mktemp", "-d", "/tmp/tidemark-bench-patroni.XXXXXX")
        // PostgreSQL does not run as root.
        if geteuid() == 0 { try await Tool.run("chown", "postgres", folder) }
        var processes: [ChildProcess] = []
        var members: [Member] = []
        defer { try? FileManager.default.removeItem(atPath: folder) }
        do {
            let ports = try FreePort.find(6)
            processes.append(try startEtcd(ports, folder, stage))
            for number in 0..<2 {
                let member = try startMember(number, ports, folder, stage)
                members.append(member)
                processes.append(member.process)
                // The first initialises the cluster, the second copies it.
                try await poll(
                    "Patroni's member \(number + 1)",
                    every: .milliseconds(200),
                    within: .seconds(120)
                ) {
                    guard member.process.isRunning else {
                        throw ProofError("it ended by itself; see \(stage.folder)/patroni-\(number).log")
                    }
                    return await number == 0 ? member.leads() ? () : nil : member.follows() ? () : nil
                }
            }
            let started = ContinuousClock.now
            kill(members[0])
            let next = members[1]
            try await poll("Patroni's other member to lead", every: .milliseconds(50), within: .seconds(180))
            {
                await next.leads() ? () : nil
            }
            let seconds = (ContinuousClock.now - started).inSeconds
            await end(processes, members)
            return Baseline(name, seconds)
        } catch {
            await end(processes, members)
            return .missing(name, because: "\(error)")
        }
    }

    private static func kill(_ member: Member) {
        let file = (try? String(contentsOfFile: "\(member.data)/postmaster.pid", encoding: .utf8)) ?? ""
        member.process.signal(SIGKILL)
        guard let pid = file.split(separator: "\n").first.flatMap({ Int32($0) }) else { return }
        for process in [pid] + RunningProcess.children(of: pid) { Glibc.kill(process, SIGKILL) }
    }

    private static func end(_ processes: [ChildProcess], _ members: [Member]) async {
        await ChildProcess.stop(processes.reversed())
        for member in members { await member.rest.close() }
    }

    private static func startEtcd(_ ports: [Int], _ folder: String, _ stage: Stage) throws -> ChildProcess {
        let (client, peer) = ("http://127.0.0.1:\(ports[0])", "http://127.0.0.1:\(ports[1])")
        return try ChildProcess(
            Tool.path("etcd") ?? "etcd",
            [
                "--data-dir", "\(folder)/etcd", "--listen-client-urls", client, "--advertise-client-urls",
                client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
                "default=\(peer)",
            ],
            log: "\(stage.folder)/etcd.log"
        )
    }

    private static func startMember(
        _ number: Int,
        _ ports: [Int],
        _ folder: String,
        _ stage: Stage
    ) throws -> Member {
        let rest = "127.0.0.1:\(ports[2 + 2 * number])"
        let data = "\(folder)/data-\(number)"
        let binaries = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").sorted()
            .last
        let file = "\(folder)/patroni-\(number).yml"
        try """
        scope: bench
        name: member-\(number)
        restapi: {listen: "\(rest)", connect_address: "\(rest)"}
        etcd3: {hosts: "127.0.0.1:\(ports[0])"}
        bootstrap:
          dcs: {ttl: 30, loop_wait: 10, retry_timeout: 10}
          initdb: [{encoding: UTF8}, {auth-host: trust}, {auth-local: trust}]
          pg_hba: [host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust]
        postgresql:
          listen: "127.0.0.1:\(ports[3 + 2 * number])"
          connect_address: "127.0.0.1:\(ports[3 + 2 * number])"
          data_dir: \(data)
          bin_dir: /usr/lib/postgresql/\(binaries ?? "15")/bin
          pgpass: \(folder)/pgpass-\(number)
          authentication: {superuser: {username: postgres, password: x}, replication: {username: replica, password: x}}
          parameters: {unix_socket_directories: \(folder)}

        """.write(toFile: file, atomically: true, encoding: .utf8)
        let patroni = Tool.path("patroni") ?? "patroni"
        let isRoot = geteuid() == 0
        let words =
            isRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups", patroni, file] : [file]
        return Member(
            process: try ChildProcess(
                isRoot ? Tool.path("setpriv") ?? "setpriv" : patroni,
                words,
                log: "\(stage.folder)/patroni-\(number).log"
            ),
            rest: try APIClient(url: "http://\(rest)", retries: .never, timeout: .seconds(5)),
            data: data
        )
    }
}
