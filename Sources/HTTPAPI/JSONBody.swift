import FleetModel
import FleetStore
import FoundationEssentials
import Hummingbird
import NIOCore

/// Reads JSON bodies, and says where they are wrong.
enum JSONBody {
    /// An object of the named schema of the OpenAPI document; fields that the schema does not have are
    /// refused, because they are more often misspelt than meant for a later version.
    static func read<Value: Decodable>(
        _ type: Value.Type,
        schema: String,
        from bytes: ByteBuffer
    ) throws -> Value {
        let tree = try decode(JSONValue.self, from: bytes)
        guard case .object(let fields) = tree else {
            throw Problem.badRequest("body", "must be a JSON object with fields")
        }
        let known = Schemas.fields(of: schema)
        let unknown = fields.keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let advice = "is not a field: the fields here are \(known.sorted().joined(separator: ", "))"
            throw Problem.invalid(
                unknown.map { Problem.Fault(field: String($0.prefix(100)), message: advice) }
            )
        }
        return try decode(Value.self, from: bytes)
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
            guard let fault = JSONSyntax.firstFault(in: bytes.readableBytesView) else {
                return .badRequest("body", context.debugDescription)
            }
            return .badRequest("body", "is not JSON from line \(fault.line), column \(fault.column) on")
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
