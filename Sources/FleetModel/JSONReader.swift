/// Reads JSON (RFC 8259) into a tree, and says where a text stops being JSON.
///
/// Foundation's decoder does neither well: of a fault it only says that there is one, and a `JSONValue`, which has to try
/// one type after the other, takes it time that grows with depth times size (150 KB at depth 64: 17 s; here 5 ms).
package struct JSONReader {
    /// No message or document comes near; a reader that calls itself must end somewhere.
    package static let deepest = 128

    private let bytes: [UInt8]
    private var position = 0

    /// The first byte that cannot be there; line and column count from 1, the column in bytes.
    package struct Fault: Error, Equatable {
        package let line: Int
        package let column: Int
        /// What is wrong where saying "not JSON" would not help; nil: it is not JSON.
        package let reason: String?
    }

    private struct Stop: Error {
        var reason: String?
    }

    package static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        do throws(Stop) {
            let value = try reader.value(depth: 0)
            guard reader.peek() == nil else { throw Stop() }
            return value
        } catch {
            throw reader.fault(error.reason)
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark is not JSON, and some editors write one.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private func fault(_ reason: String?) -> Fault {
        let before = bytes.prefix(position)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return Fault(line: line, column: position - start + 1, reason: reason)
    }

    /// The next byte that is no white space.
    private mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek(), UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Stop) -> JSONValue {
        guard depth < Self.deepest else { throw Stop(reason: "is nested deeper than \(Self.deepest) levels") }
        switch peek() {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    private mutating func array(_ depth: Int) throws(Stop) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        if take("]") { return .array(elements) }
        repeat { elements.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw Stop() }
        return .array(elements)
    }

    /// Of a name that stands twice the first value counts, as Foundation has it, which reads the same body after us.
    private mutating func object(_ depth: Int) throws(Stop) -> JSONValue {
        position += 1
        var fields: [String: JSONValue] = [:]
        if take("}") { return .object(fields) }
        repeat {
            _ = peek()
            let name = try string()
            guard take(":") else { throw Stop() }
            let value = try value(depth: depth + 1)
            if fields[name] == nil { fields[name] = value }
        } while take(",")
        guard take("}") else { throw Stop() }
        return .object(fields)
    }

    /// A fault inside a string is its beginning: where it should have ended nobody knows.
    private mutating func string() throws(Stop) -> String {
        let start = position
        guard take("\"") else { throw Stop() }
        guard let end = endOfString(), let text = JSONString.read(bytes[position..<end]) else {
            position = start
            throw Stop()
        }
        position = end + 1
        return text
    }

    private func endOfString() -> Int? {
        var index = position
        while index < bytes.count, bytes[index] >= 0x20 {
            if bytes[index] == UInt8(ascii: "\"") { return index }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private mutating func word() throws(Stop) -> JSONValue {
        let start = position
        while position < bytes.count, JSONNumber.isInWord(bytes[position]) { position += 1 }
        let word = bytes[start..<position]
        if word.elementsEqual("null".utf8) { return .null }
        if word.elementsEqual("true".utf8) { return .bool(true) }
        if word.elementsEqual("false".utf8) { return .bool(false) }
        guard let number = JSONNumber.read(word) else {
            position = start
            throw Stop()
        }
        return number
    }
}
