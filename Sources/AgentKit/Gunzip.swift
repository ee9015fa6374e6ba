internal import CZlib

/// Unpacks a gzip stream piece by piece through zlib.
///
/// One member only: what follows it is refused, since other programs would read something else into it.
struct Gunzip: ~Copyable {
    private static let pieceBytes = 256 * 1024
    /// zlib: 15 bits of window, plus 16 for "gzip only".
    private static let gzipWindow: Int32 = 15 + 16

    /// On the heap: zlib keeps a pointer to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var space = [UInt8](repeating: 0, count: Self.pieceBytes)
    private(set) var isAtEnd = false

    init() throws(UnpackError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.gzipWindow, ZLIB_VERSION, size) == Z_OK else {
            stream.deallocate()
            throw UnpackError("zlib does not start")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Hands the unpacked bytes of `input` to `body`, in pieces.
    mutating func read(_ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void)
        throws
    {
        guard !input.isEmpty else { return }
        guard !isAtEnd else { throw UnpackError("the archive goes on after its end") }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        stream.pointee.avail_in = UInt32(input.count)
        // A full output space may hide more output, even when the input is used up.
        var isFull = true
        while stream.pointee.avail_in > 0 || isFull {
            let (code, count) = inflateOnce()
            isFull = count == space.count
            if count > 0 {
                try space.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
            switch code {
            case Z_OK: continue
            case Z_STREAM_END:
                isAtEnd = true
                guard stream.pointee.avail_in == 0 else {
                    throw UnpackError("the archive goes on after its end")
                }
                return
            case Z_BUF_ERROR where stream.pointee.avail_in == 0: return
            default: throw UnpackError("the archive is damaged, or no gzip (\(message(code)))")
            }
        }
    }

    private mutating func inflateOnce() -> (code: Int32, count: Int) {
        let stream = stream
        return space.withUnsafeMutableBufferPointer { space in
            stream.pointee.next_out = space.baseAddress
            stream.pointee.avail_out = UInt32(space.count)
            let code = inflate(stream, Z_NO_FLUSH)
            return (code, space.count - Int(stream.pointee.avail_out))
        }
    }

    private func message(_ code: Int32) -> String {
        stream.pointee.msg.map { String(cString: $0) } ?? "zlib \(code)"
    }
}
