import FleetModel
import Yams

/// Turns the nodes of one file into JSON, noting where each value stands, within bounds of depth and number.
struct TreeReader {
    /// What a scalar without an explicit tag may resolve to.
    private static let resolved: Set<String> = Set(
        ["str", "bool", "float", "null", "int", "timestamp", "merge", "value"].map {
            "tag:yaml.org,2002:" + $0
        }
    )

    let file: String
    /// How many more values the file may have.
    var budget: Int
    var places: [String: SourceDocument.Place] = [:]

    init(file: String, budget: Int) {
        self.file = file
        self.budget = budget
    }

    mutating func value(of node: Node, path: String, depth: Int) throws(Failure) -> JSONValue {
        budget -= 1
        guard budget >= 0 else {
            let most = DocumentFile.mostValues
            throw Failure(.usage, "\(file): has more than \(most) values, aliases expanded")
        }
        guard depth <= DocumentFile.deepest else {
            throw fault(node, "is nested deeper than \(DocumentFile.deepest) levels")
        }
        note(node, path)
        switch node {
        case .scalar(let scalar): return try self.scalar(scalar, node, path)
        case .sequence(let sequence):
            var items: [JSONValue] = []
            for (index, item) in sequence.enumerated() {
                items.append(try value(of: item, path: "\(path)[\(index)]", depth: depth + 1))
            }
            return .array(items)
        case .mapping(let mapping):
            var fields: [String: JSONValue] = [:]
            for (key, item) in mapping {
                let name = try name(key)
                let inner = path.isEmpty ? name : "\(path).\(name)"
                fields[name] = try value(of: item, path: inner, depth: depth + 1)
            }
            return .object(fields)
        case .alias: throw fault(node, "is an alias without an anchor")
        }
    }

    private mutating func scalar(
        _ scalar: Node.Scalar,
        _ node: Node,
        _ path: String
    ) throws(Failure) -> JSONValue {
        // Yams resolves plain scalars by YAML 1.1, whose booleans and numbers are not ours: its verdict only
        // serves to see explicit tags.
        let tag = node.tag.rawValue
        if tag == "tag:yaml.org,2002:str" && scalar.style != .plain { return .string(scalar.string) }
        guard Self.resolved.contains(tag) else {
            throw fault(node, "has the tag \(tag), which no document needs: leave it out")
        }
        guard scalar.style == .plain else { return .string(scalar.string) }
        guard let value = PlainScalar.value(of: scalar.string) else {
            throw fault(node, "'\(scalar.string)' is too large for a number; in quotes it is a text")
        }
        switch value {
        case .int, .double, .bool:
            // Only an explicit `!!str` makes Yams call such a scalar a text.
            if tag == "tag:yaml.org,2002:str" { return .string(scalar.string) }
            places[path]?.unquoted = scalar.string
        default: break
        }
        return value
    }

    private func name(_ key: Node) throws(Failure) -> String {
        guard case .scalar(let scalar) = key else { throw fault(key, "is no name of a field") }
        guard scalar.string != "<<" || scalar.style != .plain else {
            throw fault(key, "merges another value in, which documents do not do: write the fields out")
        }
        return scalar.string
    }

    private mutating func note(_ node: Node, _ path: String) {
        guard let mark = node.mark else { return }
        places[path] = SourceDocument.Place(line: mark.line, column: mark.column)
    }

    private func fault(_ node: Node, _ message: String) -> Failure {
        let place = node.mark.map { ":\($0.line):\($0.column)" } ?? ""
        return Failure(.usage, "\(file)\(place): \(message)")
    }
}
