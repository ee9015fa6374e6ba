import FleetModel
import FleetStore
import FoundationEssentials
import Hummingbird
import NIOCore

/// Reads JSON bodies, and says where they are wrong.
enum JSONBody {
    /// More unknown fields than this are not named one by one.
    private static let mostFaults = 50

    /// An object of the named schema of the OpenAPI document; fields that the schema does not have are
    /// refused, because they are more often misspelt than meant for a later version.
    static func read<Value: Decodable>(
        _ type: Value.Type,
        schema: String,
        from bytes: ByteBuffer
    ) throws -> Value {
        _ = try fields(of: schema, in: bytes)
        return try decode(type, from: bytes)
    }

    /// The same for a body with documents, which are taken from the tree: Foundation's decoder is too slow for them.
    static func read<Value: Codable & HoldsDocuments>(
        _ type: Value.Type,
        schema: String,
        from bytes: ByteBuffer
    ) throws -> Value {
        var fields = try fields(of: schema, in: bytes)
        guard let documents = fields["documents"], documents != .null else {
            throw Problem.badRequest("body.documents", "is missing")
        }
        guard case .array(let values) = documents else {
            throw Problem.badRequest("body.documents", "must be a list")
        }
        fields["documents"] = .array([])
        var body = try decode(type, from: ByteBuffer(string: try JSONText.encode(fields)))
        body.documents = values
        return body
    }

    /// Any object.
    static func object(_ bytes: ByteBuffer) throws -> [String: JSONValue] {
        guard case .object(let fields) = try tree(bytes) else {
            throw Problem.badRequest("body", "must be a JSON object with fields")
        }
        return fields
    }

    private static func fields(of schema: String, in bytes: ByteBuffer) throws -> [String: JSONValue] {
        let fields = try object(bytes)
        let known = Schemas.fields(of: schema)
        let unknown = fields.keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let advice = "is not a field: the fields here are \(known.sorted().joined(separator: ", "))"
            throw Problem.invalid(
                unknown.prefix(Self.mostFaults).map {
                    Problem.Fault(field: $0.isEmpty ? "\"\"" : String($0.prefix(100)), message: advice)
                }
            )
        }
        return fields
    }

    private static func tree(_ bytes: ByteBuffer) throws -> JSONValue {
        guard bytes.readableBytes > 0 else { throw Problem.badRequest("body", "is empty, and must be JSON") }
        do throws(JSONReader.Fault) {
            return try JSONReader.read(Array(bytes.readableBytesView))
        } catch {
            throw problem(of: error)
        }
    }

    private static func problem(of fault: JSONReader.Fault) -> Problem {
        let place = "line \(fault.line), column \(fault.column)"
        return .badRequest("body", fault.reason.map { "\($0) at \(place)" } ?? "is not JSON from \(place) on")
    }

    /// A message of an agent: what a newer agent adds is ignored.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: ByteBuffer) throws -> Value {
        guard bytes.readableBytes > 0 else { throw Problem.badRequest("body", "is empty, and must be JSON") }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
        } catch let error as DecodingError {
            throw problem(of: error, in: bytes)
        }
    }

    private static func problem(of error: DecodingError, in bytes: ByteBuffer) -> Problem {
        switch error {
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            do throws(JSONReader.Fault) {
                _ = try JSONReader.read(Array(bytes.readableBytesView))
                return .badRequest("body", context.debugDescription)
            } catch {
                return problem(of: error)
            }
        case .dataCorrupted(let context):
            return .badRequest(path(context.codingPath), context.debugDescription)
        case .keyNotFound(let key, let context):
            return .badRequest(path(context.codingPath + [key]), "is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return .badRequest(path(context.codingPath), context.debugDescription)
        @unknown default:
            return .badRequest("body", "cannot be read")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce("body") { path, key in
            key.intValue.map { "\(path)[\($0)]" } ?? "\(path).\(key.stringValue)"
        }
    }
}

/// A body that brings documents along.
protocol HoldsDocuments {
    var documents: [JSONValue] { get set }
}

extension APIV1.ApplyRequest: HoldsDocuments {}
extension TriggerPreview.Request: HoldsDocuments {}
