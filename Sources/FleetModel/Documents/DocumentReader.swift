/// Turns the documents of an apply into values, or says everything that is wrong with them. Strict: a field that
/// nobody reads is refused, because it is more often misspelt than meant for a later version.
///
/// What a document refers to (a trigger's project, its environments) is for the store to look up.
package enum DocumentReader {
    package static let mostDocuments = 1000

    /// Nobody reads more, and an answer must not be much larger than its question.
    package static let mostFaults = 1000

    private static let kinds = TextRule.oneOf([
        "Environment", "Freeze", "MachinePolicy", "Project", "Trigger", "Webhook",
    ])

    package static func read(_ values: [JSONValue]) throws(DocumentFaults) -> [Document] {
        guard (1...mostDocuments).contains(values.count) else {
            let message = "are \(values.count); one apply takes 1 to \(mostDocuments)"
            throw DocumentFaults([Problem.Fault(field: "documents", message: message)])
        }
        var faults: [Problem.Fault] = []
        var documents: [Document] = []
        var places: [String: Int] = [:]
        for (index, value) in values.enumerated() {
            let path = "documents[\(index)]"
            guard let document = document(value, at: path, faults: &faults) else { continue }
            let key = "\(document.kind) \(document.name)"
            if let first = places[key] {
                let message = "repeats \(key), which is documents[\(first)] already"
                faults.append(Problem.Fault(field: path, message: message))
            } else {
                places[key] = index
                documents.append(document)
            }
        }
        guard faults.isEmpty else { throw DocumentFaults(bounded(faults)) }
        return documents
    }

    private static func bounded(_ faults: [Problem.Fault]) -> [Problem.Fault] {
        guard faults.count > mostFaults else { return faults }
        let rest = Problem.Fault(field: "documents", message: "have \(faults.count - mostFaults) more faults")
        return faults.prefix(mostFaults) + [rest]
    }

    /// The document, or nil after adding what is wrong with it.
    private static func document(
        _ value: JSONValue,
        at path: String,
        faults: inout [Problem.Fault]
    ) -> Document? {
        var reader = ObjectReader(value, at: path)
        defer { faults += reader.faults }
        guard let kind = reader.text("kind", kinds) else { return nil }
        switch kind {
        case "Environment": return environment(&reader).map(Document.environment)
        case "Freeze": return FreezeReader.read(&reader).map(Document.freeze)
        case "MachinePolicy": return MachinePolicyReader.read(&reader).map(Document.machinePolicy)
        case "Project": return project(&reader).map(Document.project)
        case "Trigger": return TriggerReader.read(&reader).map(Document.trigger)
        default: return WebhookReader.read(&reader).map(Document.webhook)
        }
    }

    private static func environment(_ reader: inout ObjectReader) -> EnvironmentDocument? {
        reader.refuseUnknownFields(except: ["kind", "name", "description", "ephemeral"])
        let name = reader.text("name", .name)
        let description = reader.optionalText("description", .any(most: 1000))
        let ephemeral = EphemeralReader.read("ephemeral", of: &reader)
        return name.map { EnvironmentDocument(name: $0, description: description, ephemeral: ephemeral) }
    }

    private static func project(_ reader: inout ObjectReader) -> ProjectDocument? {
        let known = [
            "kind", "name", "description", "variables", "environmentVariables", "process", "teardown",
            "deployment", "circuit",
            "after",
            "promotion",
        ]
        reader.refuseUnknownFields(except: known)
        let name = reader.text("name", .name)
        let description = reader.optionalText("description", .any(most: 1000))
        let variables = VariablesReader.read("variables", of: &reader)
        let environmentVariables = VariablesReader.readByEnvironment("environmentVariables", of: &reader)
        let process = ProcessReader.read("process", of: &reader)
        let deployment = DeploymentSettingsReader.read("deployment", of: &reader)
        let circuit = CircuitReader.read("circuit", of: &reader)
        let teardown = ProcessReader.readTeardown("teardown", of: &reader)
        let after = OrderReader.read("after", of: &reader, project: name)
        let phases = PhasesReader.read("promotion", of: &reader)
        return name.map {
            ProjectDocument(
                name: $0,
                description: description,
                process: process,
                teardown: teardown,
                variables: variables,
                environmentVariables: environmentVariables,
                deployment: deployment,
                circuit: circuit,
                after: after,
                phases: phases
            )
        }
    }
}
