/// One-dimensional array literals, `{1,NULL,"a \"b\""}`, as array_in and array_out of the server define them.
enum ArrayLiteral {
    /// Every element is quoted, so that no text can be taken for NULL or for punctuation.
    static func write(_ elements: [String?]) -> String {
        var literal: [UInt8] = [UInt8(ascii: "{")]
        for (index, element) in elements.enumerated() {
            if index > 0 { literal.append(UInt8(ascii: ",")) }
            guard let element else {
                literal.append(contentsOf: "NULL".utf8)
                continue
            }
            literal.append(UInt8(ascii: "\""))
            for byte in element.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    literal.append(UInt8(ascii: "\\"))
                }
                literal.append(byte)
            }
            literal.append(UInt8(ascii: "\""))
        }
        literal.append(UInt8(ascii: "}"))
        return String(decoding: literal, as: UTF8.self)
    }

    static func read(_ literal: String) throws(TextNotDecodable) -> [String?] {
        var reader = Reader(bytes: Array(literal.utf8))
        return try reader.elements()
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        mutating func elements() throws(TextNotDecodable) -> [String?] {
            guard take(UInt8(ascii: "{")) else { throw TextNotDecodable() }
            var elements: [String?] = []
            if take(UInt8(ascii: "}")) { return try atEnd(elements) }
            while true {
                elements.append(take(UInt8(ascii: "\"")) ? try quoted() : try bare())
                if take(UInt8(ascii: "}")) { return try atEnd(elements) }
                guard take(UInt8(ascii: ",")) else { throw TextNotDecodable() }
            }
        }

        private func atEnd(_ elements: [String?]) throws(TextNotDecodable) -> [String?] {
            guard position == bytes.count else { throw TextNotDecodable() }
            return elements
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        /// The rest of a quoted element, behind its opening quote.
        private mutating func quoted() throws(TextNotDecodable) -> String {
            var text: [UInt8] = []
            while position < bytes.count {
                if take(UInt8(ascii: "\"")) { return String(decoding: text, as: UTF8.self) }
                _ = take(UInt8(ascii: "\\"))
                guard position < bytes.count else { break }
                text.append(bytes[position])
                position += 1
            }
            throw TextNotDecodable()
        }

        /// An element without quotes; the server writes NULL so, and a text 'NULL' in quotes.
        private mutating func bare() throws(TextNotDecodable) -> String? {
            let start = position
            while position < bytes.count, !#",{}"\"#.utf8.contains(bytes[position]) { position += 1 }
            guard position > start else { throw TextNotDecodable() }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            return text == "NULL" ? nil : text
        }
    }
}
