import Foundation

// embed-text ENUM OUTPUT FOLDER SUFFIX Writes a Swift file with `enum ENUM { static let files: [(name: String,
// text: String)] }`; the plugin EmbedText runs it.

/// Why a text cannot be embedded as it is.
struct NotEmbeddable: Error, CustomStringConvertible {
    let description: String
}

/// A raw literal that stands for exactly this text: one `#` more than any run of `#` in it, so nothing in it
/// can end the literal or be an escape.
func literal(_ text: String, file: String) throws -> String {
    if text.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") }) {
        throw NotEmbeddable(
            description: "\(file): holds a NUL or a carriage return; save it with plain line feeds"
        )
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

/// The Swift file for these arguments: the name of the enum, and the files of a folder, by name.
func source(enumName: String, folder: String, suffix: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }
    let entries = try names.sorted().map { name in
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        return "        (name: \"\(name)\", text: \(try literal(text, file: name))),\n"
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
    guard arguments.count == 5 else {
        throw NotEmbeddable(description: "usage: embed-text ENUM OUTPUT FOLDER SUFFIX")
    }
    try source(enumName: arguments[1], folder: arguments[3], suffix: arguments[4])
        .write(toFile: arguments[2], atomically: true, encoding: .utf8)
} catch {
    FileHandle.standardError.write(Data("embed-text: \(error)\n".utf8))
    exit(1)
}
