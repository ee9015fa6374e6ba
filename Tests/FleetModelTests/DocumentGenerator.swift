import FleetModel

/// Makes documents that are nearly right: the known fields, with values that often are not.
struct DocumentGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    private static let names = [
        "kind", "name", "description", "process", "variables", "environmentVariables", "project",
        "eventGroups", "eventCategories", "environments", "roles", "batch", "quiet", "longest", "size",
        "script", "package", "timeout", "url",
        "sha256", "keep", "maxParallel", "idempotent", "Name", "naem", "\u{1B}[2J", "",
    ]
    private static let texts = [
        "Environment", "Project", "Trigger", "a", "shop", "A", "5m", "0s", "99999d", "http://a/", "Machine",
        "MachineAdded", "\0", "é", "", " ",
    ]

    mutating func documents() -> [JSONValue] {
        (0...number(4)).map { _ in
            guard number(5) > 0, case .object(var fields) = object(depth: 3) else { return value(depth: 2) }
            fields["kind"] = .string(Self.texts[number(3)])
            fields["name"] = .string("a")
            return .object(fields)
        }
    }

    /// From 0 to one less than `bound`.
    private mutating func number(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    private mutating func object(depth: Int) -> JSONValue {
        var fields: [String: JSONValue] = [:]
        for _ in 0..<number(8) { fields[Self.names[number(Self.names.count)]] = value(depth: depth - 1) }
        return .object(fields)
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch number(depth > 0 ? 8 : 5) {
        case 0: .null
        case 1: .bool(number(2) == 0)
        case 2: .int(Int64(number(300)) - 100)
        case 3: .double(.infinity)
        case 4: .string(Self.texts[number(Self.texts.count)])
        case 5: .array((0..<number(4)).map { _ in value(depth: depth - 1) })
        default: object(depth: depth)
        }
    }
}
