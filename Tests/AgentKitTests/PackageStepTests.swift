import FleetModel
import Glibc
import Testing

@testable import AgentKit

@Suite("A package step")
struct PackageStepTests {
    private func item(_ release: Int64?, _ incomplete: Int64?) -> [AgentV1.InventoryItem] {
        [
            AgentV1.InventoryItem(
                project: "shop",
                releaseID: release.map { ID($0) },
                incompleteReleaseID: incomplete.map { ID($0) }
            )
        ]
    }

    @Test("installs, switches, checks, and keeps the newest releases")
    func installs() async throws {
        try await AgentHarness.run { harness in
            for release in Int64(1)...4 {
                let install = try harness.publish(
                    archive("release \(release)"),
                    keep: 2,
                    check:
                        "test -f \"$TIDEMARK_CURRENT_DIR/version\" && cat \"$TIDEMARK_RELEASE_DIR/version\""
                )
                let result = try await harness.perform(
                    .package(install, id: release, deployment: release, release: release)
                )
                #expect(result.outcome == .succeeded, "\(result.message)")
                #expect(result.inventory == item(release, nil))
                #expect(harness.node.log(of: release).contains("release \(release)"))
            }
            #expect(try harness.project.currentFolder() == "4")
            #expect(try Disk.names(in: harness.project.releases) == ["3", "4"])
            #expect(try TemporaryFolder.text("\(harness.project.current)/version") == "release 4")
            #expect(try Disk.names(in: "\(harness.directory.cache)/sha256").count == PackageCache.kept)
        }
    }

    @Test("B3: whose check fails switches back, and the machine has what it had")
    func failingCheck() async throws {
        try await AgentHarness.run { harness in
            let good = try harness.publish(archive("good"))
            let bad = try harness.publish(archive("bad"), check: "cat version current/version; exit 9")
            _ = try await harness.perform(.package(good, id: 1, deployment: 1, release: 7))
            let result = try await harness.perform(.package(bad, id: 2, deployment: 2, release: 8))
            #expect(result.outcome == .failed)
            #expect(result.exitCode == 9)
            #expect(result.message == "the check ended with exit code 9; current is releases/7 again")
            #expect(harness.node.log(of: 2).contains("bad"))
            #expect(result.inventory == item(7, nil))
            #expect(try harness.project.currentFolder() == "7")
            #expect(try TemporaryFolder.text("\(harness.project.current)/version") == "good")
        }
    }

    @Test("B3 with steps around it: what a script before it did is not undone, what comes after never ran")
    func failingCheckAmongScripts() async throws {
        try await AgentHarness.run { harness in
            let good = try harness.publish(archive("good"))
            let bad = try harness.publish(archive("bad"), check: "false")
            _ = try await harness.perform(.package(good, id: 1, deployment: 1, release: 7))
            _ = try await harness.perform(.package(bad, id: 2, deployment: 2, release: 8, isLast: false))
            #expect(try Inventory.read(harness.directory) == item(7, nil))
            _ = try await harness.perform(.script("true", id: 3, deployment: 3, release: 8, isLast: false))
            let result = try await harness.perform(
                .package(bad, id: 4, deployment: 3, release: 8, isFirst: false, isLast: false)
            )
            #expect(result.inventory == item(7, 8))
            #expect(try harness.project.currentFolder() == "7")
        }
    }

    @Test("B3 on a machine that had nothing leaves nothing current")
    func failingFirstCheck() async throws {
        try await AgentHarness.run { harness in
            let bad = try harness.publish(archive("bad"), check: "false")
            let result = try await harness.perform(.package(bad))
            #expect(result.inventory == item(nil, nil))
            #expect(try harness.project.currentFolder() == nil)
            #expect(!Disk.exists(harness.project.current))
        }
    }

    @Test("installing the release that is current again gives it a new folder, and a failing check goes back")
    func again() async throws {
        try await AgentHarness.run { harness in
            let install = try harness.publish(archive("same"))
            _ = try await harness.perform(.package(install, id: 1, deployment: 1))
            _ = try await harness.perform(.package(install, id: 2, deployment: 2))
            #expect(try harness.project.currentFolder() == "7.2")
            var failing = install
            failing.check = "false"
            let result = try await harness.perform(.package(failing, id: 3, deployment: 3))
            #expect(result.inventory == item(7, nil))
            #expect(try harness.project.currentFolder() == "7.2")
        }
    }

