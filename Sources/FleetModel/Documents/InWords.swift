extension JSONValue {
    /// What a person is told that a value is.
    var inWords: String {
        switch self {
        case .null: "nothing"
        case .bool(let value): "\(value)"
        case .int(let value): "the number \(value)"
        case .double(let value): "the number \(value)"
        case .string(let value): value.quoted
        case .array(let values): "a list of \(values.count)"
        case .object: "an object"
        }
    }
}

extension String {
    /// In quotes for a message: cut when long, and without control characters, which a terminal would obey.
    var quoted: String { "'\(shortened)'" }

    var shortened: String {
        let most = 60
        let head = String(
            String.UnicodeScalarView(unicodeScalars.prefix(most).map { $0.isControl ? "?" : $0 })
        )
        return unicodeScalars.count > most ? head + "..." : head
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control }
}
