import Foundation

// embed-text ENUM OUTPUT FILE...
// Writes a Swift file with `enum ENUM { static let files: [(name: String, text: String)] }`; the plugin EmbedText runs it.

/// Why a text cannot be embedded as it is.
struct NotEmbeddable: Error, CustomStringConvertible {
    let description: String
}

/// A raw literal that stands for exactly this text: one `#` more than any run of `#` in it, so nothing in it can end
/// the literal or be an escape.
func literal(_ text: String, file: String) throws -> String {
    if text.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") }) {
        throw NotEmbeddable(description: "\(file): holds a NUL or a carriage return; save it with plain line feeds")
    }
    var longestRun = 0
    var run = 0
    for byte in text.utf8 {
        run = byte == UInt8(ascii: "#") ? run + 1 : 0
        longestRun = max(longestRun, run)
    }
    let hashes = String(repeating: "#", count: longestRun + 1)
    return "\(hashes)\"\"\"\n\(text)\n\"\"\"\(hashes)"
}

/// The Swift file for these arguments: the name of the enum, and the files.
func source(enumName: String, paths: ArraySlice<String>) throws -> String {
    let entries = try paths.map { path in
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return "        (name: \"\(name)\", text: \(try literal(text, file: path))),\n"
    }
    return """
        // Written by embed-text.

        enum \(enumName) {
            static let files: [(name: String, text: String)] = [
        \(entries.joined())    ]
        }

        """
}

do {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else { throw NotEmbeddable(description: "usage: embed-text ENUM OUTPUT FILE...") }
    try source(enumName: arguments[1], paths: arguments[3...])
        .write(toFile: arguments[2], atomically: true, encoding: .utf8)
} catch {
    FileHandle.standardError.write(Data("embed-text: \(error)\n".utf8))
    exit(1)
}
