import FleetModel

/// What an apply would change, as a unified diff over the YAML of each thing.
enum ChangesView {
    /// What nobody configures.
    private static let unconfigured: Set<String> = [
        "id", "createdAt", "updatedAt", "machines", "cleanupHold", "inForce", "state",
    ]

    static func lines(_ answer: APIV1.ApplyResponse, palette: Palette) throws -> [String] {
        try answer.applied.filter { $0.action != "unchanged" }.flatMap { thing in
            let name = "\(thing.kind)/\(thing.name)"
            let lines = UnifiedDiff.lines(
                from: try yaml(thing.before),
                to: try yaml(thing.after),
                names: (thing.before == nil ? "/dev/null" : name, thing.after == nil ? "/dev/null" : name)
            )
            // An older node does not show it.
            return lines.isEmpty ? ["\(thing.action) \(name)"] : lines
        }.map { Self.painted(Inert.line($0), palette) }
    }

    private static func yaml(_ value: JSONValue?) throws -> [String] {
        guard case .object(let fields)? = value else { return [] }
        let text = try StructuredText.yaml(JSONValue.object(fields.filter { !unconfigured.contains($0.key) }))
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private static func painted(_ line: String, _ palette: Palette) -> String {
        if line.hasPrefix("---") || line.hasPrefix("+++") { return palette.paint(line, .strong) }
        if line.hasPrefix("@@") { return palette.paint(line, .faint) }
        if line.hasPrefix("+") { return palette.paint(line, .good) }
        if line.hasPrefix("-") { return palette.paint(line, .bad) }
        return line
    }
}
