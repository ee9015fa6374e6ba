import CZlib

/// Writes tar archives by hand, hostile ones too: no tool would make them.
struct TarBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func file(_ name: String, _ content: String = "", mode: Int = 0o644) {
        header(name, type: "0", size: content.utf8.count, mode: mode)
        data(Array(content.utf8))
    }

    mutating func folder(_ name: String, mode: Int = 0o755) {
        header(name, type: "5", mode: mode)
    }

    mutating func symbolicLink(_ name: String, to target: String) {
        header(name, type: "2", link: target)
    }

    mutating func hardLink(_ name: String, to target: String) {
        header(name, type: "1", link: target)
    }

    mutating func pax(_ records: [(String, String)], type: Character = "x") {
        let text = records.map(Self.record).joined()
        header("pax", type: type, size: text.utf8.count)
        data(Array(text.utf8))
    }

    mutating func gnuLong(_ type: Character, _ text: String) {
        header("././@LongLink", type: type, size: text.utf8.count + 1, magic: "ustar  \0")
        data(Array(text.utf8) + [0])
    }

    mutating func header(
        _ name: String,
        type: Character,
        size: Int = 0,
        mode: Int = 0o644,
        link: String = "",
        magic: String = "ustar\u{0}00",
        prefix: String = ""
    ) {
        header(
            name: Array(name.utf8),
            type: type,
            size: size,
            mode: mode,
            link: link,
            magic: magic,
            prefix: prefix
        )
    }

    mutating func header(
        name: [UInt8],
        type: Character,
        size: Int = 0,
        mode: Int = 0o644,
        link: String = "",
        magic: String = "ustar\u{0}00",
        prefix: String = ""
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: [UInt8], at offset: Int) {
            for (index, byte) in text.enumerated() { block[offset + index] = byte }
        }
        func octal(_ number: Int, _ width: Int) -> [UInt8] {
            let digits = String(number, radix: 8)
            return Array((String(repeating: "0", count: max(0, width - digits.count)) + digits).utf8)
        }
        put(name, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put([UInt8](repeating: 32, count: 8), at: 148)
        block[156] = type.asciiValue ?? 0
        put(Array(link.utf8), at: 157)
        put(Array(magic.utf8), at: 257)
        put(Array(prefix.utf8), at: 345)
        put(octal(block.reduce(0) { $0 + Int($1) }, 6) + [0], at: 148)
        bytes += block
    }

    mutating func data(_ content: [UInt8]) {
        bytes += content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    mutating func append(_ more: [UInt8]) {
        bytes += more
    }

    /// With the two zero blocks that end an archive.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    var gzipped: [UInt8] { gzip(finished) }

    /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
    private static func record(_ key: String, _ value: String) -> String {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length {
            length = "\(length)".utf8.count + rest.utf8.count
        }
        return "\(length)\(rest)"
    }
}

func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    precondition(deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    let count = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
            return target.count - Int(stream.avail_out)
        }
    }
    return Array(output[..<count])
}
