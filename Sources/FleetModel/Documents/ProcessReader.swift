/// Reads the steps of a project's process.
enum ProcessReader {
    private static let mostSteps = 100
    private static let timeout = 1...86_400
    private static let approvalTime = 1...604_800

    static func read(_ field: String, of project: inout ObjectReader) -> [Step] {
        let what = "a list of 1 to \(mostSteps) steps"
        guard project.required(field, what) != nil else { return [] }
        var steps: [Step] = []
        for (index, value) in project.items(field, what, in: 1...mostSteps).enumerated() {
            var reader = ObjectReader(value, at: "\(project.path).\(field)[\(index)]")
            let step = step(&reader)
            if let step, let first = steps.firstIndex(where: { $0.name == step.name }) {
                reader.fail(
                    "name",
                    "is \(step.name.quoted), like that of \(field)[\(first)]: step names are unique"
                )
            }
            if let step, index == 0, step.runWhen == .failure {
                reader.fail(
                    "runWhen",
                    "is failure, and the step is the first: nothing can have failed before it"
                )
            }
            project.adopt(reader)
            steps += step.map { [$0] } ?? []
        }
        return steps
    }

    /// Steps that run before machines are removed: scripts, because what is installed then is gone a moment later.
    static func readTeardown(_ field: String, of project: inout ObjectReader) -> [Step] {
        guard project.value(field) != nil else { return [] }
        let steps = read(field, of: &project)
        for (index, step) in steps.enumerated() {
            guard case .package = step.action else { continue }
            project.fail(
                "\(field)[\(index)].package",
                "installs a package: the steps of a teardown are scripts"
            )
        }
        return steps
    }

    private static func step(_ reader: inout ObjectReader) -> Step? {
        let known = [
            "name", "roles", "maxParallel", "timeout", "idempotent", "retries", "runWhen", "onAutomatic",
        ]
        reader.refuseUnknownFields(except: known + StepActionReader.fields)
        let name = reader.text("name", .label)
        let action = StepActionReader.read(&reader)
        let isManual = if case .manual = action { true } else { false }
        let roles = reader.texts("roles", .label, most: 50)
        let maxParallel = reader.number("maxParallel", in: 1...10_000)
        let seconds = reader.seconds("timeout", in: isManual ? approvalTime : timeout)
        let idempotent = reader.flag("idempotent", default: false)
        let retries = reader.number("retries", in: 0...10) ?? 0
        let runWhen = reader.choice("runWhen", Step.RunWhen.self) ?? .success
        let onAutomatic = reader.choice("onAutomatic", Step.OnAutomatic.self)
        guard let name, let action else { return nil }
        StepActionReader.refuseWhatIsSenseless(for: action, onAutomatic, in: &reader)
        return Step(
            name: name,
            roles: roles,
            maxParallel: maxParallel,
            timeoutSeconds: seconds
                ?? (isManual ? Step.defaultApprovalSeconds : Step.defaultTimeoutSeconds),
            idempotent: idempotent,
            retries: retries,
            runWhen: runWhen,
            onAutomatic: onAutomatic,
            action: action
        )
    }
}
