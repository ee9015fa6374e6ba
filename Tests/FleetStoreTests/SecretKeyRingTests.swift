import FleetModel
import FleetStore
import Foundation
import Testing

@Suite struct SecretKeyRingTests {
    private static func line(_ byte: UInt8, count: Int = 32) -> String {
        Data(repeating: byte, count: count).base64EncodedString()
    }

    private static let place = SecretPlace(project: ID(1), environment: ID(2), name: "DB_PASSWORD")

    @Test(
        "A file of keys may have comments, blank lines and line ends of another system; the first key seals"
    )
    func reads() throws {
        let old = try SecretKeyRing(Self.line(1))
        let both = try SecretKeyRing("# new\r\n\(Self.line(2))\r\n\r\n  # old\n  \(Self.line(1))  \n")
        #expect(both.ids == [try SecretKeyRing(Self.line(2)).ids[0], old.ids[0]])
        #expect(Set(both.ids).count == 2)
        let sealed = try both.seal("hunter2hunter2", at: Self.place)
        #expect(sealed.keyID == both.ids[0])
        let before = try old.seal("hunter2hunter2", at: Self.place)
        #expect(try both.open(before, at: Self.place, which: "it") == "hunter2hunter2")
    }

    @Test(
        "A file that cannot be used is refused with the line, and without what is in it",
        arguments: [
            ("", "holds no key"), ("# nothing\n\n", "holds no key"),
            ("\(line(1))\nsecret!\n", "line 2 is not base64"),
            ("\n\(line(7, count: 16))", "line 2 holds 16 bytes, and a key has 32"),
            (line(7, count: 33), "line 1 holds 33 bytes, and a key has 32"),
            ("\(line(1))\n# again\n\(line(1))", "line 3 is the same key as line 1"),
            ((0..<17).map { line($0) }.joined(separator: "\n"), "line 17 is one key too many"),
        ]
    )
    func refuses(_ text: String, _ reason: String) throws {
        let fault = #expect(throws: SecretKeyFault.self) { try SecretKeyRing(text) }
        let told = try #require(fault?.description)
        #expect(told.contains(reason))
        for line in text.split(separator: "\n") where !line.isEmpty && !line.hasPrefix("#") {
            #expect(!told.contains(line))
        }
    }

    @Test("A new key is a line that a file can have, and no two are the same")
    func made() throws {
        let lines = (0..<8).map { _ in SecretKeyRing.newLine() }
        #expect(try SecretKeyRing(lines.joined(separator: "\n")).ids.count == 8)
    }

    @Test(
        "The same value is sealed to other bytes each time, and nothing of it or of the key is seen in them"
    )
    func sealed() throws {
        let keys = try SecretKeyRing(Self.line(1))
        let one = try keys.seal("hunter2hunter2", at: Self.place)
        let two = try keys.seal("hunter2hunter2", at: Self.place)
        #expect(one.bytes != two.bytes)
        #expect(one.bytes.count == 14 + 28)
        #expect(!String(decoding: one.bytes, as: UTF8.self).contains("hunter2"))
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped] {
            #expect(!text.contains(Self.line(1)))
        }
    }

    @Test(
        "A sealed value is opened at its own place alone",
        arguments: [
            SecretPlace(project: ID(9), environment: ID(2), name: "DB_PASSWORD"),
            SecretPlace(project: ID(1), environment: ID(9), name: "DB_PASSWORD"),
            SecretPlace(project: ID(1), environment: nil, name: "DB_PASSWORD"),
            SecretPlace(project: ID(1), environment: ID(2), name: "API_KEY"),
        ]
    )
    func bound(_ other: SecretPlace) throws {
        let keys = try SecretKeyRing(Self.line(1))
        let sealed = try keys.seal("hunter2hunter2", at: Self.place)
        #expect(try keys.open(sealed, at: Self.place, which: "it") == "hunter2hunter2")
        #expect(throws: SecretsUnavailable.cannotBeOpened("it")) {
            try keys.open(sealed, at: other, which: "it")
        }
    }

    @Test("What was changed, cut or sealed with another key is refused")
    func tampered() throws {
        let keys = try SecretKeyRing(Self.line(1))
        let other = try SecretKeyRing(Self.line(2))
        let sealed = try keys.seal("hunter2hunter2", at: Self.place)
        for index in sealed.bytes.indices {
            var bytes = sealed.bytes
            bytes[index] ^= 1
            #expect(throws: SecretsUnavailable.cannotBeOpened("it")) {
                try keys.open(.init(keyID: sealed.keyID, bytes: bytes), at: Self.place, which: "it")
            }
        }
        for count in [0, 11, 27, 28, sealed.bytes.count - 1] {
            #expect(throws: SecretsUnavailable.cannotBeOpened("it")) {
                let cut = SecretKeyRing.Sealed(
                    keyID: sealed.keyID,
                    bytes: Array(sealed.bytes.prefix(count))
                )
                return try keys.open(cut, at: Self.place, which: "it")
            }
        }
        #expect(throws: SecretsUnavailable.unknownKeys(keys.ids)) {
            try other.open(sealed, at: Self.place, which: "it")
        }
        // Whoever can write rows can name another key, too.
        #expect(throws: SecretsUnavailable.cannotBeOpened("it")) {
            try other.open(
                .init(keyID: other.ids[0], bytes: sealed.bytes),
                at: Self.place,
                which: "it"
            )
        }
    }
}
