/// Reads the fields of one JSON object and collects what is wrong with them under their full paths.
///
/// A reading function that finds a fault notes it and goes on with nil or the default, so that one pass finds all.
/// `null` counts as absent: it is what YAML makes of `roles:` with nothing behind it.
struct ObjectReader {
    let path: String
    private(set) var faults: [Problem.Fault] = []
    private var fields: [String: JSONValue] = [:]
    /// False: there was no object, which has been said; its missing fields are not worth a word.
    private let isObject: Bool

    init(_ value: JSONValue, at path: String) {
        self.path = path
        guard case .object(let fields) = value else {
            isObject = false
            faults.append(
                Problem.Fault(field: path, message: "is \(value.inWords), and must be an object with fields")
            )
            return
        }
        isObject = true
        self.fields = fields.filter { $0.value != .null }
    }

    var names: [String] { fields.keys.sorted() }

    func value(_ name: String) -> JSONValue? { fields[name] }

    mutating func fail(_ name: String, _ message: String) {
        faults.append(Problem.Fault(field: "\(path).\(name)", message: message))
    }

    /// Takes over what a reader of a part found.
    mutating func adopt(_ part: ObjectReader) {
        faults += part.faults
    }

    /// `hint` may say of a field why it is not one.
    mutating func refuseUnknownFields(except known: [String], hint: (String) -> String? = { _ in nil }) {
        for name in names where !known.contains(name) {
            let guess = hint(name) ?? Spelling.closest(to: name, among: known).map { "did you mean '\($0)'?" }
            let advice = guess ?? "the fields here are \(known.joined(separator: ", "))"
            fail(name.isEmpty ? "\"\"" : name.shortened, "is not a field: \(advice)")
        }
    }

    /// The value of a field that must be there.
    mutating func required(_ name: String, _ what: String) -> JSONValue? {
        if let value = fields[name] { return value }
        if isObject { fail(name, "is missing: it must be \(what)") }
        return nil
    }

    mutating func mismatch(_ name: String, _ value: JSONValue, _ what: String) {
        fail(name, "is \(value.inWords), and must be \(what)")
    }

    mutating func text(_ name: String, _ rule: TextRule) -> String? {
        required(name, rule.description).flatMap { checked($0, rule, name) }
    }

    mutating func optionalText(_ name: String, _ rule: TextRule) -> String? {
        fields[name].flatMap { checked($0, rule, name) }
    }

    mutating func checked(_ value: JSONValue, _ rule: TextRule, _ name: String) -> String? {
        guard case .string(let text) = value else {
            mismatch(name, value, rule.description)
            return nil
        }
        if let fault = rule.fault(of: text) {
            fail(name, fault)
            return nil
        }
        return text
    }

    mutating func flag(_ name: String, default standard: Bool) -> Bool {
        guard let value = fields[name] else { return standard }
        guard case .bool(let flag) = value else {
            mismatch(name, value, "true or false")
            return standard
        }
        return flag
    }

    /// One of a few words; absent: nil.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _ type: Choice.Type
    ) -> Choice? {
        optionalText(name, .oneOf(Choice.allCases.map(\.rawValue))).flatMap(Choice.init(rawValue:))
    }

    mutating func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = fields[name] else { return nil }
        guard case .int(let number) = value, let exact = Int(exactly: number), range.contains(exact) else {
            mismatch(name, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return exact
    }

    /// A span of time in whole seconds.
    mutating func seconds(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = fields[name] else { return nil }
        let bounds = [range.lowerBound, range.upperBound].map(DurationText.text(seconds:))
        guard case .string(let text) = value, let duration = DurationText(text),
            duration.milliseconds % 1000 == 0, range.contains(duration.seconds)
        else {
            mismatch(name, value, "a time such as '90s', '5m' or '1h', from \(bounds[0]) to \(bounds[1])")
            return nil
        }
        return duration.seconds
    }

    /// A list of texts, none twice; absent: empty.
    mutating func texts(_ name: String, _ rule: TextRule, most: Int) -> [String] {
        var texts: [String] = []
        for (index, value) in items(name, "a list of at most \(most)", in: 0...most).enumerated() {
            let field = "\(name)[\(index)]"
            guard let text = checked(value, rule, field) else { continue }
            if texts.contains(text) {
                fail(field, "is \(text.quoted), which the list has already")
            } else {
                texts.append(text)
            }
        }
        return texts
    }

    /// The items of a list; empty after adding a fault.
    mutating func items(_ name: String, _ what: String, in range: ClosedRange<Int>) -> [JSONValue] {
        guard let value = fields[name] else { return [] }
        guard case .array(let items) = value, range.contains(items.count) else {
            mismatch(name, value, what)
            return []
        }
        return items
    }
}
