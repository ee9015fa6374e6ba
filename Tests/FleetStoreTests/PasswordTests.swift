import FleetModel
import Postgres
import TestSupport
import Testing

@testable import FleetStore

@Suite(.migratedSchema)
struct PasswordTests {
    private static let good = "correct horse battery"
    private let hasher = PasswordHasher(cost: .least)

    private func store() async throws -> Store {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        let hash = try await hasher.hash(Self.good)
        try await store.unitOfWork(by: "test") { tx, changes in
            for name in ["Ada", "root"] {
                _ = try PersonCommands.create(
                    name: name,
                    displayName: "",
                    grants: [.everything],
                    in: tx,
                    &changes
                )
                _ = try PersonCommands.setPassword(hash, of: name, in: tx, &changes)
            }
        }
        return store
    }

    private func signIn(_ name: String, _ password: String, _ store: Store) async throws -> SecretToken? {
        switch try await store.signIn(name: name, password: password, remote: "10.0.0.9", hasher) {
        case .opened(let secret): secret
        case .refused: nil
        }
    }

    /// RFC 7914 §12.
    @Test("scrypt gives what its RFC says")
    func vector() throws {
        let hash = try PasswordHash(
            "password",
            salt: Array("NaCl".utf8),
            cost: .init(logarithm: 10, blockSize: 8, parallelism: 16)
        )
        #expect(
            hash.text
                == "scrypt$ln=10,r=8,p=16$4e61436c$fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        )
    }

    @Test("A hash is read back as it was written, matches its password alone, and never twice the same salt")
    func roundTrip() throws {
        let hash = try PasswordHash(Self.good, cost: .least)
        let read = try #require(PasswordHash(text: hash.text))
        #expect(read == hash)
        #expect(try read.matches(Self.good))
        #expect(try !read.matches(Self.good + " "))
        #expect(try !read.matches(""))
        #expect(try PasswordHash(Self.good, cost: .least).text != hash.text)
        #expect("\(hash)" == "scrypt$****")
    }

    @Test(
        "What is no hash is not taken for one",
        arguments: [
            "", "scrypt", "scrypt$ln=4,r=8,p=1$00$00",
            "scrypt$ln=64,r=8,p=1$00$" + String(repeating: "0", count: 64),
            "scrypt$ln=4,r=8$00$" + String(repeating: "0", count: 64),
            "bcrypt$ln=4,r=8,p=1$00$" + String(repeating: "0", count: 64),
            "scrypt$ln=4,r=8,p=1$0g$" + String(repeating: "0", count: 64),
        ]
    )
    func unreadable(_ text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test("Short, plain and telling passwords are refused")
    func rule() {
        #expect(PasswordRule.fault(of: Self.good, name: "ada") == nil)
        for bad in [
            "", "elevenchars", "aaaaaaaaaaaaaaaa", "x-Grace-y-1234", String(repeating: "ab1c", count: 60),
        ] {
            #expect(PasswordRule.fault(of: bad, name: "grace") != nil, "\(bad)")
        }
    }

    @Test("The right password opens a session of the person; a wrong one, or nobody's, none")
    func signingIn() async throws {
        let store = try await store()
        let session = try #require(try await signIn("ADA", Self.good, store))
        let principal = try await store.webSession(session.text)?.principal
        #expect(principal?.actor == "person:Ada")
        #expect(principal?.grants == [.everything])
        #expect(try await signIn("ada", Self.good + "x", store) == nil)
        #expect(try await signIn("nobody", Self.good, store) == nil)
        #expect(try await signIn("ada", "\0", store) == nil)
        let ada = try await store.read { try PersonRows.find("ada", in: $0) }
        #expect(ada?.lastSignInAt != nil)
    }

    @Test("Whoever is disabled cannot sign in, and sessions end at once")
    func disabled() async throws {
        let store = try await store()
        let session = try #require(try await signIn("ada", Self.good, store))
        try await store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.setDisabled(true, "ada", in: tx, &changes)
        }
        #expect(try await store.webSession(session.text) == nil)
        #expect(try await signIn("ada", Self.good, store) == nil)
    }

    @Test("Nobody's password takes as long as somebody's")
    func nobodysTakesTime() async throws {
        let costly = PasswordHasher(cost: .init(logarithm: 13, blockSize: 8, parallelism: 1))
        let start = ContinuousClock.now
        #expect(try await !costly.matches(Self.good, nil))
        // 8 MiB gone through twice: no machine does that in less.
        #expect(ContinuousClock.now - start > .milliseconds(3))
    }

    @Test(
        "Setting a password ends the sessions of the person; changing one's own keeps the one it is done in"
    )
    func changing() async throws {
        let store = try await store()
        let first = try #require(try await signIn("ada", Self.good, store))
        let second = try #require(try await signIn("ada", Self.good, store))
        let session = try #require(try await store.webSession(first.text))
        let new = "another good one"
        #expect(try await !store.changeOwnPassword(in: session, from: "wrong, this one", to: new, hasher))
        #expect(try await store.changeOwnPassword(in: session, from: Self.good, to: new, hasher))
        #expect(try await store.webSession(first.text) != nil)
        #expect(try await store.webSession(second.text) == nil)
        #expect(try await signIn("ada", Self.good, store) == nil)
        let hash = try await hasher.hash("a third good one")
        try await store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.setPassword(hash, of: "ada", in: tx, &changes)
        }
        #expect(try await store.webSession(first.text) == nil)
        #expect(try await signIn("ada", new, store) == nil)
        #expect(try await signIn("ada", "a third good one", store) != nil)
    }

    @Test("However many passwords come at once, few are hashed, and the rest is told to come again")
    func bounded() async throws {
        let hasher = PasswordHasher(cost: .init(logarithm: 12, blockSize: 8, parallelism: 1))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        _ = try await hasher.matches("x", nil)
                        return false
                    } catch {
                        return error is PasswordsBusy
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect((1..<200).contains(refused))
        #expect(try await !hasher.matches("x", nil))
    }
}
