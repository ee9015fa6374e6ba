/// What a text may be: the patterns of the CHECK constraints in `sql/`, with words for people.
package struct TextRule: Sendable {
    /// What the text must be, to follow "it must be".
    package let description: String
    /// What is wrong with a text, nil: nothing.
    private let judge: @Sendable (String) -> String?

    /// Of environments, projects and triggers.
    package static let name = TextRule.identifier(
        "a name of 1 to 63 lower-case letters, digits, '.', '_' and '-' that starts and ends with a letter or digit",
        most: 63,
        inside: { $0.isLowerCase || $0.isDigit || $0.isIn("._-") }
    )
    /// Of roles and steps.
    package static let label = TextRule.identifier(
        "a name of 1 to 63 letters, digits, '.', '_' and '-' that starts and ends with a letter or digit",
        most: 63,
        inside: { $0.isLetter || $0.isDigit || $0.isIn("._-") }
    )
    /// Of packages and machines.
    package static let longLabel = TextRule.identifier(
        "a name of 1 to 128 letters, digits, '.', '_' and '-' that starts and ends with a letter or digit",
        most: 128,
        inside: { $0.isLetter || $0.isDigit || $0.isIn("._-") }
    )
    /// Of releases and packages.
    package static let version = TextRule.identifier(
        "a version of 1 to 64 letters, digits, '.', '_', '+' and '-' that starts and ends with a letter or digit",
        most: 64,
        inside: { $0.isLetter || $0.isDigit || $0.isIn("._+-") }
    )
    package static let sha256 = TextRule("a SHA-256 of 64 digits 0-9 and a-f", bytes: 64...64) {
        $0.utf8.allSatisfy { $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
    }
    package static let webAddress = TextRule("an http:// or https:// address", bytes: 1...2000) { text in
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: text.lowercased().hasPrefix) else { return false }
        let host = text.utf8.dropFirst(scheme.utf8.count).prefix { !$0.isIn("/?#") }
        return !host.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
    /// Of variables. `TIDEMARK_` is kept for what the agent sets itself.
    package static let variable = TextRule(
        "a name of 1 to 128 letters, digits and '_' that starts with no digit and not with TIDEMARK_",
        bytes: 1...128
    ) { text in
        text.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0.isIn("_") }
            && text.utf8.first?.isDigit == false && !text.uppercased().hasPrefix("TIDEMARK_")
    }
    /// The source of a script; something must be in it.
    package static let script = TextRule("a script of at most 100000 bytes", bytes: 1...100_000) {
        !$0.allSatisfy(\.isWhitespace)
    }
    /// Of schedules.
    package static let cron = TextRule(
        "five cron fields in UTC, such as '*/15 * * * *' or '30 3 * * 1-5', that come at some time",
        bytes: 1...100
    ) { CronSchedule($0) != nil }
    package static let variableValue = TextRule("a text of at most 32768 bytes", bytes: 0...32_768) { _ in
        true
    }

    /// Free text.
    package static func any(most characters: Int) -> TextRule {
        TextRule("a text of at most \(characters) characters", bytes: 0...characters * 4) {
            $0.unicodeScalars.count <= characters
        }
    }

    /// One of a few words; a near miss is told which one it probably means.
    package static func oneOf(_ words: [String]) -> TextRule {
        let list = words.joined(separator: ", ")
        return TextRule(description: "one of \(list)") { text in
            guard !words.contains(text) else { return nil }
            let guess = Spelling.closest(to: text, among: words).map { ": did you mean '\($0)'?" } ?? ""
            return "is \(text.quoted), and must be one of \(list)\(guess)"
        }
    }

    private init(
        _ description: String,
        bytes: ClosedRange<Int>,
        isAllowed: @escaping @Sendable (String) -> Bool
    ) {
        self.init(description: description) { text in
            let isGood = bytes.contains(text.utf8.count) && isAllowed(text)
            return isGood ? nil : "is \(text.quoted) (\(text.utf8.count) bytes), and must be \(description)"
        }
    }

    private init(description: String, judge: @escaping @Sendable (String) -> String?) {
        self.description = description
        self.judge = judge
    }

    private static func identifier(
        _ description: String,
        most: Int,
        inside: @escaping @Sendable (UInt8) -> Bool
    ) -> TextRule {
        TextRule(description, bytes: 1...most) { text in
            let ends = [text.utf8.first, text.utf8.last].compactMap { $0 }
            return text.utf8.allSatisfy(inside)
                && ends.allSatisfy { inside($0) && ($0.isLetter || $0.isDigit) }
        }
    }

    /// What is wrong with the text; nil: nothing. No text may hold the character zero: PostgreSQL has none.
    package func fault(of text: String) -> String? {
        if text.utf8.contains(0) { return "holds the character U+0000, which no text may" }
        return judge(text)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isLowerCase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    fileprivate var isLetter: Bool { isLowerCase || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    fileprivate func isIn(_ characters: StaticString) -> Bool {
        characters.withUTF8Buffer { $0.contains(self) }
    }
}
