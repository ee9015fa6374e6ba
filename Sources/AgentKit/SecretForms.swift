/// How a secret may look in a script's output: as it is, line by line, and in the encodings that scripts and programs use.
///
/// Line ends are no part of a needle: `Masker` passes over them in the output, so that a form is found however it is broken
/// into lines.
enum SecretForms {
    /// What is shorter, beside its line ends, is in ordinary output by chance: to mask it would destroy logs.
    static let leastBytes = 8

    /// Whether a value is long enough to be found, and not found where it is not.
    static func canBeMasked(_ value: [UInt8]) -> Bool {
        withoutLineEnds(value).count >= leastBytes
    }

    /// Every form of `value`, each of at least `leastBytes`.
    static func needles(of value: [UInt8]) -> Set<[UInt8]> {
        guard canBeMasked(value) else { return [] }
        // `$(cat file)` takes line ends away and an unquoted variable blanks: the core is in every form of the whole.
        let core = trimmed(value)
        var forms: [[UInt8]] = [core]
        forms += value.split(whereSeparator: isLineEnd).map { trimmed(Array($0)) }
        for alignment in 0..<3 {
            forms.append(base64(core, alignment: alignment, alphabet: base64Alphabet))
            forms.append(base64(core, alignment: alignment, alphabet: base64URLAlphabet))
        }
        forms += [lowerDigits, upperDigits].map { digits in core.flatMap { hexadecimal($0, digits) } }
        for kept in keptInURLs {
            for digits in [lowerDigits, upperDigits] {
                forms.append(percentEncoded(core, keeping: kept, digits: digits))
                forms.append(percentEncoded(core, keeping: kept, digits: digits, blankAsPlus: true))
            }
        }
        let text = String(decoding: core, as: UTF8.self)
        for escapesSlash in [false, true] {
            forms.append(jsonEscaped(text, escapesSlash: escapesSlash) { $0.value < 0x20 })
            forms.append(jsonEscaped(text, escapesSlash: escapesSlash) { !(0x20..<0x7f).contains($0.value) })
        }
        // Go and others make JSON that may stand in HTML.
        forms.append(
            jsonEscaped(text, escapesSlash: false) { scalar in
                scalar.value < 0x20 || "<>&\u{2028}\u{2029}".unicodeScalars.contains(scalar)
            }
        )
        // As `set -x` of bash and of dash shows a value with a quote.
        forms += [#"'\''"#, #"'"'"'"#].map { quote in
            core.flatMap { $0 == UInt8(ascii: "'") ? Array(quote.utf8) : [$0] }
        }
        return Set(forms.map(withoutLineEnds)).filter { $0.count >= leastBytes }
    }

    static func isLineEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private static func withoutLineEnds(_ bytes: [UInt8]) -> [UInt8] {
        bytes.filter { !isLineEnd($0) }
    }

    /// Without line ends and blanks at both ends, unless too little is left.
    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isOuter = { (byte: UInt8) in
            isLineEnd(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
        }
        guard let first = bytes.firstIndex(where: { !isOuter($0) }),
            let last = bytes.lastIndex(where: { !isOuter($0) })
        else { return bytes }
        let core = Array(bytes[first...last])
        return canBeMasked(core) ? core : bytes
    }

    private static let base64Alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )
    private static let base64URLAlphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    /// The characters that are the same whatever stands before and behind `bytes` in what was encoded.
    ///
    /// - Parameter alignment: how many bytes stand before them, modulo 3. What is left over at either end is part of a
    ///   character, four bits at most.
    static func base64(_ bytes: [UInt8], alignment: Int, alphabet: [UInt8]) -> [UInt8] {
        let firstBit = 8 * alignment
        let characters = (firstBit + 5) / 6..<(firstBit + 8 * bytes.count) / 6
        return characters.map { character in
            let bit = 6 * character - firstBit
            let high = UInt16(bytes[bit / 8]) << 8
            let low = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
            return alphabet[Int((high | low) >> UInt16(10 - bit % 8)) & 63]
        }
    }

    private static let lowerDigits = Array("0123456789abcdef".utf8)
    private static let upperDigits = Array("0123456789ABCDEF".utf8)

    private static func hexadecimal(_ byte: UInt8, _ digits: [UInt8]) -> [UInt8] {
        [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// Beside letters and digits: RFC 3986's unreserved; Python's `quote`; JavaScript's `encodeURIComponent`; forms; and what
    /// may stand in a whole address.
    private static let keptInURLs = ["-._~", "-._~/", "-._~!*'()", "-._*", "-._~!*'();/?:@&=+$,#"].map {
        Set($0.utf8)
    }

    private static func percentEncoded(
        _ bytes: [UInt8],
        keeping kept: Set<UInt8>,
        digits: [UInt8],
        blankAsPlus: Bool = false
    ) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            if blankAsPlus, byte == UInt8(ascii: " ") { return [UInt8(ascii: "+")] }
            if isAlphanumeric(byte) || kept.contains(byte) { return [byte] }
            return [UInt8(ascii: "%")] + hexadecimal(byte, digits)
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// The inside of a JSON string.
    private static func jsonEscaped(
        _ text: String,
        escapesSlash: Bool,
        escapes: (Unicode.Scalar) -> Bool
    ) -> [UInt8] {
        var escaped: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += [UInt8(ascii: "\\"), UInt8(scalar.value)]
            case "/" where escapesSlash: escaped += Array(#"\/"#.utf8)
            case "\n": escaped += Array(#"\n"#.utf8)
            case "\r": escaped += Array(#"\r"#.utf8)
            case "\t": escaped += Array(#"\t"#.utf8)
            case "\u{8}": escaped += Array(#"\b"#.utf8)
            case "\u{c}": escaped += Array(#"\f"#.utf8)
            case _ where escapes(scalar):
                for unit in String(scalar).utf16 {
                    escaped += Array(#"\u"#.utf8)
                    escaped += [UInt8(unit >> 8), UInt8(unit & 0xff)].flatMap { hexadecimal($0, lowerDigits) }
                }
            default: escaped += Array(String(scalar).utf8)
            }
        }
        return escaped
    }
}
