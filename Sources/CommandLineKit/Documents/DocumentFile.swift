import FleetModel
import Yams

/// Reads a YAML file into JSON trees for `apply` and `diff`. Whole numbers stay exact and quoted texts stay texts.
///
/// What the documents mean is for the node to say, so that every client gets the same answer.
enum DocumentFile {
    static let mostBytes = Limits.bodyBytes
    /// Values in one file, aliases counted as often as they are used: a small file cannot grow into a huge request.
    static let mostValues = 50_000
    static let deepest = 32

    /// - Parameter file: its name, for messages; `-` is standard input.
    static func read(_ text: String, file: String) throws(Failure) -> [SourceDocument] {
        guard text.utf8.count <= mostBytes else {
            let size = ByteCount.describe(Int64(text.utf8.count))
            throw Failure(.usage, "\(file): is \(size); a file of documents holds at most 1 MiB: split it")
        }
        var documents: [SourceDocument] = []
        var reader = TreeReader(file: file, budget: mostValues)
        for (index, node) in try roots(of: text, file: file).enumerated() {
            reader.places = [:]
            let value = try reader.value(of: node, path: "", depth: 0)
            if value == .null { continue }
            documents.append(
                SourceDocument(file: file, number: index + 1, value: value, places: reader.places)
            )
        }
        guard !documents.isEmpty else { throw Failure(.usage, "\(file): there is no document in it") }
        return documents
    }

    private static func roots(of text: String, file: String) throws(Failure) -> [Node] {
        do {
            let parser = try Parser(yaml: text)
            var nodes: [Node] = []
            while let node = try parser.nextRoot() { nodes.append(node) }
            return nodes
        } catch {
            throw failure(error, file: file)
        }
    }

    /// File, line, column, and what is wrong, in one line that editors can jump from.
    private static func failure(_ error: any Error, file: String) -> Failure {
        guard let error = error as? YamlError else { return Failure(.usage, "\(file): \(error)") }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let around = context.map { " (\($0.text.trimmed), from line \($0.mark.line))" } ?? ""
            let place = "\(file):\(mark.line):\(mark.column)"
            return Failure(.usage, "\(place): this is not YAML: \(problem)\(around)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
            return Failure(
                .usage,
                "\(file):\(context.mark.line):\(context.mark.column): fields stand twice here: \(names)"
            )
        case .reader(let problem, let offset, _, _):
            let place = offset.map { " at byte \($0)" } ?? ""
            return Failure(.usage, "\(file): this is not readable text: \(problem)\(place)")
        default:
            return Failure(.usage, "\(file): this is not YAML: \(error)")
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\n" }.reversed())
    }
}
