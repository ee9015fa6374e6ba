import FleetModel
import Testing

@testable import CommandLineKit

@Suite("The doctor")
struct DoctorTests {
    private func check(_ name: String, _ change: (inout DoctorFacts) -> Void = { _ in }) -> Check? {
        var facts = Samples.doctorFacts
        change(&facts)
        return DoctorReport(facts).checks.first { $0.name == name }
    }

    private func status(_ change: (inout ClusterStatus) -> Void) -> DoctorFacts.Finding<ClusterStatus> {
        var status = Samples.cluster
        change(&status)
        return .success(status)
    }

    @Test("A cluster that is well is well, and every finding otherwise comes with what to do")
    func well() {
        var facts = Samples.doctorFacts
        facts.cluster = status { $0.nodes.removeFirst() }
        facts.unavailable = .success(APIV1.Page(items: [], nextCursor: nil))
        let report = DoctorReport(facts)
        #expect(report.isWell)
        #expect(
            report.checks.map(\.name) == [
                "address", "version", "ready", "credentials", "clock", "leader", "scan", "nodes", "machines",
            ]
        )
        #expect(DoctorReport(Samples.doctorFacts).checks.allSatisfy { $0.result == .ok || $0.advice != nil })
    }

    @Test("A node that does not answer is the only finding")
    func unreachable() {
        var facts = Samples.doctorFacts
        facts.live = .failure(Failure(.unreachable, "cannot reach http://x: connection refused"))
        let report = DoctorReport(facts)
        #expect(report.checks.map(\.result) == [.fail])
        #expect(!report.isWell)
    }

    @Test("An address that is no node is told from one that is silent")
    func notANode() {
        #expect(check("address") { $0.live = .success(Samples.probe(status: 404)) }?.result == .fail)
    }

    @Test("A node that is not ready says why")
    func notReady() {
        let check = check("ready") { facts in
            facts.ready = .success(Samples.probe(status: 503, detail: "no connection to PostgreSQL"))
        }
        #expect(check?.result == .fail)
        #expect(check?.finding == "the node is not ready: no connection to PostgreSQL")
    }

    @Test("A missing key and a refused one are told apart")
    func credentials() {
        let refused = Failure(.refused, "the API key is not known")
        #expect(
            check("credentials") { $0.cluster = .failure(refused) }?.finding == "the API key is not known"
        )
        #expect(
            check("credentials") { facts in
                facts.hasKey = false
                facts.cluster = .failure(refused)
            }?.finding == "no API key is set"
        )
    }

    @Test(
        "A clock that is off is told with its direction",
        arguments: [(0, .ok), (3, .ok), (600, .warn), (-600, .warn)] as [(Int, Check.Result)]
    )
    func clock(skew: Int, result: Check.Result) {
        #expect(check("clock") { $0.live = .success(Samples.probe(skew: skew)) }?.result == result)
    }

    @Test("A wrong clock here does not make the scan look late")
    func scanByClusterClock() {
        #expect(check("scan") { $0.live = .success(Samples.probe(skew: 3600)) }?.result == .ok)
    }

    @Test(
        "A scan that is late warns, and one that stands still fails",
        arguments: [(-3, .ok), (-61, .warn), (-301, .fail)] as [(Int, Check.Result)]
    )
    func scan(age: Int, result: Check.Result) {
        let cluster = status { $0.scan.lastCompletedAt = Samples.at(age) }
        #expect(check("scan") { $0.cluster = cluster }?.result == result)
    }

    @Test("No leader fails, and so does one that stopped renewing")
    func leader() {
        #expect(check("leader")?.result == .ok)
        let none = status { $0.leader = nil }
        #expect(check("leader") { $0.cluster = none }?.result == .fail)
        let stuck = status { $0.leader?.renewedAt = Samples.at(-11) }
        #expect(check("leader") { $0.cluster = stuck }?.result == .fail)
    }

    @Test("Nodes that are gone and machines that are unavailable are named")
    func names() {
        #expect(check("nodes")?.finding == "2 ready; not heard of: node-1")
        #expect(check("machines")?.finding == "1 unavailable: web-9")
    }

    @Test(
        "The date of HTTP is read",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000000Z"),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("yesterday", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
        ] as [(String, String?)]
    )
    func httpDate(text: String, instant: String?) {
        #expect(HTTPDate.instant(text)?.description == instant)
    }

    @Test(
        "The reason is read from whatever form the answer has",
        arguments: [
            (#"{"ready":false,"reason":"the node is draining"}"#, "the node is draining"),
            (#"{"status":503,"detail":"no database"}"#, "no database"),
            ("<html>\n<body>", "<html>"), ("", ""),
        ]
    )
    func reason(body: String, reason: String) {
        #expect(Probe.reason(body) == reason)
    }
}
