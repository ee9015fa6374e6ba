/// Reads the variables of a project: names to texts; and those that are different in some environment.
enum VariablesReader {
    private static let mostVariables = 500
    private static let mostEnvironments = 100

    static func read(_ field: String, of project: inout ObjectReader) -> [String: String] {
        guard let value = project.value(field) else { return [:] }
        var reader = ObjectReader(value, at: "\(project.path).\(field)")
        defer { project.adopt(reader) }
        guard reader.names.count <= mostVariables else {
            project.fail(field, "are \(reader.names.count), and must be at most \(mostVariables)")
            return [:]
        }
        var variables: [String: String] = [:]
        for name in reader.names {
            if let fault = TextRule.variable.fault(of: name) {
                reader.fail(name.shortened, "as a variable's name \(fault)")
            }
            guard let value = reader.value(name) else { continue }
            guard case .string = value else {
                reader.mismatch(name.shortened, value, "a text: put it in quotes")
                continue
            }
            variables[name] = reader.checked(value, .variableValue, name.shortened)
        }
        return variables
    }

    /// Environments need not be there yet.
    static func readByEnvironment(
        _ field: String,
        of project: inout ObjectReader
    ) -> [String: [String: String]] {
        guard let value = project.value(field) else { return [:] }
        var reader = ObjectReader(value, at: "\(project.path).\(field)")
        defer { project.adopt(reader) }
        guard reader.names.count <= mostEnvironments else {
            project.fail(
                field,
                "are of \(reader.names.count) environments, and must be of at most \(mostEnvironments)"
            )
            return [:]
        }
        var found: [String: [String: String]] = [:]
        for name in reader.names {
            if let fault = TextRule.name.fault(of: name) {
                reader.fail(name.shortened, "as an environment's name \(fault)")
            }
            found[name] = read(name, of: &reader)
        }
        return found
    }
}
