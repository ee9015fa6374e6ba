/// Reads a trigger.
enum TriggerReader {
    static func read(_ reader: inout ObjectReader) -> TriggerDocument? {
        let known = [
            "kind", "project", "name", "eventGroups", "eventCategories", "environments", "roles", "redeploy",
            "enabled", "batch", "retry", "repairDrift",
        ]
        reader.refuseUnknownFields(except: known)
        let project = reader.text("project", .name)
        let name = reader.text("name", .name)
        let groups = choices("eventGroups", among: EventGroup.firingTriggers, of: &reader)
        let categories = choices("eventCategories", among: EventCategory.firingTriggers, of: &reader)
        if isEmpty(reader.value("eventGroups")), isEmpty(reader.value("eventCategories")) {
            reader.fail("eventGroups", "and 'eventCategories' are empty: a trigger needs an event to fire it")
        }
        let environments = reader.texts("environments", .name, most: 1000)
        let roles = reader.texts("roles", .label, most: 50)
        let redeploy = reader.flag("redeploy", default: false)
        let enabled = reader.flag("enabled", default: true)
        let batch = batch(&reader)
        let retry = RetryReader.read("retry", of: &reader)
        let repairDrift = reader.flag("repairDrift", default: false)
        guard let project, let name else { return nil }
        return TriggerDocument(
            project: project,
            name: name,
            eventGroups: groups,
            eventCategories: categories,
            environments: environments,
            roles: roles,
            redeploy: redeploy,
            enabled: enabled,
            batch: batch,
            retry: retry,
            repairDrift: repairDrift
        )
    }

    private static func isEmpty(_ value: JSONValue?) -> Bool {
        value == nil || value == .array([])
    }

    private static func choices<Choice: RawRepresentable<String>>(
        _ field: String,
        among allowed: [Choice],
        of reader: inout ObjectReader
    ) -> [Choice] {
        reader.texts(field, .oneOf(allowed.map(\.rawValue)), most: 100).compactMap(Choice.init(rawValue:))
    }

    private static func batch(_ reader: inout ObjectReader) -> Trigger.Batch {
        var batch = Trigger.Batch()
        guard let value = reader.value("batch") else { return batch }
        var part = ObjectReader(value, at: "\(reader.path).batch")
        part.refuseUnknownFields(except: ["quiet", "longest", "size", "canary"])
        batch.quietSeconds = part.seconds("quiet", in: 0...3600) ?? batch.quietSeconds
        batch.longestSeconds = part.seconds("longest", in: 0...86_400) ?? batch.longestSeconds
        batch.size = part.number("size", in: 1...1000) ?? batch.size
        batch.canary = canary(&part)
        if part.faults.isEmpty, batch.quietSeconds > batch.longestSeconds {
            let texts = [batch.quietSeconds, batch.longestSeconds].map(DurationText.text(seconds:))
            part.fail(
                "quiet",
                "is \(texts[0]), more than 'longest', which is \(texts[1]): nothing waits that long"
            )
        }
        reader.adopt(part)
        return batch
    }

    /// `true`: the first machine; a number: so many.
    private static func canary(_ batch: inout ObjectReader) -> Int {
        switch batch.value("canary") {
        case nil, .bool(false): return 0
        case .bool(true): return 1
        case .int(let number) where (1...100).contains(number): return Int(number)
        case .some(let value):
            batch.mismatch("canary", value, "true, false or a whole number from 1 to 100")
            return 0
        }
    }
}
