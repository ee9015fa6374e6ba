/// Cuts a stream of bytes into lines; a line that never ends is cut at a bound.
struct LineReader {
    static let longest = 64 * 1024

    let longest: Int

    init(longest: Int = Self.longest) {
        self.longest = longest
    }

    private var line: [UInt8] = []

    mutating func read(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(take())
            } else {
                line.append(byte)
                if line.count >= longest { lines.append(take()) }
            }
        }
        return lines
    }

    /// What came after the last newline.
    var rest: String? {
        line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private mutating func take() -> String {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        return String(decoding: line, as: UTF8.self)
    }
}
