/// Reads a tar archive from pieces of any size; a value, it knows no files.
///
/// Kinds: ustar, pax (`path`, `linkpath`, `size`) and GNU long names. All that cannot belong to a package is
/// refused: devices, fifos, sparse files, unknown types, and anything but zeros after the end.
struct TarReader {
    enum Event {
        case entry(TarEntry)
        /// Content of the file that the last entry began.
        case content(UnsafeRawBufferPointer)
        /// The file is complete.
        case contentEnd
    }

    private enum Expecting: Equatable {
        case header
        case content(Int64, padding: Int)
        case metadata(UInt8, Int64, padding: Int)
        case padding(Int)
        /// One zero block was seen: zeros from here on.
        case end
    }

    private let limits: UnpackLimits
    private var expecting = Expecting.header
    private var held: [UInt8] = []
    private var pax = PaxRecords()
    private var longName: [UInt8]?
    private var longLink: [UInt8]?

    init(limits: UnpackLimits) {
        self.limits = limits
    }

    mutating func read(_ input: UnsafeRawBufferPointer, _ body: (Event) throws -> Void) throws {
        var rest = input
        while !rest.isEmpty {
            let used: Int
            switch expecting {
            case .header: used = try takeHeader(rest, body)
            case .content(let left, let padding):
                used = Int(min(left, Int64(rest.count)))
                try body(.content(UnsafeRawBufferPointer(rebasing: rest[..<used])))
                let remaining = left - Int64(used)
                expecting = remaining > 0 ? .content(remaining, padding: padding) : .padding(padding)
                if remaining == 0 { try body(.contentEnd) }
            case .metadata(let type, let left, let padding):
                used = Int(min(left, Int64(rest.count)))
                held.append(contentsOf: rest[..<used])
                let remaining = left - Int64(used)
                expecting = remaining > 0 ? .metadata(type, remaining, padding: padding) : .padding(padding)
                if remaining == 0 { try takeMetadata(type) }
            case .padding(let left):
                used = min(left, rest.count)
                expecting = left > used ? .padding(left - used) : .header
            case .end:
                used = rest.count
                guard rest.allSatisfy({ $0 == 0 }) else {
                    throw UnpackError("there is data after the archive's end")
                }
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(used))
        }
        if expecting == .padding(0) { expecting = .header }
    }

    /// - Throws: when the archive stops before its end.
    func finish() throws(UnpackError) {
        guard expecting == .end else { throw UnpackError("the archive is cut off") }
    }

    private mutating func takeHeader(_ rest: UnsafeRawBufferPointer, _ body: (Event) throws -> Void) throws
        -> Int
    {
        let used = min(TarHeader.size - held.count, rest.count)
        held.append(contentsOf: rest[..<used])
        guard held.count == TarHeader.size else { return used }
        defer { held.removeAll(keepingCapacity: true) }
        guard !TarHeader.isZero(held[...]) else {
            guard pax == PaxRecords(), longName == nil, longLink == nil else {
                throw UnpackError("the archive is cut off")
            }
            expecting = .end
            return used
        }
        let header = try TarHeader(held[...])
        switch header.type {
        case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
            guard header.sizeBytes <= limits.metadataBytes else {
                throw UnpackError(header.name, "its extended header has \(header.sizeBytes) bytes")
            }
            let padding = Self.padding(header.sizeBytes)
            expecting =
                header.sizeBytes > 0 ? .metadata(header.type, header.sizeBytes, padding: padding) : .header
        default: try begin(header, body)
        }
        return used
    }

    private mutating func takeMetadata(_ type: UInt8) throws {
        let bytes = held
        held.removeAll(keepingCapacity: true)
        switch type {
        case UInt8(ascii: "x"): pax = try PaxRecords(bytes)
        case UInt8(ascii: "L"): longName = bytes.last == 0 ? Array(bytes.dropLast()) : bytes
        case UInt8(ascii: "K"): longLink = bytes.last == 0 ? Array(bytes.dropLast()) : bytes
        default:
            // A global header, such as git's comment; names and sizes for all entries make no sense.
            guard try PaxRecords(bytes) == PaxRecords() else {
                throw UnpackError("a global pax header sets a path or a size")
            }
        }
    }

    private mutating func begin(_ header: TarHeader, _ body: (Event) throws -> Void) throws {
        let name = pax.path ?? longName ?? header.name
        let link = pax.linkPath ?? longLink ?? header.linkName
        let size = pax.sizeBytes ?? header.sizeBytes
        (pax, longName, longLink) = (PaxRecords(), nil, nil)
        let kind: TarEntry.Kind
        switch header.type {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"):
            kind = name.last == UInt8(ascii: "/") ? .folder : .file
        case UInt8(ascii: "5"): kind = .folder
        case UInt8(ascii: "2"): kind = .symbolicLink(to: link)
        case UInt8(ascii: "1"): kind = .hardLink(to: link)
        case UInt8(ascii: "3"), UInt8(ascii: "4"): throw UnpackError(name, "it is a device")
        case UInt8(ascii: "6"): throw UnpackError(name, "it is a fifo")
        case UInt8(ascii: "S"):
            throw UnpackError(name, "sparse files are not supported: pack without --sparse")
        default: throw UnpackError(name, "its type \(header.type) is not supported")
        }
        guard kind == .file || size == 0 else { throw UnpackError(name, "it has content and is no file") }
        try body(.entry(TarEntry(name: name, kind: kind, mode: header.mode, sizeBytes: size)))
        expecting = size > 0 ? .content(size, padding: Self.padding(size)) : .header
        if kind == .file, size == 0 { try body(.contentEnd) }
    }

    /// Zeros up to the next block.
    private static func padding(_ size: Int64) -> Int {
        Int((512 - size % 512) % 512)
    }
}
