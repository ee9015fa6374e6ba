/// Text that others wrote (names, logs, messages, facts), made unable to command the terminal.
///
/// C0 and C1 controls, DEL, and the characters that reorder or hide text are shown as escapes such as `\u{1b}`.
enum Inert {
    /// For one cell or one line: newline and tab are escaped too.
    static func line(_ text: String) -> String {
        escaped(text) { _ in false }
    }

    /// For logs: newline and tab keep their effect. A carriage return before a newline is dropped.
    static func log(_ text: String) -> String {
        let unix = text.replacing("\r\n", with: "\n")
        return escaped(unix) { $0 == "\n" || $0 == "\t" }
    }

    /// Whether a scalar could move the cursor, change colours, reorder or hide text.
    static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f: true
        case 0x2028, 0x2029: true
        case 0x061c, 0x200b, 0x200e, 0x200f, 0x202a...0x202e, 0x2060, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }

    private static func escaped(_ text: String, except isKept: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: { isActive($0) && !isKept($0) }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if !isActive(scalar) || isKept(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += escape(scalar)
            }
        }
        return result
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }
}
