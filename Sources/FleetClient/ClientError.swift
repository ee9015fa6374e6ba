/// Why there was no usable answer; an answer that is an error is thrown as `Problem` instead.
package enum ClientError: Error, Equatable, CustomStringConvertible {
    /// Nothing came back: refused, unresolved, timed out, cut off.
    case unreachable(url: String, reason: String)
    /// The given address is no http(s) URL.
    case badURL(String)
    /// An answer came that does not read as what it should be.
    case unreadable(url: String, reason: String)
    /// A local file could not be read for an upload.
    case file(path: String, reason: String)

    package var description: String {
        switch self {
        case .unreachable(let url, let reason): "cannot reach \(url): \(reason)"
        case .badURL(let text): "'\(text)' is not an address such as https://tidemark.example.com"
        case .unreadable(let url, let reason): "the answer of \(url) cannot be read: \(reason)"
        case .file(let path, let reason): "cannot read \(path): \(reason)"
        }
    }
}
