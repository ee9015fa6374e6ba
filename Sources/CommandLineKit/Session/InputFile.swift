import Foundation

/// Reads small local files whole; `-` is standard input.
enum InputFile {
    static func read(_ path: String, most: Int) throws(Failure) -> String {
        let bytes: Data
        do {
            let handle =
                try path == "-"
                ? FileHandle.standardInput : FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            bytes = try handle.readAll(most: most + 1)
        } catch {
            throw Failure(.failed, "\(path): cannot be read: \((error as NSError).localizedDescription)")
        }
        guard bytes.count <= most else {
            throw Failure(.usage, "\(path): is larger than \(ByteCount.describe(Int64(most)))")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.usage, "\(path): is not UTF-8 text")
        }
        return text
    }
}

extension FileHandle {
    /// A pipe gives its bytes in pieces.
    fileprivate func readAll(most: Int) throws -> Data {
        var bytes = Data()
        while bytes.count < most, let piece = try read(upToCount: most - bytes.count), !piece.isEmpty {
            bytes += piece
        }
        return bytes
    }
}
