/// Address and key, from flags before environment before the context; says what to set when one is missing.
struct Settings: Equatable {
    let url: String
    let key: String?

    /// - Parameter read: the text of a file.
    init(
        url: String?,
        keyFile: String?,
        context: String? = nil,
        environment: [String: String],
        read: (String) throws -> String,
        contexts: () throws -> Contexts = { Contexts() }
    ) throws {
        let given = url ?? (context == nil ? environment["TIDEMARK_URL"].flatMap(Self.trimmed) : nil)
        let chosen =
            given == nil
            ? try contexts().context(context ?? environment["TIDEMARK_CONTEXT"].flatMap(Self.trimmed)) : nil
        guard let url = given ?? chosen?.url, !url.isEmpty else {
            throw Failure(
                .usage,
                "no address of the cluster is set",
                details: [
                    "set TIDEMARK_URL=https://tidemark.example.com, or pass --url; `tidemark context set` keeps it"
                ]
            )
        }
        self.url = url
        guard let keyFile else {
            // The key of a context is for the context's address only, and one that is asked for by name goes first.
            let own = chosen?.apiKey.flatMap(Self.trimmed)
            let other = environment["TIDEMARK_API_KEY"].flatMap(Self.trimmed)
            key = context == nil ? other ?? own : own ?? other
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
