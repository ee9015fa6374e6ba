import FleetModel

/// One YAML document as JSON, with the place in its file that every value came from: a fault that the node names by
/// path can then be shown by line.
struct SourceDocument: Equatable, Sendable {
    let file: String
    /// Counted from 1, within the file.
    let number: Int
    let value: JSONValue
    /// By path within the document, such as `process[0].timeout`; the document itself is the empty path.
    let places: [String: Place]

    struct Place: Equatable, Sendable {
        /// Both counted from 1.
        var line: Int
        var column: Int
        /// The text of a scalar that without its quotes reads as a number or a truth value.
        var unquoted: String?
    }

    /// `kind` as it is written, for messages.
    var kind: String? {
        guard case .object(let fields) = value, case .string(let kind) = fields["kind"] else { return nil }
        return kind
    }

    /// The place of `path`, or of the nearest value around it: a missing field has no place of its own.
    func place(of path: String) -> Place? {
        if let exact = places[path] { return exact }
        var outer = path[...]
        while let cut = outer.lastIndex(where: { $0 == "." || $0 == "[" }) {
            outer = outer[..<cut]
            if let place = places[String(outer)] {
                return Place(line: place.line, column: place.column)
            }
        }
        return places[""].map { Place(line: $0.line, column: $0.column) }
    }
}
