import Crypto
import Foundation

/// Size and SHA-256 of a file, read in pieces.
struct FileDigest {
    static let pieceBytes = 1024 * 1024

    let size: Int64
    private let bytes: [UInt8]

    init(of path: String) throws(Failure) {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            var hash = SHA256()
            var size: Int64 = 0
            while let piece = try file.read(upToCount: Self.pieceBytes), !piece.isEmpty {
                hash.update(data: piece)
                size += Int64(piece.count)
            }
            try file.close()
            self.size = size
            bytes = Array(hash.finalize())
        } catch {
            throw Failure(.failed, "\(path): cannot be read: \((error as NSError).localizedDescription)")
        }
    }

    var hexadecimal: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The `Content-Digest` field of RFC 9530.
    var header: String {
        "sha-256=:\(Data(bytes).base64EncodedString()):"
    }
}
