/// Address and key, from flags before environment; says what to set when one is missing.
struct Settings: Equatable {
    let url: String
    let key: String?

    /// - Parameter read: the text of a file.
    init(
        url: String?,
        keyFile: String?,
        environment: [String: String],
        read: (String) throws -> String
    ) throws {
        guard let url = url ?? environment["TIDEMARK_URL"], !url.isEmpty else {
            throw Failure(
                .usage,
                "no address of the cluster is set",
                details: ["set TIDEMARK_URL=https://tidemark.example.com, or pass --url"]
            )
        }
        self.url = url
        guard let keyFile else {
            key = environment["TIDEMARK_API_KEY"].flatMap(Self.trimmed)
            return
        }
        guard let key = Self.trimmed(try read(keyFile)) else {
            throw Failure(.usage, "\(keyFile): holds no API key")
        }
        self.key = key
    }

    private static func trimmed(_ text: String) -> String? {
        let key = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return key.isEmpty ? nil : String(key)
    }
}
