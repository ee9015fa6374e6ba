/// One 512-byte header block: POSIX ustar, or GNU's variant of it.
struct TarHeader {
    static let size = 512

    let name: [UInt8]
    let mode: UInt32
    let sizeBytes: Int64
    let type: UInt8
    let linkName: [UInt8]

    /// - Throws: when the block is no header; nothing is guessed.
    init(_ block: ArraySlice<UInt8>) throws(UnpackError) {
        let bytes = Array(block)
        guard bytes.count == Self.size else { throw UnpackError("a tar header is cut off") }
        let magic = Array(bytes[257..<263])
        guard magic == Array("ustar\0".utf8) || magic == Array("ustar ".utf8) else {
            throw UnpackError("the archive is no tar archive of the ustar, pax or GNU kind")
        }
        let sum = bytes.enumerated().reduce(Int64(0)) { sum, item in
            sum + Int64((148..<156).contains(item.offset) ? UInt8(ascii: " ") : item.element)
        }
        guard try Self.number(bytes[148..<156]) == sum else { throw UnpackError("a tar header is damaged") }
        var name = Self.text(bytes[0..<100])
        let prefix = Self.text(bytes[345..<500])
        // GNU's variant uses the prefix's place for other things.
        if magic.last == 0, !prefix.isEmpty { name = prefix + [UInt8(ascii: "/")] + name }
        self.name = name
        let mode = try Self.number(bytes[100..<108])
        guard let mode = UInt32(exactly: mode) else { throw UnpackError(name, "mode \(mode) is none") }
        self.mode = mode
        sizeBytes = try Self.number(bytes[124..<136])
        type = bytes[156]
        linkName = Self.text(bytes[157..<257])
    }

    static func isZero(_ block: ArraySlice<UInt8>) -> Bool {
        block.allSatisfy { $0 == 0 }
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] {
        Array(field.prefix { $0 != 0 })
    }

    /// Octal digits, or GNU's base 256 when the first bit is set.
    private static func number(_ field: ArraySlice<UInt8>) throws(UnpackError) -> Int64 {
        guard let first = field.first else { return 0 }
        if first & 0x80 != 0 {
            guard first == 0x80 else {
                throw UnpackError("a number in a tar header is negative or too large")
            }
            let digits = field.dropFirst()
            guard digits.dropLast(7).allSatisfy({ $0 == 0 }) else {
                throw UnpackError("a number in a tar header is too large")
            }
            return digits.suffix(7).reduce(0) { $0 << 8 | Int64($1) }
        }
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else {
                throw UnpackError("a number in a tar header is not octal")
            }
            value = value << 3 | Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
