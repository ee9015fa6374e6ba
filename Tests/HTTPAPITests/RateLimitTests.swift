import Cluster
import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

struct BucketTests {
    private let start = ContinuousClock.now

    @Test("A bucket gives its burst at once, then as many a second as it fills")
    func fills() {
        var buckets = Buckets(perSecond: 10, burst: 3)
        for _ in 0..<3 { #expect(buckets.take("a", now: start) == nil) }
        #expect(buckets.take("a", now: start) == 1)
        #expect(buckets.take("b", now: start) == nil)
        let later = start + .milliseconds(101)
        #expect(buckets.take("a", now: later) == nil)
        #expect(buckets.take("a", now: later) == 1)
    }

    @Test(
        "However many callers there are, memory stays bounded, and who pressed is not forgotten for idle ones"
    )
    func bounded() {
        var buckets = Buckets(perSecond: 1, burst: 2)
        for _ in 0..<2 { _ = buckets.take("busy", now: start) }
        let later = start + .milliseconds(500)
        for number in 0..<(3 * Buckets.most) { _ = buckets.take("caller \(number)", now: later) }
        #expect(buckets.count <= Buckets.most)
        var idle = Buckets(perSecond: 1000, burst: 2)
        for number in 0..<(Buckets.most - 1) { _ = idle.take("caller \(number)", now: start) }
        for _ in 0..<2 { _ = idle.take("busy", now: later) }
        #expect(idle.take("newcomer", now: later) == nil)
        #expect(idle.count < 10)
        #expect(idle.take("busy", now: later) == 1)
    }

    @Test("No rate, no limit")
    func off() {
        var buckets = Buckets(perSecond: 0, burst: 0)
        for _ in 0..<1000 { #expect(buckets.take("a", now: start) == nil) }
        #expect(buckets.count == 0)
    }
}

@Suite(.migratedSchema)
struct RateLimitTests {
    @Test("Who asks too much is told for how long to wait, and others are not")
    func refused() async throws {
        let fixture = try await APIFixture(
            limits: RateLimits(keyPerSecond: 1, agentPerSecond: 1, addressPerSecond: 1)
        )
        let other = try await fixture.store.createAPIKey(name: "other", by: "test")
        try await fixture.run { client in
            var refused: APIClient.Answer?
            for _ in 0..<10 where refused == nil {
                let answer = try await client.get("/api/v1/environments")
                if answer.status != 200 { refused = answer }
            }
            #expect(refused?.status == 429)
            #expect(refused?.problem == ProblemKind.tooManyRequests.type)
            #expect(refused?.headers[.retryAfter] == "1")
            #expect(try await client.with(bearer: other.text).get("/api/v1/environments").status == 200)
        }
    }

    @Test("Guessing keys is slowed down by address, and costs nobody else anything")
    func guessing() async throws {
        let fixture = try await APIFixture(limits: RateLimits(addressPerSecond: 1))
        try await fixture.run { client in
            var statuses: [Int] = []
            for number in 0..<8 {
                statuses.append(try await client.with(bearer: "tmk_\(number)").get("/api/v1/machines").status)
            }
            #expect(statuses.first == 401)
            #expect(statuses.last == 429)
            #expect(try await client.get("/api/v1/machines").status == 200)
        }
    }

    @Test("What balancers and monitoring ask is never refused")
    func probes() async throws {
        let fixture = try await APIFixture(limits: RateLimits(addressPerSecond: 1))
        try await fixture.run { client in
            for _ in 0..<50 {
                let alive = try await client.with(bearer: nil).get("/livez")
                let figures = try await client.with(bearer: nil).get("/metrics")
                #expect([alive.status, figures.status] == [200, 200])
            }
        }
    }
}
