import FleetModel

/// An ID token in its three parts (RFC 7515 section 7.1), not yet believed.
struct IDToken: Sendable {
    /// Claims about one person; a longer one is not looked at.
    static let mostBytes = 32 * 1024

    let algorithm: SignatureAlgorithm
    let keyID: String?
    /// What the signature is about.
    let signed: [UInt8]
    let signature: [UInt8]
    private let content: [UInt8]

    init(_ text: String) throws(IDTokenFault) {
        guard text.utf8.count <= Self.mostBytes else { throw .malformed }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]),
            let content = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]), let fields = Self.object(head)
        else { throw .malformed }
        guard case .string(let name)? = fields["alg"], let algorithm = SignatureAlgorithm(rawValue: name)
        else {
            throw .algorithm
        }
        // Extensions that must be understood; we understand none.
        guard fields["crit"] == nil else { throw .malformed }
        if case .string(let id)? = fields["kid"] { keyID = id } else { keyID = nil }
        self.algorithm = algorithm
        self.signature = signature
        self.content = content
        signed = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
    }

    /// To be asked for, and believed, only when the signature holds.
    func claims() throws(IDTokenFault) -> [String: JSONValue] {
        guard let claims = Self.object(content) else { throw .malformed }
        return claims
    }

    private static func object(_ bytes: [UInt8]) -> [String: JSONValue]? {
        guard case .object(let fields)? = try? JSONReader.read(bytes) else { return nil }
        return fields
    }
}
