/// Reads the order in which releases of a project come to environments.
enum PhasesReader {
    private static let most = 20

    static func read(_ field: String, of reader: inout ObjectReader) -> [Project.Phase] {
        guard let value = reader.value(field) else { return [] }
        var promotion = ObjectReader(value, at: "\(reader.path).\(field)")
        promotion.refuseUnknownFields(except: ["phases"])
        var phases: [Project.Phase] = []
        var seen: [String: String] = [:]
        let items = promotion.items("phases", "a list of 1 to \(most) phases", in: 1...most)
        for (index, item) in items.enumerated() {
            var part = ObjectReader(item, at: "\(promotion.path).phases[\(index)]")
            part.refuseUnknownFields(except: ["name", "environments", "automatic", "optional"])
            let name = part.text("name", .name)
            let environments = part.texts("environments", .name, most: 200)
            if environments.isEmpty { part.fail("environments", "must name one environment at least") }
            for environment in environments {
                if let other = seen[environment] {
                    part.fail("environments", "has '\(environment)', which phase '\(other)' has already")
                }
                seen[environment] = name ?? "\(index)"
            }
            if let name, phases.contains(where: { $0.name == name }) {
                part.fail("name", "is '\(name)', which another phase has already")
            }
            let phase = Project.Phase(
                name: name ?? "",
                environments: environments,
                automatic: part.flag("automatic", default: false),
                optional: part.flag("optional", default: false)
            )
            phases.append(phase)
            promotion.adopt(part)
        }
        reader.adopt(promotion)
        return phases
    }
}
