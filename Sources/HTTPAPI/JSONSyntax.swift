/// Finds where a text stops being JSON. Foundation's decoder on Linux only says that it does.
struct JSONSyntax {
    /// As deep as Foundation's decoder goes.
    private static let deepest = 512

    private let bytes: [UInt8]
    private var position = 0

    private struct Fault: Error {}

    /// Line and column, from 1, of the first byte that cannot be there; nil when the whole is JSON.
    static func firstFault(in bytes: some Sequence<UInt8>) -> (line: Int, column: Int)? {
        var syntax = JSONSyntax(bytes: Array(bytes))
        do {
            try syntax.value(depth: 0)
            guard syntax.peek() == nil else { throw Fault() }
            return nil
        } catch {
            let before = syntax.bytes.prefix(syntax.position)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            return (line, syntax.position - start + 1)
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next byte that is no white space.
    private mutating func peek() -> UInt8? {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek(), UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Fault) {
        guard depth < Self.deepest else { throw Fault() }
        switch peek() {
        case UInt8(ascii: "{"):
            try list("{", "}", depth) { syntax, depth throws(Fault) in
                try syntax.string()
                guard syntax.take(":") else { throw Fault() }
                try syntax.value(depth: depth)
            }
        case UInt8(ascii: "["):
            try list("[", "]", depth) { syntax, depth throws(Fault) in try syntax.value(depth: depth) }
        case UInt8(ascii: "\""): try string()
        default: try word()
        }
    }

    private mutating func list(
        _ open: Unicode.Scalar,
        _ close: Unicode.Scalar,
        _ depth: Int,
        _ element: (inout JSONSyntax, Int) throws(Fault) -> Void
    ) throws(Fault) {
        _ = take(open)
        if take(close) { return }
        repeat { try element(&self, depth + 1) } while take(",")
        guard take(close) else { throw Fault() }
    }

    /// A fault inside a string is its beginning: where it should have ended nobody knows.
    private mutating func string() throws(Fault) {
        guard take("\"") else { throw Fault() }
        let start = position - 1
        while position < bytes.count, bytes[position] >= 0x20 {
            let byte = bytes[position]
            position += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        position = start
        throw Fault()
    }

    /// `true`, `false`, `null` or a number; the decoder judges which numbers there are.
    private mutating func word() throws(Fault) {
        let start = position
        while position < bytes.count, Self.isInWord(bytes[position]) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null"].contains(word) || Double(word) != nil else {
            position = start
            throw Fault()
        }
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
            || (0x61...0x7A).contains(byte)
            || "+-.".utf8.contains(byte)
    }
}
