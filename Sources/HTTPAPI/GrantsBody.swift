import FleetModel
import NIOCore

/// Reads bodies with grants. A misspelt limit would be no limit at all, so a grant has no field that is not known.
enum GrantsBody {
    static func read<Value: Decodable>(
        _ type: Value.Type,
        schema: String,
        from bytes: ByteBuffer
    ) throws -> Value {
        let value = try JSONBody.read(type, schema: schema, from: bytes)
        guard case .object(let fields) = try JSONReader.read(Array(bytes.readableBytesView)),
            case .array(let grants) = fields["grants"] ?? .null
        else { return value }
        let known = Schemas.fields(of: "Grant")
        let faults = grants.enumerated().flatMap { index, grant -> [Problem.Fault] in
            guard case .object(let fields) = grant else { return [] }
            return fields.keys.filter { !known.contains($0) }.sorted().map {
                Problem.Fault(
                    field: "grants[\(index)].\($0.prefix(100))",
                    message: "is not a field: the fields here are \(known.sorted().joined(separator: ", "))"
                )
            }
        }
        guard faults.isEmpty else { throw Problem.invalid(Array(faults.prefix(50))) }
        return value
    }
}
