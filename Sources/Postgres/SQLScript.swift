/// Looks at the statements of an SQL text without understanding them: enough to see what each one begins
/// with.
enum SQLScript {
    private static let forbidden: Set<String> = ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT"]

    /// The first keyword that would begin or end a transaction, if any. What stands in comments, texts and
    /// dollar quotes does not count, so that DO blocks and function bodies may say BEGIN and END.
    static func transactionControl(in text: String) -> String? {
        var scanner = Scanner(bytes: Array(text.utf8))
        while let words = scanner.nextStatement() {
            guard let first = words.first else { continue }
            if forbidden.contains(first) { return first }
            if first == "PREPARE", words.dropFirst().first == "TRANSACTION" { return "PREPARE TRANSACTION" }
        }
        return nil
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        /// The first words of the next statement in capitals, at most two; nil at the end of the text.
        mutating func nextStatement() -> [String]? {
            guard position < bytes.count else { return nil }
            var words: [String] = []
            while position < bytes.count {
                let byte = bytes[position]
                if byte == UInt8(ascii: ";") {
                    position += 1
                    return words
                }
                if skipComment() || skipDollarQuote() { continue }
                if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                    skipQuote(byte, escapes: isEscapeString)
                } else if Self.isWord(byte) {
                    let word = takeWord()
                    if words.count < 2 { words.append(word.uppercased()) }
                } else {
                    position += 1
                }
            }
            return words
        }

        /// `E'...'`: a backslash takes the next character with it.
        private var isEscapeString: Bool {
            guard position > 0, bytes[position - 1] | 0x20 == UInt8(ascii: "e") else { return false }
            return position == 1 || !Self.isWord(bytes[position - 2])
        }

        private func has(_ text: String, at position: Int) -> Bool {
            bytes[position...].starts(with: text.utf8)
        }

        private mutating func skipComment() -> Bool {
            if has("--", at: position) {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                return true
            }
            guard has("/*", at: position) else { return false }
            var depth = 0
            repeat {
                if has("/*", at: position) {
                    depth += 1
                    position += 2
                } else if has("*/", at: position) {
                    depth -= 1
                    position += 2
                } else {
                    position += 1
                }
            } while depth > 0 && position < bytes.count
            return true
        }

        private mutating func skipQuote(_ quote: UInt8, escapes: Bool) {
            position += 1
            while position < bytes.count, bytes[position] != quote {
                position += escapes && bytes[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            position += 1
        }

        /// `$$ ... $$` or `$tag$ ... $tag$`.
        private mutating func skipDollarQuote() -> Bool {
            guard bytes[position] == UInt8(ascii: "$") else { return false }
            var end = position + 1
            while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
            guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return false }
            let tag = bytes[position...end]
            position = end + 1
            while position < bytes.count, !bytes[position...].starts(with: tag) { position += 1 }
            position += tag.count
            return true
        }

        private mutating func takeWord() -> String {
            let start = position
            while position < bytes.count, Self.isWord(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                true
            default: false
            }
        }
    }
}
