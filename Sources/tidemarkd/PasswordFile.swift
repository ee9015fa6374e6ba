import FleetStore
import Foundation

/// Where a password comes from that must not stand among the arguments, where others on the machine see it.
enum PasswordFile {
    private static let most = 4096

    /// The first line; `-` is standard input.
    static func read(_ path: String) throws -> String {
        let handle =
            try path == "-"
            ? FileHandle.standardInput : FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let bytes = try handle.read(upToCount: most) ?? Data()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw StoreError.invalid(field: "password", "is not UTF-8 text")
        }
        return String(text.prefix { !$0.isNewline })
    }
}
