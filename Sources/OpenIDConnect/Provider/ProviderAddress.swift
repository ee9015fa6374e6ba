/// An address of the provider: over TLS, or in plain on this very machine, where tests and sidecars are.
package struct ProviderAddress: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package var description: String { text }

    /// nil: it is not one.
    package init?(_ text: String) {
        guard (1...2000).contains(text.utf8.count),
            text.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "\\") }),
            !text.contains("#"), let scheme = Self.schemes.first(where: text.hasPrefix)
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
        // Whoever reads `https://accounts.example@evil.example` in a hurry is led astray.
        guard !authority.contains("@"), let host = Self.host(of: authority), !host.isEmpty,
            scheme == "https://" || Self.isLoopback(host)
        else { return nil }
        self.text = text
    }

    /// It is a host and nothing below it.
    package var isOrigin: Bool {
        !text.drop { $0 != "/" }.dropFirst(2).contains { $0 == "/" || $0 == "?" }
    }

    /// With these parameters beside those that it has.
    func asking(_ fields: [(String, String)]) -> String {
        text + (text.contains("?") ? "&" : "?") + FormText.of(fields)
    }

    private static let schemes = ["https://", "http://"]

    /// Without the port; nil: what should be a port is none.
    private static func host(of authority: Substring) -> Substring? {
        let end = authority.lastIndex(of: "]").map { authority.index(after: $0) }
        guard let colon = authority[(end ?? authority.startIndex)...].lastIndex(of: ":") else {
            return authority
        }
        let port = authority[authority.index(after: colon)...]
        guard (1...5).contains(port.count), let number = Int(port), (1...65_535).contains(number) else {
            return nil
        }
        return authority[..<colon]
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
