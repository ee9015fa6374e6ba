/// Addresses with the same first bits, written as `10.0.0.0/8` or `fd00::/8`.
package struct NetworkRange: Hashable, Sendable {
    package let first: NetworkAddress
    package let bits: Int

    /// nil too when the address has bits behind the prefix: it is more often a slip than meant.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = NetworkAddress(String(parts[0])),
            (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            parts[1] == "0" || parts[1].first != "0",
            let bits = Int(parts[1]), bits <= address.bytes.count * 8
        else { return nil }
        self.init(address, bits)
        guard address == Self.masked(address, to: bits) else { return nil }
    }

    private init(_ first: NetworkAddress, _ bits: Int) {
        self.first = first
        self.bits = bits
    }

    package func contains(_ address: NetworkAddress) -> Bool {
        address.bytes.count == first.bytes.count && Self.masked(address, to: bits) == first
    }

    private static func masked(_ address: NetworkAddress, to bits: Int) -> NetworkAddress? {
        NetworkAddress(
            bytes: address.bytes.enumerated().map { index, byte in
                byte & ~UInt8(truncatingIfNeeded: 0xFF >> min(max(bits - index * 8, 0), 8))
            }
        )
    }
}

extension NetworkRange: CustomStringConvertible {
    package var description: String { "\(first)/\(bits)" }
}
