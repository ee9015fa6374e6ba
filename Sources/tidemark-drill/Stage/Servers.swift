import FleetStore
import Logging
import Postgres
import Proof

/// A PostgreSQL and its synchronous standby: what a commit has acknowledged is on both.
final class Servers {
    private static let options = """
        -c listen_addresses=* -c wal_retrieve_retry_interval=100ms -c max_prepared_transactions=20 \
        -c track_commit_timestamp=on -c max_wal_size=256MB
        """
    private static let folders = ["a", "b"]

    private(set) var primary: PrivatePostgres
    private(set) var standby: PrivatePostgres
    let database: Database
    let configuration: ConnectionConfiguration
    /// The ports of both, in the order of the conninfo, which does not change with who is primary.
    let ports: [String]
    private let disks: Disks?

    private init(
        primary: PrivatePostgres,
        standby: PrivatePostgres,
        disks: Disks?,
        logger: Logger
    ) throws {
        self.primary = primary
        self.standby = standby
        self.disks = disks
        ports = [primary.port, standby.port]
        configuration = try ConnectionConfiguration(Self.conninfo("127.0.0.1", ports, name: "drill"))
        database = Database(configuration, maxConnections: 24, logger: logger)
    }

    /// Several hosts, of which libpq takes the one that takes writes: as docs/operations.md says.
    static func conninfo(_ host: String, _ ports: [String], name: String) -> String {
        let hosts = ports.map { _ in host }.joined(separator: ",")
        return "host=\(hosts) port=\(ports.joined(separator: ",")) user=tidemark dbname=tidemark "
            + "target_session_attrs=read-write application_name=\(name)"
    }

    static func start(in folder: String, _ surroundings: Surroundings, logger: Logger) async throws -> Servers
    {
        let paths = folders.map { "\(folder)/\($0)" }
        let disks = surroundings.hasMounts ? try await Disks.mount(paths) : nil
        let options = PrivatePostgres.Options(
            server: Self.options,
            access: "host all,replication tidemark \(NodeNetwork.subnet) trust"
        )
        let primary = try await PrivatePostgres.start(in: paths[0], options)
        do {
            let standby = try await primary.makeStandby(in: paths[1])
            let servers = try Servers(primary: primary, standby: standby, disks: disks, logger: logger)
            try await servers.waitForStandby()
            return servers
        } catch {
            await primary.remove()
            await disks?.unmount()
            throw error
        }
    }

    /// The space of the primary's disk; nil where it has none of its own.
    var disk: Disks.Disk? { disks?[primary.folder] }

    /// From now on a commit waits for the standby.
    func waitForStandby() async throws {
        let database = database
        _ = try await database.query("ALTER SYSTEM SET synchronous_standby_names = '*'")
        _ = try await database.query("SELECT pg_reload_conf()")
        try await poll("the standby to be synchronous") {
            let row = try await database.query(
                """
                SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync'
                """
            ).first
            return row.map { _ in () }
        }
    }

    /// The primary is lost with all its processes, and the standby takes its place.
    func promote() async throws {
        try await primary.end(.killed)
        try await standby.promote()
        swap(&primary, &standby)
    }

    /// What is left of the lost primary follows the new one.
    func rebuild() async throws {
        standby = try await primary.makeStandby(in: standby.folder, port: standby.port)
        try await waitForStandby()
    }

    func remove() async {
        await database.close()
        await standby.remove()
        await primary.remove()
        await disks?.unmount()
    }
}
