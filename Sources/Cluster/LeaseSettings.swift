import FleetModel
import FleetRules
import Postgres

/// How the lease and the scanner behave.
package struct LeaseSettings: Sendable {
    /// How long the server lets a silent holder keep the lease.
    package var ttlMilliseconds: Int
    /// A scan at least this often.
    package var scanInterval: Duration
    /// Scan at once when there is something new.
    package var scanWake: Bool
    /// How long an agent may be silent before its machine is unavailable.
    package var agentSilenceSeconds: Int

    package init(
        ttlMilliseconds: Int = 5000,
        scanInterval: Duration = .seconds(15),
        scanWake: Bool = true,
        agentSilenceSeconds: Int = 90
    ) {
        self.ttlMilliseconds = ttlMilliseconds
        self.scanInterval = scanInterval
        self.scanWake = scanWake
        self.agentSilenceSeconds = agentSilenceSeconds
    }

    /// A sign of life several times within the time to live.
    var heartbeat: Duration { .milliseconds(min(1000, ttlMilliseconds / 5)) }

    /// Of a tenure that begins now.
    var schedule: LeaderSchedule {
        LeaderSchedule(scanInterval: scanInterval, scanWake: scanWake, heartbeat: heartbeat, now: .zero)
    }

    /// How long after the beginning of a round trip that succeeded the holder may act; less than the server waits.
    var trust: Duration { .milliseconds(ttlMilliseconds - ttlMilliseconds / 5) }

    /// What the session is set to. Each covers a fault that the others do not: a frozen or cut off process that is
    /// idle, inside a transaction, in a statement, waiting for a lock, or does not read its result.
    func session(_ configuration: ConnectionConfiguration) -> ConnectionConfiguration {
        var session = configuration
        let ttl = String(ttlMilliseconds)
        let shorter = String(ttlMilliseconds - ttlMilliseconds / 5)
        session.applicationName += " lease"
        session.settings += [
            ("idle_session_timeout", ttl), ("idle_in_transaction_session_timeout", ttl),
            ("statement_timeout", shorter), ("lock_timeout", String(ttlMilliseconds / 2)),
            ("client_connection_check_interval", "1000"), ("tcp_user_timeout", shorter),
            ("tcp_keepalives_idle", "2"), ("tcp_keepalives_interval", "1"), ("tcp_keepalives_count", "3"),
            ("synchronous_commit", "on"),
        ]
        session.preparesStatements = true
        session[parameter: "tcp_user_timeout"] = shorter
        session[parameter: "connect_timeout"] = "2"
        return session
    }

    /// Settings without which nobody would take the lease from a frozen holder.
    var enforced: [String: String] {
        [
            "idle_session_timeout": String(ttlMilliseconds),
            "idle_in_transaction_session_timeout": String(ttlMilliseconds),
            "statement_timeout": String(ttlMilliseconds - ttlMilliseconds / 5),
        ]
    }
}
