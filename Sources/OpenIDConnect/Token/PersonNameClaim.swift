import FleetModel

/// Finds the claim that holds a person's name.
enum PersonNameClaim {
    private static let mostCharacters = 200

    static func read(_ claims: [String: JSONValue], named name: String?) -> String? {
        let candidates = name.map { [$0] } ?? ["preferred_username", "email"]
        for candidate in candidates {
            // An address that the provider says is not proven could be anybody's.
            if candidate == "email", claims["email_verified"] == .bool(false) { continue }
            if let text = text(claims[candidate]) { return text }
        }
        return nil
    }

    /// Without white space around it; nil: it is no text, or none that could be shown.
    static func text(_ value: JSONValue?) -> String? {
        guard case .string(let text)? = value else { return nil }
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return nil }
        let trimmed = String(scalars[...last])
        guard trimmed.count <= mostCharacters,
            trimmed.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return nil }
        return trimmed
    }
}
