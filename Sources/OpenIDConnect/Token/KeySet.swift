import FleetModel

/// The keys that the provider signs with at the moment.
struct KeySet: Sendable {
    static let mostBytes = 256 * 1024
    /// Providers publish two or three.
    private static let mostKeys = 100

    private let keys: [SigningKey]

    init(_ bytes: [UInt8]) throws(ProviderFault) {
        guard case .object(let fields)? = try? JSONReader.read(bytes),
            case .array(let values)? = fields["keys"], values.count <= Self.mostKeys
        else { throw .unreadable(what: ProviderFault.keys, reason: "it is no set of keys") }
        keys = values.compactMap(SigningKey.init)
    }

    /// The key that signed the token; nil: it is none of these, but may be newer than they are. A token may leave its name out
    /// while only one key can be meant.
    func key(for token: IDToken) throws(ProviderFault) -> SigningKey? {
        let fitting = keys.filter { key in
            key.fits(token.algorithm) && (token.keyID == nil || key.keyID == token.keyID)
        }
        guard fitting.count <= 1 else { throw .token(.noKeyNamed) }
        return fitting.first
    }
}