    @Test("F3: with a hostile archive fails with the reason and leaves nothing")
    func hostile() async throws {
        try await AgentHarness.run { harness in
            var tar = TarBuilder()
            tar.file("harmless", "x")
            tar.file("../../../outside", "x")
            let install = try harness.publish(tar.gzipped)
            let result = try await harness.perform(.package(install))
            #expect(result.outcome == .failed)
            #expect(result.message == "'../../../outside': its path has a '..'")
            #expect(result.inventory == item(nil, nil))
            #expect(try Disk.names(in: harness.project.releases) == [])
            #expect(!Disk.exists(harness.project.current))
        }
    }

    @Test(
        "F4: resumes where a transfer broke off, at any point",
        arguments: [0, 1, 17, 1000, 60_000, 99_998]
    )
    func resumes(cut: Int) async throws {
        try await AgentHarness.run { harness in
            let bytes = noise(100_000)
            let install = try harness.publish(bytes)
            harness.node.change { $0.cuts = [cut, 0, 1] }
            let result = try await harness.perform(.package(install))
            // It is no archive, which is found out only after its digest was right.
            #expect(result.message.contains("no gzip"), "\(result.message)")
            let ranges = harness.node.now.ranges
            #expect(ranges.first == "")
            // A broken connection may lose what was under way, so the resumed offset is at most what was sent.
            let starts = ranges.map { Int($0.dropFirst(6).dropLast()) ?? 0 }
            #expect(starts == starts.sorted(), "\(ranges)")
            #expect((starts.last ?? 0) <= cut + 1, "\(ranges)")
            #expect(cut < 1000 || (starts.last ?? 0) > 0, "\(ranges)")
        }
    }

    @Test("F4: with one bit changed on the way is fetched once more, then refused", arguments: [1, 2])
    func flipped(flips: Int) async throws {
        try await AgentHarness.run { harness in
            let install = try harness.publish(archive("content"))
            harness.node.change { $0.flips = flips }
            let result = try await harness.perform(.package(install))
            #expect(result.outcome == (flips == 1 ? .succeeded : .failed))
            if flips == 2 {
                #expect(result.message.contains("does not have the digest"), "\(result.message)")
                #expect(!Disk.exists(harness.project.current))
            }
            #expect(harness.node.now.ranges == ["", ""])
            #expect(try Disk.names(in: "\(harness.directory.cache)/partial") == [])
        }
    }

    @Test("F4: changed in the cache after its download is not used")
    func changedInCache() async throws {
        try await AgentHarness.run { harness in
            let install = try harness.publish(archive("content"))
            _ = try await harness.perform(.package(install, id: 1, deployment: 1))
            let cached = PackageCache(path: harness.directory.cache).whole(try #require(install.sha256))
            var bytes = try #require(try Disk.read(cached))
            bytes[20] ^= 1
            try Disk.replace(cached, with: bytes)
            let result = try await harness.perform(.package(install, id: 2, deployment: 2))
            #expect(result.outcome == .succeeded)
            #expect(harness.node.now.ranges.count == 2)
        }
    }

    @Test("larger than it was said to be is cut off, not stored")
    func endless() async throws {
        try await AgentHarness.run { harness in
            var install = try harness.publish(noise(300_000))
            install.sizeBytes = 1000
            let result = try await harness.perform(.package(install))
            #expect(result.message.contains("over the 1000 that are allowed"), "\(result.message)")
        }
    }

    @Test("comes from an http address too, resumed under its tag, without the session's token")
    func fromAddress() async throws {
        try await AgentHarness.run { harness in
            var install = try harness.publish(archive("from the web"))
            install.url = "\(harness.url)/files/\(try #require(install.sha256))"
            harness.node.change { $0.cuts = [30] }
            let result = try await harness.perform(.package(install))
            #expect(result.outcome == .succeeded, "\(result.message)")
            #expect(harness.node.now.ranges == ["", "bytes=30-"])
        }
    }

    @Test("without a digest, or with a project that is a path, is refused")
    func invalid() async throws {
        try await AgentHarness.run { harness in
            let result = try await harness.perform(.package(PackageInstall(name: "shop")))
            #expect(result.message.contains("has no SHA-256 digest"), "\(result.message)")
            for name in ["..", "a/b", "", ".hidden", "a\u{0}"] {
                #expect(throws: AgentError.self) { try harness.directory.project(name) }
            }
        }
    }

    /// The same bytes each time, and nothing that compresses.
    private func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 42
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }
}
