/// Keeps what an agent says of itself within bounds: it is untrusted, and is shown to people.
enum AgentFacts {
    private static let mostFacts = 32
    private static let keyLength = 64
    private static let valueLength = 256

    /// The first facts by name, shortened, without control characters.
    static func bounded(_ facts: [String: String]) -> [String: String] {
        let kept = facts.sorted { $0.key < $1.key }.prefix(mostFacts).map { key, value in
            (printable(key, keyLength), printable(value, valueLength))
        }
        return Dictionary(kept) { first, _ in first }
    }

    private static func printable(_ text: String, _ most: Int) -> String {
        let scalars = text.unicodeScalars.prefix(most).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
