/// The text form of `bytea` in the session's `bytea_output = hex`: `\x` and two digits a byte.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func write(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 + 2 * bytes.count) { buffer in
            buffer[0] = UInt8(ascii: "\\")
            buffer[1] = UInt8(ascii: "x")
            for (index, byte) in bytes.enumerated() {
                buffer[2 + 2 * index] = digits[Int(byte >> 4)]
                buffer[3 + 2 * index] = digits[Int(byte & 15)]
            }
            return 2 + 2 * bytes.count
        }
    }

    static func read(_ text: String) throws(TextNotDecodable) -> [UInt8] {
        let text = Array(text.utf8)
        guard text.starts(with: "\\x".utf8), text.count.isMultiple(of: 2) else { throw TextNotDecodable() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            bytes.append(try nibble(text[index]) << 4 | nibble(text[index + 1]))
        }
        return bytes
    }

    private static func nibble(_ digit: UInt8) throws(TextNotDecodable) -> UInt8 {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: throw TextNotDecodable()
        }
    }
}
