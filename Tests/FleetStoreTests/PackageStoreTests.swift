import Crypto
import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct PackageStoreTests {
    private func store() throws -> Store {
        Store(database: try TestDatabase.current.database, node: "test-node")
    }

    private func body(_ pieces: [[UInt8]]) -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.finish()
        }
    }

    /// Three quarters of a megabyte and a bit, in pieces that fit no chunk.
    private static let pieces = (0..<60).map { number in [UInt8](repeating: UInt8(number), count: 13_337) }

    @Test("What was pushed in odd pieces is read back from any byte on")
    func roundTrip() async throws {
        let store = try store()
        let whole = Self.pieces.flatMap { $0 }
        let pushed = try await store.pushPackage(
            name: "shop",
            version: "1.0",
            body: body(Self.pieces),
            by: "key:t"
        )
        guard case .created(let package) = pushed else {
            Issue.record("not created: \(pushed)")
            return
        }
        #expect(package.sizeBytes == Int64(whole.count))
        #expect(package.sha256 == Hexadecimal.text(SHA256.hash(data: whole)))
        let stored = try #require(try await store.storedPackage(sha256: package.sha256))
        for start in [
            0, 1, Limits.packageChunkBytes - 1, Limits.packageChunkBytes, whole.count - 1, whole.count,
        ] {
            var bytes: [UInt8] = []
            while true {
                let piece = try await store.packageBytes(stored, from: Int64(start + bytes.count))
                guard !piece.isEmpty else { break }
                bytes += piece
            }
            #expect(bytes == Array(whole[start...]), "from \(start)")
        }
    }

    @Test("The same bytes again are there already, other bytes under the same version are refused")
    func immutable() async throws {
        let store = try store()
        _ = try await store.pushPackage(name: "shop", version: "1.0", body: body([[1]]), by: "key:t")
        let again = try await store.pushPackage(name: "shop", version: "1.0", body: body([[1]]), by: "key:t")
        guard case .alreadyThere = again else {
            Issue.record("not there already: \(again)")
            return
        }
        await #expect(throws: StoreError.self) {
            _ = try await store.pushPackage(name: "shop", version: "1.0", body: body([[2]]), by: "key:t")
        }
        while try await store.read({ try PackageUploadRows.deleteAbandoned(in: $0) }) {}
        let uploads: Int = try await store.database.query("SELECT count(*) AS n FROM package_upload")[0]["n"]
        #expect(uploads == 1)
    }

    @Test("A body with another digest than announced, and an empty one, leave nothing behind")
    func refused() async throws {
        let store = try store()
        let other = Hexadecimal.text(SHA256.hash(data: [9]))
        await #expect(throws: StoreError.self) {
            _ = try await store.pushPackage(
                name: "a",
                version: "1",
                expectedSHA256: other,
                body: body([[1]]),
                by: "key:t"
            )
        }
        await #expect(throws: StoreError.self) {
            _ = try await store.pushPackage(name: "a", version: "1", body: body([]), by: "key:t")
        }
        while try await store.read({ try PackageUploadRows.deleteAbandoned(in: $0) }) {}
        let uploads: Int = try await store.database.query("SELECT count(*) AS n FROM package_upload")[0]["n"]
        #expect(uploads == 0)
    }

    @Test("A push that broke off is not seen, and is swept after an hour with its bytes")
    func abandoned() async throws {
        let store = try store()
        let broken = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield([UInt8](repeating: 1, count: Limits.packageChunkBytes))
            continuation.finish(throwing: CancellationError())
        }
        await #expect(throws: CancellationError.self) {
            _ = try await store.pushPackage(name: "a", version: "1", body: broken, by: "key:t")
        }
        #expect(try await store.read { try PackageRows.list(name: nil, after: 0, limit: 9, in: $0) }.isEmpty)
        #expect(try await store.read { try PackageUploadRows.deleteAbandoned(in: $0) } == false)
        _ = try await store.database.query(
            "UPDATE package_upload SET touched_at = now() - interval '61 minutes'"
        )
        #expect(try await store.read { try PackageUploadRows.deleteAbandoned(in: $0) })
        let chunks: Int = try await store.database.query("SELECT count(*) AS n FROM package_chunk")[0]["n"]
        #expect(chunks == 0)
    }
}
