/// Reads a freeze.
enum FreezeReader {
    static func read(_ reader: inout ObjectReader) -> FreezeDocument? {
        reader.refuseUnknownFields(except: [
            "kind", "name", "description", "environments", "projects", "from", "to", "reason",
        ])
        let name = reader.text("name", .name)
        let description = reader.optionalText("description", .any(most: 1000))
        let environments = reader.texts("environments", .name, most: 200)
        if environments.isEmpty, reader.value("environments").map({ $0 == .array([]) }) ?? true {
            reader.fail("environments", "is missing: it must be the names of those that are frozen")
        }
        let projects = reader.texts("projects", .name, most: 200)
        let from = instant("from", of: &reader)
        let to = instant("to", of: &reader)
        if let from, let to, to <= from { reader.fail("to", "is not after 'from'") }
        let reason = reader.text("reason", .reason)
        guard let name, let from, let to, let reason else { return nil }
        return FreezeDocument(
            name: name,
            description: description,
            environments: environments,
            projects: projects,
            from: from,
            to: to,
            reason: reason
        )
    }

    private static func instant(_ field: String, of reader: inout ObjectReader) -> Instant? {
        let what = "a time such as 2026-12-24T18:00:00Z"
        guard let value = reader.required(field, what) else { return nil }
        guard case .string(let text) = value, let instant = Instant(text) else {
            reader.mismatch(field, value, what)
            return nil
        }
        return instant
    }
}
