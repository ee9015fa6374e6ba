import FleetModel

/// One thing that was looked at.
struct Check: Codable, Equatable, Sendable {
    enum Result: String, Codable, Sendable {
        case ok = "OK"
        case warn = "WARN"
        case fail = "FAIL"
    }

    var name: String
    var result: Result
    var finding: String
    /// What to do; nil: nothing.
    var advice: String?

    static func ok(_ name: String, _ finding: String) -> Check {
        Check(name: name, result: .ok, finding: finding)
    }

    static func warn(_ name: String, _ finding: String, _ advice: String) -> Check {
        Check(name: name, result: .warn, finding: finding, advice: advice)
    }

    static func fail(_ name: String, _ finding: String, _ advice: String) -> Check {
        Check(name: name, result: .fail, finding: finding, advice: advice)
    }
}

/// Judges what the doctor found: the clocks of this machine and of the cluster are never mixed up.
struct DoctorReport: Codable, Equatable, Sendable {
    /// Relative times of this program go wrong visibly beyond it.
    static let mostSkewSeconds = 5.0
    /// The lease is renewed every second and lost after 5.
    static let mostLeaseAgeSeconds = 10.0
    /// Four times the standard scan interval.
    static let lateScanSeconds = 60.0
    static let deadScanSeconds = 300.0

    let checks: [Check]

    var isWell: Bool { checks.allSatisfy { $0.result == .ok } }

    init(_ facts: DoctorFacts) {
        guard case .success(let live) = facts.live else {
            checks = [Self.address(facts)]
            return
        }
        var checks = [Self.address(facts), Self.version(facts), Self.ready(facts), Self.credentials(facts)]
        checks.append(Self.clock(live))
        if case .success(let status) = facts.cluster {
            // The cluster's own clock, so that a wrong one here does not make a healthy scan look late.
            let now = live.nodeTime ?? live.localTime
            checks += [Self.leader(status, now), Self.scan(status, now), Self.nodes(status)]
        }
        if let machines = Self.machines(facts) { checks.append(machines) }
        self.checks = checks
    }

    private static func address(_ facts: DoctorFacts) -> Check {
        switch facts.live {
        case .success(let probe) where probe.status == 200:
            return .ok("address", "\(facts.url) answers in \(probe.milliseconds) ms")
        case .success(let probe):
            return .fail(
                "address",
                "\(facts.url) answers \(probe.status) to /livez",
                "is it a Tidemark node or its balancer? check TIDEMARK_URL"
            )
        case .failure(let failure):
            return .fail(
                "address",
                failure.message,
                "check TIDEMARK_URL, the balancer, and that a node runs (tidemarkd serve)"
            )
        }
    }

    private static func version(_ facts: DoctorFacts) -> Check {
        guard let server = facts.serverVersion else {
            return .warn("version", "the node does not tell its version", "check TIDEMARK_URL")
        }
        guard server == Version.current else {
            return .warn(
                "version",
                "this program is \(Version.current), the node \(server)",
                "use the program of the node's version"
            )
        }
        return .ok("version", "\(server) here and there")
    }

    private static func ready(_ facts: DoctorFacts) -> Check {
        switch facts.ready {
        case .success(let probe) where probe.status == 200: return .ok("ready", "the node takes requests")
        case .success(let probe):
            return .fail(
                "ready",
                "the node is not ready: \(probe.detail)",
                "look at its log and at PostgreSQL; the balancer should ask /readyz and use another node"
            )
        case .failure(let failure): return .fail("ready", failure.message, "try again; the node went away")
        }
    }

    private static func credentials(_ facts: DoctorFacts) -> Check {
        guard case .failure(let failure) = facts.cluster else {
            return .ok("credentials", "the API key is taken")
        }
        guard failure.status == .refused else {
            return .fail("credentials", "could not be checked: \(failure.message)", "see above")
        }
        return facts.hasKey
            ? .fail("credentials", failure.message, "make a key: tidemarkd admin create-key --name NAME")
            : .fail("credentials", "no API key is set", "set TIDEMARK_API_KEY or pass --api-key-file")
    }

    private static func clock(_ probe: Probe) -> Check {
        guard let node = probe.nodeTime else {
            return .warn("clock", "the node tells no time", "does a proxy remove the Date header?")
        }
        // The header has whole seconds: half of one is the best guess.
        let skew = probe.localTime.seconds(since: node) - 0.5
        guard abs(skew) > mostSkewSeconds else { return .ok("clock", "this machine and the node agree") }
        let span = RelativeTime.span(Int(abs(skew).rounded()))
        return .warn(
            "clock",
            "this machine is \(span) \(skew > 0 ? "ahead of" : "behind") the node",
            "set the clock (NTP): times shown here are wrong by that much; the cluster itself does not mind"
        )
    }

    private static func leader(_ status: ClusterStatus, _ now: Instant) -> Check {
        guard let leader = status.leader else {
            return .fail(
                "leader",
                "no node holds the lease: nothing is decided",
                "look at the nodes' logs: one takes it within seconds when PostgreSQL can be written to"
            )
        }
        let age = now.seconds(since: leader.renewedAt)
        let name = "\(leader.node), term \(leader.term)"
        guard age <= mostLeaseAgeSeconds else {
            return .fail(
                "leader",
                "\(name), did not renew its lease for \(RelativeTime.span(Int(age)))",
                "it is stuck or cut off; another takes over by itself, else look at PostgreSQL"
            )
        }
        return .ok("leader", name)
    }

    private static func scan(_ status: ClusterStatus, _ now: Instant) -> Check {
        let age = now.seconds(since: status.scan.lastCompletedAt)
        let finding =
            "the last scan ended \(RelativeTime.span(max(0, Int(age)))) ago, "
            + "\(status.scan.eventsWaiting) events wait"
        let advice = "look at the leader's log and, in SQL, at the view scan_status"
        if age > deadScanSeconds { return .fail("scan", finding, advice) }
        return age > lateScanSeconds ? .warn("scan", finding, advice) : .ok("scan", finding)
    }

    private static func nodes(_ status: ClusterStatus) -> Check {
        let current = status.nodes.filter { $0.state != "stopped" }
        let gone = current.filter { $0.state == "gone" }.map(\.name)
        let ready = current.filter { $0.state == "ready" }.count
        guard gone.isEmpty else {
            return .warn(
                "nodes",
                "\(ready) ready; not heard of: \(gone.joined(separator: ", "))",
                "start them again, or leave it: the others do their work"
            )
        }
        return .ok("nodes", "\(ready) of \(current.count) ready")
    }

    private static func machines(_ facts: DoctorFacts) -> Check? {
        guard case .success(let page) = facts.unavailable else { return nil }
        guard !page.items.isEmpty else { return .ok("machines", "none is unavailable") }
        let names = page.items.prefix(5).map(\.name).joined(separator: ", ")
        let more = page.items.count > 5 || page.nextCursor != nil ? ", ..." : ""
        let count = page.nextCursor == nil ? "\(page.items.count)" : "more than \(page.items.count)"
        return .warn(
            "machines",
            "\(count) unavailable: \(names)\(more)",
            "tidemark machine list --health Unavailable"
        )
    }
}
