import CLibPQ

/// Reads libpq connection strings, and knows which parts of them are secret.
enum ConnectionString {
    /// The parameters by keyword, only those that are given.
    static func parse(_ text: String) throws(PostgresError) -> [String: String] {
        var complaint: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(complaint) }
        guard let options = PQconninfoParse(text, &complaint) else {
            let reason = complaint.map { String(cString: $0) } ?? "out of memory"
            throw PostgresError(
                .invalidConfiguration,
                "the connection string cannot be read: \(redacted(reason, about: text))"
            )
        }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                parameters[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return parameters
    }

    static func isSecret(_ keyword: String) -> Bool {
        keyword == "password" || keyword == "sslpassword"
    }

    /// libpq's complaint quotes what it stumbled over, which may be a piece of a password, quotation marks
    /// included.
    private static func redacted(_ complaint: String, about text: String) -> String {
        let complaint = complaint.trimmingTrailingWhitespace()
        guard text.contains("pass") || text.contains("://") else { return complaint }
        let harmless = #"missing "=" after "#
        let kept = complaint.hasPrefix(harmless) ? harmless[...] : complaint.prefix { $0 != "\"" }
        return kept.count < complaint.count ? kept + "****" : complaint
    }
}

extension String {
    /// libpq ends its messages with a line feed.
    func trimmingTrailingWhitespace() -> String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
