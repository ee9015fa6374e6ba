/// What the value of a secret may be. What it says of one that cannot be used never holds the value.
package enum SecretValueRule {
    /// What is wrong with the value; nil: nothing.
    package static func fault(of value: String) -> String? {
        let bytes = value.utf8.count
        // Line ends are passed over where secrets are looked for.
        let telling = value.utf8.count { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        if telling < Limits.secretBytes.lowerBound {
            return """
                has \(telling) bytes beside line ends, and must have at least \(Limits.secretBytes.lowerBound): to mask a shorter one wherever it \
                stands would destroy the log; what is so short is no secret, or is to be made longer
                """
        }
        if bytes > Limits.secretBytes.upperBound {
            return "has \(bytes) bytes, and must have at most \(Limits.secretBytes.upperBound)"
        }
        if value.utf8.contains(0) { return "holds the character U+0000, which no text may" }
        return nil
    }
}
