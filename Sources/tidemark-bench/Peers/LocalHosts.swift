import Foundation
import Proof

/// Hosts to deploy to over SSH: an sshd each, of one's own, on the loopback address.
struct LocalHosts {
    let folder: String
    let ports: [Int]
    let key: String
    private let servers: [ChildProcess]

    /// Where a host's files are.
    func root(_ port: Int) -> String { "\(folder)/\(port)" }

    /// nil: OpenSSH is not installed.
    static func start(_ count: Int, in relative: String) async throws -> LocalHosts? {
        guard let sshd = Tool.path("sshd"), Tool.path("ssh") != nil, Tool.path("ssh-keygen") != nil else {
            return nil
        }
        let files = FileManager.default
        let folder = files.currentDirectoryPath + "/\(relative)"
        try? files.removeItem(atPath: folder)
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // sshd wants it, as root, to keep a process in that may do nothing.
        if geteuid() == 0 {
            try files.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        for name in ["host", "key"] {
            try await Tool.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)")
        }
        try """
        ListenAddress 127.0.0.1
        HostKey \(folder)/host
        PidFile none
        AuthorizedKeysFile \(folder)/key.pub
        PasswordAuthentication no
        UsePAM no
        StrictModes no
        Subsystem sftp internal-sftp
        MaxStartups 200
        LogLevel ERROR

        """.write(toFile: "\(folder)/sshd_config", atomically: true, encoding: .utf8)
        let ports = try FreePort.find(count)
        var servers: [ChildProcess] = []
        for port in ports {
            try files.createDirectory(atPath: "\(folder)/\(port)", withIntermediateDirectories: true)
            servers.append(
                try ChildProcess(
                    sshd,
                    ["-D", "-e", "-f", "\(folder)/sshd_config", "-p", "\(port)"],
                    log: "\(folder)/sshd.log"
                )
            )
        }
        return LocalHosts(folder: folder, ports: ports, key: "\(folder)/key", servers: servers)
    }

    func stop() async {
        await ChildProcess.stop(servers)
        try? FileManager.default.removeItem(atPath: folder)
    }
}
