import FleetModel

/// Shows the node's faults at the lines of the files they came from.
struct FaultReport {
    let documents: [SourceDocument]

    /// One line for each fault, and one for the quotes that would help.
    func lines(_ faults: [Problem.Fault]) -> [String] {
        faults.flatMap(lines)
    }

    private func lines(_ fault: Problem.Fault) -> [String] {
        guard let (index, path) = Self.split(fault.field), documents.indices.contains(index) else {
            return ["\(fault.field): \(fault.message)"]
        }
        let document = documents[index]
        let place = document.place(of: path)
        let position = place.map { ":\($0.line):\($0.column)" } ?? ""
        let kind = document.kind.map { " (\($0))" } ?? ""
        let subject = path.isEmpty ? "" : path + " "
        let head = "\(document.file)\(position): document \(document.number)\(kind): "
        guard let unquoted = place?.unquoted else { return [head + subject + fault.message] }
        return [
            head + subject + fault.message,
            "  it is written without quotes; if a text is meant, write \"\(unquoted)\"",
        ]
    }

    /// `documents[2].process[0].timeout` is document 2 and `process[0].timeout`.
    static func split(_ field: String) -> (index: Int, path: String)? {
        let prefix = "documents["
        guard field.hasPrefix(prefix), let close = field.firstIndex(of: "]"),
            let index = Int(field.dropFirst(prefix.count).prefix(upTo: close))
        else { return nil }
        let rest = field[field.index(after: close)...]
        return (index, String(rest.hasPrefix(".") ? rest.dropFirst() : rest))
    }
}
