package import FleetModel

/// The parameters that routes share.
extension Route.Parameter {
    static let paging: [Self] = [
        query(
            "limit",
            "How many to answer; 100 unless said.",
            [
                "type": "integer", "minimum": 1, "maximum": .int(Int64(Limits.pageSize)),
            ]
        ),
        query("cursor", "What 'nextCursor' of the page before said."),
    ]
    static let limit = query(
        "limit",
        "How many to answer; 100 unless said.",
        ["type": "integer", "minimum": 1, "maximum": .int(Int64(Limits.pageSize))]
    )
    static let at = query(
        "at",
        "The time that is asked about; now unless said.",
        ["type": "string", "format": "date-time"]
    )
    static let from = query(
        "from",
        "Only what happened at that time or later.",
        ["type": "string", "format": "date-time"]
    )
    static let before = query(
        "before",
        "Only what happened before that time.",
        ["type": "string", "format": "date-time"]
    )
    static let project = query("project", "Only this project, by name.")
    static let environment = query("environment", "Only this environment, by name.")
    static let machine = query("machine", "Only this machine, by name or id.")
    static let role = query("role", "Only machines with this role.")
    static let prefix = query("prefix", "Only machines whose name begins so.")
    static let step = query("step", "Only the step of this name.")
    static let packageName = query("name", "Only packages of this name.")
    static let health = words(
        "health",
        "Only machines of this health.",
        MachineHealth.allCases.map(\.rawValue)
    )
    static let deploymentState = words(
        "state",
        "Only those in this state.",
        DeploymentState.allCases.map(\.rawValue)
    )
    static let category = words(
        "category",
        "Only events of this category.",
        EventCategory.allCases.map(\.rawValue)
    )
    static let order = words(
        "order",
        "'asc': oldest first. 'desc', unless said: newest first.",
        ["asc", "desc"]
    )
    static let dryRun = words("dryRun", "'true': only say what would be done.", ["true", "false"])
    static let past = words("past", "'true': those that ended, too.", ["true", "false"])
    static let tail = query(
        "tail",
        "Only so many lines from the end of each step's log.",
        [
            "type": "integer", "minimum": 1, "maximum": 100_000,
        ]
    )
    static let fence = number("fence", "The fence that the step was offered under.")
    static let offset = number("offset", "Of the first byte in the whole log.")
    static let issuer = query("issuer", "The OpenID provider, as it calls itself.")
    static let subject = query("subject", "Its unchanging name for somebody (sub).")
    static let idempotencyKey = header(
        "Idempotency-Key",
        "The same key and request within 24 hours: the same answer, no second effect.",
        ["type": "string", "minLength": 1, "maxLength": 255]
    )
    static let ifMatch = header("If-Match", "Only if the machine still has this ETag; else 412.")
    static let lastEventID = header("Last-Event-ID", "Go on behind the event with this id.")
    static let contentDigest = header(
        "Content-Digest",
        "'sha-256=:BASE64:' of the body, checked before it is stored."
    )
    static let range = header("Range", "'bytes=N-': go on from byte N.")

    private static func query(
        _ name: String,
        _ description: String,
        _ schema: JSONValue = ["type": "string"]
    ) -> Self {
        Self(name: name, place: .query, description: description, schema: schema)
    }

    private static func words(_ name: String, _ description: String, _ words: [String]) -> Self {
        query(name, description, ["type": "string", "enum": .array(words.map(JSONValue.string))])
    }

    private static func number(_ name: String, _ description: String) -> Self {
        let schema: JSONValue = ["type": "integer", "minimum": 0]
        return Self(name: name, place: .query, description: description, schema: schema, isRequired: true)
    }

    static func header(
        _ name: String,
        _ description: String,
        _ schema: JSONValue = ["type": "string"]
    ) -> Self {
        Self(name: name, place: .header, description: description, schema: schema)
    }
}

/// So that schemas can be written as what they are.
extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }

    package init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    package init(stringLiteral value: String) {
        self = .string(value)
    }

    package init(integerLiteral value: Int64) {
        self = .int(value)
    }

    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}
