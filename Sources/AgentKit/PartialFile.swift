internal import Crypto
internal import Glibc
internal import NIOCore

/// A download under way: what came so far, hashed as it comes.
struct PartialFile {
    var hash: SHA256
    var bytes: Int64
    let ceiling: Int64

    /// The server gave the whole file instead of the rest.
    mutating func restart() {
        hash = SHA256()
        bytes = 0
    }

    mutating func took(_ piece: ByteBuffer) {
        piece.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        bytes += Int64(piece.readableBytes)
    }

    /// Blocking.
    static func append(_ piece: ByteBuffer, to number: Int32, path: String) throws {
        try piece.withUnsafeReadableBytes { raw in
            var rest = raw
            while !rest.isEmpty {
                let count = retrying { write(number, rest.baseAddress, rest.count) }
                guard count >= 0 else { throw SystemError("write", path) }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }
}
