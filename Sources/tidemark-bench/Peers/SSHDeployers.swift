import Foundation
import Proof

/// Fabric and Ansible, from PyPI in the benchmark's own folder, doing to hosts over SSH what a deployment does to machines:
/// copy an archive, unpack it, switch a link, check.
struct SSHDeployers {
    let stage: Stage
    let hosts: LocalHosts
    let archive: String

    private var python: String { "\(FileManager.default.currentDirectoryPath)/\(stage.folder)/venv/bin" }

    /// Seconds from the start of the program to its end; nil: Fabric could not be had.
    func fabric(version: String) async throws -> Double? {
        guard FileManager.default.fileExists(atPath: "\(python)/fab") else { return nil }
        let words = ["deploy/bench/fabric_deploy.py", hosts.key, archive, version, hosts.folder]
        return try await time("\(python)/python", words + hosts.ports.map(String.init), version: version)
    }

    /// With 50 forks, pipelining, and no facts; nil: Ansible could not be had.
    func ansible(version: String) async throws -> Double? {
        guard FileManager.default.fileExists(atPath: "\(python)/ansible-playbook") else { return nil }
        let inventory = hosts.ports.map { port in
            """
            host-\(port) ansible_host=127.0.0.1 ansible_port=\(port) ansible_ssh_private_key_file=\(hosts.key) \
            ansible_python_interpreter=/usr/bin/python3 target=\(hosts.root(port))

            """
        }.joined()
        let file = try stage.write(inventory, to: "inventory.ini")
        return try await time(
            "\(python)/ansible-playbook",
            [
                "--forks", "50", "--inventory", file, "--extra-vars", "archive=\(archive) version=\(version)",
                "deploy/bench/playbook.yml",
            ],
            version: version
        )
    }

    private func time(_ program: String, _ words: [String], version: String) async throws -> Double {
        let environment = [
            "ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_PIPELINING": "True",
            "ANSIBLE_HOME": "\(hosts.folder)/ansible", "ANSIBLE_REMOTE_TMP": "\(hosts.folder)/ansible/remote",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": "/tmp/tidemark-bench-ssh", "LC_ALL": "C.UTF-8",
        ]
        let started = ContinuousClock.now
        _ = try await ChildProcess.output(
            of: program,
            words,
            environment: environment,
            log: "\(stage.folder)/deployer.log"
        )
        let seconds = (ContinuousClock.now - started).inSeconds
        for port in hosts.ports {
            let link = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "\(hosts.root(port))/current"
            )
            guard link == "releases/\(version)" else {
                throw ProofError("\(program) left a host without release \(version)")
            }
        }
        return seconds
    }
}
