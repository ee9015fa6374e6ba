import FleetModel
import Foundation
import Testing

@testable import AgentKit

@Suite("A masker")
struct MaskerTests {
    /// Letters, digits, what URLs, JSON and shells escape, and two bytes of UTF-8.
    static let password = "p4ss/w+rd \"quoted\" it's \u{e9}<&>\\end"
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
        OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r

        1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
        -----END PRIVATE KEY-----

        """

    private func masked(_ text: String, _ secrets: [String]) -> String {
        Masker(secrets.map { Array($0.utf8) }).masked(text)
    }

    /// Fed `size` bytes at a time.
    private func masked(_ bytes: [UInt8], _ masker: Masker, size: Int) -> [UInt8] {
        var masker = masker
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            output += masker.take(bytes[start..<min(start + size, bytes.count)])
        }
        return output + masker.finish()
    }

    @Test(
        "F5 finds a secret as it is and in every encoding that scripts use",
        arguments: [
            password, Data(password.utf8).base64EncodedString(),
            password.utf8.map { String(format: "%02x", $0) }.joined(),
            password.utf8.map { String(format: "%02X", $0) }.joined(),
            password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "",
            "p4ss/w%2Brd%20%22quoted%22%20it%27s%20%C3%A9%3C%26%3E%5Cend",
            "p4ss%2fw%2brd%20%22quoted%22%20it's%20%c3%a9%3c%26%3e%5cend",
            "p4ss%2Fw%2Brd+%22quoted%22+it%27s+%C3%A9%3C%26%3E%5Cend",
            #"p4ss/w+rd \"quoted\" it's é<&>\\end"#,
            #"p4ss\/w+rd \"quoted\" it's \u00e9<&>\\end"#,
            #"p4ss/w+rd \"quoted\" it's é\u003c\u0026\u003e\\end"#,
            #"p4ss/w+rd "quoted" it'\''s é<&>\end"#,
        ]
    )
    func encodings(form: String) {
        #expect(masked("before \(form) after\n", [Self.password]) == "before [masked] after\n")
        let crossed = form.map { "\($0)\r\n" }.joined()
        #expect(masked("before \(crossed)after", [Self.password]) == "before [masked]\r\nafter")
    }

    @Test("F5 finds a secret in base64 behind any other bytes, also wrapped at 76 columns", arguments: 0..<7)
    func base64(before: Int) {
        let data = Data(repeating: 0x41, count: before) + Data(Self.key.utf8) + Data("BBBB".utf8)
        let wrapped = data.base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        let url = data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        for text in [wrapped, url] {
            let output = masked(text, [Self.key])
            #expect(output.count(where: { $0 == "[" }) == 1, "\(output)")
            // What stands around it, and a character at either end that four bits of it are in.
            let left = output.replacing("[masked]", with: "")
            #expect(left.utf8.count <= (before * 4 + 2) / 3 + 12, "\(output)")
        }
    }

    @Test("F5 finds a secret of several lines as one, each of its lines alone, and as one string of JSON")
    func lines() throws {
        #expect(masked("\(Self.key)end\n", [Self.key]) == "[masked]\nend\n")
        #expect(masked("\(Self.key.replacing("\n", with: "\r\n"))end\n", [Self.key]) == "[masked]\r\nend\n")
        let line = "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G"
        #expect(masked("x\(line)y", [Self.key]) == "x[masked]y")
        let json = String(decoding: try JSONEncoder().encode([Self.key]), as: UTF8.self)
        #expect(masked(json, [Self.key]) == #"["[masked]\n"]"#)
    }

    @Test("F5 masks secrets that overlap as one, and those that only touch as two")
    func overlaps() {
        let secrets = ["first-secret", "secret-second", "second--third", "third-fourth"]
        #expect(masked("a first-secret-second--third-fourth b", secrets) == "a [masked] b")
        #expect(masked("first-secretsecond--third", secrets) == "[masked][masked]")
        #expect(masked("first-secret\nsecond--third\n", secrets) == "[masked]\n[masked]\n")
        let three = ["aaaa1111", "bbbb2222", "aaaa1111bbbb2222cccc"]
        #expect(masked("aaaa1111bbbb2222.", three) == "[masked][masked].")
        // The inner one ends long before it is known that there is an outer one.
        let nested = ["3456789a", "0123456789abcdefghij"]
        #expect(masked("0123456789abcdefghij", nested) == "[masked]")
        #expect(masked("0123456789abcdefghi.", nested) == "012[masked]bcdefghi.")
    }

    @Test("leaves output alone that holds no secret, and holds nothing back of it but what begins like one")
    func untouched() {
        var masker = Masker([Array("hunter2hunter2".utf8)])
        func take(_ text: String) -> String {
            String(decoding: masker.take(Array(text.utf8)[...]), as: UTF8.self)
        }
        #expect(take("it is\nall\n") == "it is\nall\n")
        #expect(take("three hunt") == "three ")
        #expect(take("\n\r\n") == "")
        #expect(take("ing") == "hunt\n\r\ning")
        #expect(take("hunter2hunter") == "")
        #expect(masker.finish() == Array("hunter2hunter".utf8))
        #expect(take("2") == "2")
        // Found whole: at once, for whoever follows the log.
        #expect(take("hunter2hunter2") == "[masked]")
        #expect(masked("nothing", []) == "nothing")
    }

    @Test("passes over line ends up to a bound, and what it holds back is bounded")
    func bounds() {
        let secret = "hunter2hunter2"
        let ends = String(repeating: "\r\n", count: Masker.mostLineEnds / 2)
        #expect(masked("hunter2\(ends)hunter2", [secret]) == "[masked]")
        #expect(masked("hunter2\(ends)\nhunter2", [secret]) == "hunter2\(ends)\nhunter2")
        var masker = Masker([Array(secret.utf8)])
        var came = 0
        var given = 0
        let text = String(repeating: "hunter2hunter\(ends)\n", count: 50)
        for byte in text.utf8 {
            came += 1
            given += masker.take([byte]).count
            #expect(came - given <= masker.mostHeldBytes)
        }
        given += masker.finish().count
        #expect(came == given)
    }

    @Test("takes no value that is too short to be told from ordinary output")
    func short() {
        #expect(!SecretForms.canBeMasked(Array("1234567".utf8)))
        #expect(!SecretForms.canBeMasked(Array("12\r\n\n\n345".utf8)))
        #expect(SecretForms.canBeMasked(Array("12345678".utf8)))
        #expect(masked("12\n", ["1\n2\n\n\n\n\n\n\n"]) == "12\n")
    }

    @Test(
        "F5 gives the same whatever the pieces, which is what a plain search gives",
        arguments: (1...20).map { UInt64($0) }
    )
    func anyPieces(seed: UInt64) {
        var random = Numbers(seed: seed)
        // Few different letters, so that secrets overlap, begin like each other and begin in vain.
        let letters = Array((seed % 2 == 0 ? "ab" : "abcdefghijk+/ \"\\\u{e9}").utf8)
        func some(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in letters.randomElement(using: &random) ?? 0 }
        }
        let secrets = (0...Int.random(in: 0...3, using: &random)).map { _ in
            var secret = some(Int.random(in: 8...24, using: &random))
            if Bool.random(using: &random) { secret.insert(UInt8(ascii: "\n"), at: secret.count / 2) }
            return secret
        }
        let needles = secrets.reduce(into: Set<[UInt8]>()) { $0.formUnion(SecretForms.needles(of: $1)) }
        let forms = needles.sorted { $0.lexicographicallyPrecedes($1) } + secrets
        var text: [UInt8] = []
        while text.count < 3000 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: text += forms.randomElement(using: &random) ?? []
            case 1: text += (forms.randomElement(using: &random) ?? []).flatMap { [$0, 10] }
            case 2: text += (forms.randomElement(using: &random) ?? []).dropLast()
            case 3: text += [UInt8](repeating: 13, count: Int.random(in: 0...10, using: &random)) + [10]
            default: text += some(Int.random(in: 0...40, using: &random))
            }
        }
        let masker = Masker(secrets)
        let expected = PlainMasking.mask(text, needles)
        #expect(!PlainMasking.holds(expected, needles))
        for size in [1, 2, 3, 7, 8, 64, 1000, text.count] {
            let output = masked(text, masker, size: size)
            #expect(output == expected, "in pieces of \(size)")
        }
    }
}

/// Random numbers that a seed repeats (Steele, Lea and Flood, 2014).
private struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The same as `Masker` by plain search over a whole text.
enum PlainMasking {
    static func mask(_ text: [UInt8], _ needles: Set<[UInt8]>) -> [UInt8] {
        // Places of the bytes that are no line ends, in parts that too many line ends keep from each other.
        var parts: [[Int]] = [[]]
        var lineEnds = 0
        for (place, byte) in text.enumerated() {
            if SecretForms.isLineEnd(byte) {
                lineEnds += 1
            } else {
                if lineEnds > Masker.mostLineEnds { parts.append([]) }
                lineEnds = 0
                parts[parts.count - 1].append(place)
            }
        }
        var found: [Range<Int>] = []
        for part in parts {
            for start in part.indices {
                let length = needles.filter { needle in
                    start + needle.count <= part.count
                        && needle.indices.allSatisfy { text[part[start + $0]] == needle[$0] }
                }.map(\.count).max()
                if let length { found.append(part[start]..<part[start + length - 1] + 1) }
            }
        }
        var secrets: [Range<Int>] = []
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = secrets.last, range.lowerBound < last.upperBound {
                secrets[secrets.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                secrets.append(range)
            }
        }
        var output: [UInt8] = []
        var place = 0
        for secret in secrets {
            output += text[place..<secret.lowerBound] + Array(Masker.mark.utf8)
            place = secret.upperBound
        }
        return output + text[place...]
    }

    /// Whether a needle stands between two marks.
    static func holds(_ text: [UInt8], _ needles: Set<[UInt8]>) -> Bool {
        let mark = Array(Masker.mark.utf8)
        var parts: [[UInt8]] = [[]]
        var place = 0
        while place < text.count {
            if text[place...].starts(with: mark) {
                parts.append([])
                place += mark.count
            } else {
                parts[parts.count - 1].append(text[place])
                place += 1
            }
        }
        return parts.contains { mask($0, needles) != $0 }
    }
}
