/// Builds paths and queries so that no name, whatever it holds, can change the address.
package enum APIPath {
    /// `/api/v1` and the given components, each percent-encoded: `APIPath.of("projects", name)`.
    package static func of(_ components: String...) -> String {
        "/api/v1" + components.map { "/" + encode($0) }.joined()
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    package static func encode(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }

    /// `?a=b&c=d`, ordered by name, or nothing.
    package static func query(_ items: [String: String]) -> String {
        guard !items.isEmpty else { return "" }
        return "?"
            + items.sorted { $0.key < $1.key }
            .map { "\(encode($0.key))=\(encode($0.value))" }
            .joined(separator: "&")
    }
}
