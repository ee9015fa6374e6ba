import FleetClient
import FleetModel
import FleetStore
import Foundation
import Postgres
import Proof

/// A deployment of 1 MiB to many machines at once, unpacked, switched to and checked, from the command to its end; the same
/// by Fabric and by Ansible to as many hosts over SSH. All of them run on this one machine.
struct DeployPart {
    private static let project = "site"
    private static let environment = "bench"

    let stage: Stage

    func run(into figures: Figures) async throws {
        for count in stage.size.pick(small: [5], standard: [20, 50]) {
            let versions = stage.size.pick(small: 2, standard: 7)
            let archive = try await makeArchive()
            let ours = try await deploy(archive, versions: versions, to: count)
            let (fabric, ansible) = try await baselines(archive, hosts: count)
            figures.add(
                Figure(
                    "deployment to \(count) machines, median of \(ours.count)",
                    ours.median,
                    "s",
                    against: fabric,
                    target: count == 50 ? .ratioAtMost(0.7) : nil
                )
            )
            figures.add(
                Figure(
                    "deployment to \(count) machines, beside Ansible",
                    ours.median,
                    "s",
                    against: ansible,
                    target: count == 50 ? .ratioAtMost(0.05) : nil
                )
            )
        }
    }

    private func deploy(_ archive: String, versions: Int, to count: Int) async throws -> Measured {
        try await stage.withPostgres { postgres in
            let database = Database(postgres.configuration, maxConnections: 1, logger: stage.logger)
            let key = try await Store(database: database, node: "bench").createAPIKey(
                name: "bench",
                by: "bench"
            ).text
            await database.close()
            let node = try await ServingNode.start(stage, postgres)
            let agents = RealAgents(stage: stage)
            let client = try APIClient(url: node.url, key: key)
            do {
                let command = CommandLineClient(stage: stage, url: node.url, key: key)
                let names = try await prepare(agents, count, client, command, url: node.url)
                var times = Measured()
                for number in 0...versions {
                    let version = "1.\(number)"
                    try await command.run("package", "push", Self.project, version, archive)
                    try await command.run("release", "create", Self.project, version)
                    let started = ContinuousClock.now
                    try await command.run("deploy", Self.project, version, "--to", Self.environment, "--wait")
                    // The first one warms up.
                    if number > 0 { times.add((ContinuousClock.now - started).inSeconds) }
                    try check(agents, names)
                }
                await agents.stop()
                await client.close()
                await node.stop()
                return times
            } catch {
                await agents.stop()
                await client.close()
                await node.stop()
                throw error
            }
        }
    }

    private func prepare(
        _ agents: RealAgents,
        _ count: Int,
        _ client: APIClient,
        _ command: CommandLineClient,
        url: String
    ) async throws -> [String] {
        let documents = """
            kind: Environment
            name: \(Self.environment)
            ---
            kind: Project
            name: \(Self.project)
            process:
              - name: install
                package:
                  name: \(Self.project)
                  check: test -s "$TIDEMARK_CURRENT_DIR/index.html"

            """
        try await command.run("apply", "-f", try stage.write(documents, to: "site.yaml"))
        let names = try await agents.join(count, environment: Self.environment, client, url: url)
        try await poll("all agents to poll", within: .seconds(120)) {
            let page: APIV1.Page<Machine> = try await client.get(
                APIPath.of("machines"),
                query: ["limit": "500"]
            )
            return page.items.count(where: { $0.health == .healthy }) == count ? () : nil
        }
        return names
    }

    /// The answer of the deployment was that it succeeded; the files say so too.
    private func check(_ agents: RealAgents, _ names: [String]) throws {
        for name in names {
            let page = agents.current(Self.project, on: name) + "/index.html"
            guard FileManager.default.fileExists(atPath: page) else {
                throw ProofError("there is no \(page)")
            }
        }
    }

    private func baselines(_ archive: String, hosts count: Int) async throws -> (Baseline, Baseline) {
        let names = ("Fabric, 50 threads", "Ansible, 50 forks, pipelining, no facts")
        guard let hosts = try await LocalHosts.start(count, in: "\(stage.folder)/hosts") else {
            let reason = "openssh-server is not installed"
            return (.missing(names.0, because: reason), .missing(names.1, because: reason))
        }
        do {
            let deployers = SSHDeployers(stage: stage, hosts: hosts, archive: archive)
            var fabric = Measured()
            for number in 1...stage.size.pick(small: 1, standard: 3) {
                if let time = try await deployers.fabric(version: "1.\(number)") { fabric.add(time) }
            }
            let ansible = try await deployers.ansible(version: "2.0")
            await hosts.stop()
            let reason = "not to be had from PyPI"
            return (
                fabric.count == 0
                    ? .missing(names.0, because: reason) : Baseline("\(names.0)", fabric.median),
                ansible.map { Baseline(names.1, $0) } ?? .missing(names.1, because: reason)
            )
        } catch {
            await hosts.stop()
            throw error
        }
    }

    /// A page, and 1 MiB that does not get smaller.
    private func makeArchive() async throws -> String {
        let folder = FileManager.default.currentDirectoryPath + "/\(stage.folder)/site"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "<h1>It is here</h1>\n".write(toFile: "\(folder)/index.html", atomically: true, encoding: .utf8)
        var random = SeededRandom(seed: 1)
        let noise = (0..<131_072).map { _ in random.next() }
        try noise.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: "\(folder)/noise"))
        try await Tool.run("tar", "-czf", "\(folder).tar.gz", "-C", folder, ".")
        return "\(folder).tar.gz"
    }
}
