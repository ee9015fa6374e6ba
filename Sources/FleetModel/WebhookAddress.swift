/// Where a webhook sends to. It is read strictly, and written anew from its parts: whoever connects must not find
/// another host in the text than whoever checked it.
package struct WebhookAddress: Sendable, Hashable {
    package let isSecure: Bool
    /// In lower case; an IPv6 address without its brackets.
    package let host: String
    package let port: Int
    /// Path and query.
    package let target: String

    /// What is wrong with a text.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    package static let what = "an http:// or https:// address of a host, without user information"
    private static let mostBytes = 2000

    package init(_ text: String) throws(Fault) {
        guard text.utf8.count <= Self.mostBytes, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Fault("must be at most \(Self.mostBytes) visible ASCII characters")
        }
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else {
            throw Fault("must begin with https:// or http://")
        }
        isSecure = scheme == "https://"
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#\\".contains($0) }
        guard !authority.contains("@") else {
            throw Fault("has user information, which would end up in logs: the signature says who sends")
        }
        (host, port) = try Self.place(authority.lowercased(), isSecure: isSecure)
        target = try Self.target(rest.dropFirst(authority.count))
    }

    /// The one way in which it is written.
    package var text: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let standard = isSecure ? 443 : 80
        return "\(origin(name))\(port == standard ? "" : ":\(port)")\(target)"
    }

    /// Scheme and host alone: a path may be a secret.
    package var receiver: String { origin(host.contains(":") ? "[\(host)]" : host) }

    private func origin(_ name: String) -> String { "\(isSecure ? "https" : "http")://\(name)" }

    private static func place(_ authority: String, isSecure: Bool) throws(Fault) -> (String, Int) {
        let standard = isSecure ? 443 : 80
        if authority.hasPrefix("[") {
            let inside = authority.dropFirst().prefix { $0 != "]" }
            let after = authority.dropFirst(inside.count + 2)
            guard authority.dropFirst(inside.count + 1).first == "]",
                let address = NetworkAddress(String(inside)), address.bytes.count == 16
            else { throw Fault("has no IPv6 address in its brackets") }
            guard !after.isEmpty else { return (address.description, standard) }
            guard after.first == ":" else { throw Fault("has something behind its brackets that is no port") }
            return (address.description, try port(after.dropFirst()))
        }
        let name = authority.prefix { $0 != ":" }
        try check(name)
        guard name.count < authority.count else { return (String(name), standard) }
        return (String(name), try port(authority.dropFirst(name.count + 1)))
    }

    private static func check(_ name: Substring) throws(Fault) {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isGood =
            name.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { $0.isHostCharacter }
            }
        guard isGood else { throw Fault("has no name of a host: letters, digits, '-' and single dots") }
    }

    /// Services below 1024 that are no web servers are none of a webhook's business.
    private static func port(_ text: Substring) throws(Fault) -> Int {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(text), [80, 443].contains(port) || (1024...65_535).contains(port)
        else { throw Fault("has a port that is none of 80, 443 and 1024 to 65535") }
        return port
    }

    private static func target(_ rest: Substring) throws(Fault) -> String {
        guard !rest.contains("#") else { throw Fault("has a fragment, which is not sent") }
        let allowed = "/?-._~!$&'()*+,;=:@%"
        guard rest.utf8.allSatisfy({ $0.isHostCharacter || $0.isUpperCase || allowed.utf8.contains($0) })
        else {
            throw Fault("has a character in its path that must be percent-encoded")
        }
        return rest.first == "/" ? String(rest) : "/" + rest
    }
}

extension WebhookAddress: CustomStringConvertible {
    package var description: String { text }
}

extension UInt8 {
    fileprivate var isUpperCase: Bool { (65...90).contains(self) }
    /// A lower-case letter, a digit or `-`.
    fileprivate var isHostCharacter: Bool {
        (97...122).contains(self) || (48...57).contains(self) || self == UInt8(ascii: "-")
    }
}
