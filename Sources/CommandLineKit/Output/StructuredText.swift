import Foundation
import Yams

/// Values as JSON and YAML texts for other programs.
enum StructuredText {
    /// One document, keys sorted so that two outputs can be compared; controls beyond ASCII are escaped as well.
    static func json(_ value: some Encodable, pretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return escaped(text)
    }

    static func yaml(_ value: some Encodable) throws -> String {
        let encoder = YAMLEncoder()
        encoder.options.allowUnicode = true
        encoder.options.sortKeys = true
        encoder.options.width = -1
        encoder.options.newLineScalarStyle = .literal
        let text = try encoder.encode(value)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Such characters can only stand inside strings, where `\uXXXX` means the same.
    private static func escaped(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { Inert.isActive($0) && $0 != "\n" }) else { return json }
        var result = ""
        for scalar in json.unicodeScalars {
            if Inert.isActive(scalar) && scalar != "\n" {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
