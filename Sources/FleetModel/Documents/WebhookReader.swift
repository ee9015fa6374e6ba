/// Reads a webhook.
enum WebhookReader {
    static func read(_ reader: inout ObjectReader) -> WebhookDocument? {
        reader.refuseUnknownFields(
            except: [
                "kind", "name", "description", "url", "eventGroups", "eventCategories", "environments",
                "projects",
                "enabled",
            ],
            hint: { $0 == "secret" ? "the node makes it: `tidemark webhook rotate NAME` shows it" : nil }
        )
        let name = reader.text("name", .name)
        let description = reader.optionalText("description", .any(most: 1000))
        let url = address(&reader)
        let groups = reader.texts("eventGroups", .oneOf(EventGroup.allCases.map(\.rawValue)), most: 100)
        let categories = reader.texts(
            "eventCategories",
            .oneOf(EventCategory.allCases.map(\.rawValue)),
            most: 200
        )
        if groups.isEmpty, categories.isEmpty, reader.faults.isEmpty {
            reader.fail(
                "eventGroups",
                "and 'eventCategories' are empty: say what is to be told, 'All' for everything"
            )
        }
        let environments = reader.texts("environments", .name, most: 200)
        let projects = reader.texts("projects", .name, most: 200)
        let enabled = reader.flag("enabled", default: true)
        guard let name, let url else { return nil }
        return WebhookDocument(
            name: name,
            description: description,
            url: url,
            eventGroups: groups.compactMap(EventGroup.init(rawValue:)),
            eventCategories: categories.compactMap(EventCategory.init(rawValue:)),
            environments: environments,
            projects: projects,
            enabled: enabled
        )
    }

    private static func address(_ reader: inout ObjectReader) -> WebhookAddress? {
        guard let value = reader.required("url", WebhookAddress.what) else { return nil }
        guard case .string(let text) = value else {
            reader.mismatch("url", value, WebhookAddress.what)
            return nil
        }
        do throws(WebhookAddress.Fault) {
            return try WebhookAddress(text)
        } catch {
            // Not the address itself: what is wrong in it may be a password.
            reader.fail("url", error.description)
            return nil
        }
    }
}
