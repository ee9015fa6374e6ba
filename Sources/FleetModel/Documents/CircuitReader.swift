/// Reads when a release of a project counts as bad.
enum CircuitReader {
    static func read(_ field: String, of reader: inout ObjectReader) -> Project.Circuit {
        var circuit = Project.Circuit()
        guard let value = reader.value(field) else { return circuit }
        var part = ObjectReader(value, at: "\(reader.path).\(field)")
        part.refuseUnknownFields(except: ["count", "share", "fallBack"])
        circuit.count = part.number("count", in: 1...1000) ?? circuit.count
        circuit.sharePercent = part.number("share", in: 1...100) ?? circuit.sharePercent
        circuit.fallBack = part.flag("fallBack", default: circuit.fallBack)
        reader.adopt(part)
        return circuit
    }
}
