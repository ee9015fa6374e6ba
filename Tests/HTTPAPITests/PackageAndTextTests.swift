import Crypto
import FleetModel
import FleetStore
import Foundation
import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct PackageRouteTests {
    private static let project = #"""
        {"documents":[
          {"kind":"Environment","name":"test"},
          {"kind":"Project","name":"shop","process":[{"name":"install","package":{"name":"shop"}}]}]}
        """#

    @Test("A push is 201, the same bytes again 200, other bytes 409, a wrong digest 422")
    func push() async throws {
        try await APIFixture().run { client in
            let path = "/api/v1/packages/shop/1.0"
            #expect(try await client.send(.put, path, bytes: [1, 2, 3]).status == 201)
            #expect(try await client.send(.put, path, bytes: [1, 2, 3]).status == 200)
            #expect(try await client.send(.put, path, bytes: [1, 2]).status == 409)
            let digest = Data(SHA256.hash(data: [9])).base64EncodedString()
            let headers: HTTPFields = [.contentDigest: "sha-256=:\(digest):"]
            let wrong = try await client.send(.put, "/api/v1/packages/shop/2.0", headers: headers, bytes: [1])
            #expect(wrong.status == 422)
            #expect(wrong.faults == ["Content-Digest"])
            let page: APIV1.Page<APIV1.Package> = try await client.get("/api/v1/packages?name=shop").decode()
            #expect(page.items.map(\.version) == ["1.0"])
            #expect(try await client.send(.put, "/api/v1/packages/..%2Fx/1.0", bytes: [1]).status == 422)
        }
    }

    @Test("A release names what its packages are; a package that is not in the store is a fault with a path")
    func release() async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.project)
            let path = "/api/v1/projects/shop/releases"
            let missing = try await client.post(path, #"{"version":"1.0"}"#)
            #expect(missing.status == 422)
            #expect(missing.faults == ["process[0].package"])
            _ = try await client.send(.put, "/api/v1/packages/shop/1.0", bytes: [1, 2, 3])
            let unknown = try await client.post(path, #"{"version":"1.0","packages":{"other":"1"}}"#)
            #expect(unknown.faults == ["packages.other"])
            let release: Release = try await client.post(path, #"{"version":"1.0"}"#).decode()
            guard case .package(let install) = release.process[0].action else {
                Issue.record("no package step")
                return
            }
            #expect(install.version == "1.0")
            #expect(install.sha256 == Hexadecimal.text(SHA256.hash(data: [1, 2, 3] as [UInt8])))
            #expect(install.sizeBytes == 3)
            #expect(try await client.post(path, #"{"version":"1.0"}"#).status == 409)
            #expect(try await client.get(path + "/1.0").status == 200)
        }
    }

    @Test("An agent downloads the package of its run, whole and from where it broke off")
    func download() async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.project)
            let session = try await TestAgent(name: "m1").connect(
                client,
                token: try await client.joinToken("test")
            ).session
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let package: APIV1.Package = try await client.send(
                .put,
                "/api/v1/packages/shop/1.0",
                bytes: bytes
            ).decode()
            _ = try await client.post("/api/v1/projects/shop/releases", #"{"version":"1.0"}"#)
            let deployment = #"{"project":"shop","release":"1.0","environment":"test"}"#
            #expect(try await client.post("/api/v1/deployments", deployment).status == 201)
            let agent = client.with(bearer: session)
            let path = "/agent/v1/packages/\(package.sha256)"
            let whole = try await agent.get(path)
            #expect(whole.status == 200)
            #expect(Array(whole.body.readableBytesView) == bytes)
            #expect(whole.headers[.eTag] == "\"\(package.sha256)\"")
            let rest = try await agent.get(path, headers: [.range: "bytes=262143-"])
            #expect(rest.status == 206)
            #expect(Array(rest.body.readableBytesView) == Array(bytes[262_143...]))
            #expect(rest.headers[.contentRange] == "bytes 262143-299999/300000")
            #expect(try await agent.get(path, headers: [.range: "bytes=300000-"]).status == 416)
            let changed = try await agent.get(path, headers: [.range: "bytes=5-", .ifRange: "\"other\""])
            #expect(changed.status == 200)
        }
    }
}

@Suite struct TextTests {
    @Test(
        "Ranges are read as RFC 9110 has them",
        arguments: [
            ("bytes=0-", ByteRange.part(0..<10)), ("bytes=3-5", .part(3..<6)), ("bytes=3-99", .part(3..<10)),
            ("bytes=-4", .part(6..<10)), ("bytes=-99", .part(0..<10)), ("bytes=10-", .unsatisfiable),
            ("bytes=-0", .unsatisfiable), ("bytes=5-3", .whole), ("bytes=1-2,4-5", .whole),
            ("lines=1-", .whole),
            ("bytes=a-", .whole), ("bytes=-", .whole), ("bytes=--5", .whole),
        ]
    )
    func ranges(_ header: String, _ range: ByteRange) {
        #expect(ByteRange.read(header, size: 10) == range)
    }

    @Test("Metrics are written as Prometheus reads them, buckets cumulative")
    func prometheus() {
        var histogram = MetricsSnapshot.Histogram(bounds: [0.1, 1])
        for value in [0.05, 0.5, 0.7, 5] { histogram.observe(value) }
        let text = PrometheusText.write(
            MetricsSnapshot(families: [
                .init("t_up", help: "a \\ b", .gauge([.init(1, labels: ["state": "a\"b"])])),
                .init("t_seconds", help: "h", .histogram(histogram)),
            ])
        )
        #expect(
            text == """
                # HELP t_up a \\\\ b
                # TYPE t_up gauge
                t_up{state="a\\"b"} 1
                # HELP t_seconds h
                # TYPE t_seconds histogram
                t_seconds_bucket{le="0.1"} 1
                t_seconds_bucket{le="1"} 3
                t_seconds_bucket{le="+Inf"} 4
                t_seconds_sum 6.25
                t_seconds_count 4

                """
        )
    }

    @Test(
        "A piece of log is never cut inside a character",
        arguments: [
            ("abc", 3), ("ab\u{e9}", 4), ("a\u{20ac}", 4), ("\u{1f600}", 4),
        ]
    )
    func pieces(_ text: String, _ length: Int) {
        let bytes = Array(text.utf8)
        #expect(UTF8Pieces.completePrefix(of: bytes).count == length)
        let last = String(text.unicodeScalars.last.map(String.init) ?? "").utf8.count
        for cut in 1..<max(2, last) where last > 1 && bytes.count > last {
            #expect(UTF8Pieces.completePrefix(of: Array(bytes.dropLast(cut))).count == bytes.count - last)
        }
    }

    @Test("Every line of a prefixed log has the prefix, also across pieces")
    func prefixes() {
        var lines = LogLines(prefix: "m s | ")
        let text = ["a\nb", "c\n\nd"].flatMap { lines.add(Array($0.utf8)) } + lines.end()
        #expect(String(decoding: text, as: UTF8.self) == "m s | a\nm s | bc\nm s | \nm s | d\n")
    }
}
