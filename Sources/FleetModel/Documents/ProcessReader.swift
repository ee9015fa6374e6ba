/// Reads the steps of a project's process.
enum ProcessReader {
    private static let mostSteps = 100
    private static let timeout = 1...86_400

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
            project.adopt(reader)
            steps += step.map { [$0] } ?? []
        }
        return steps
    }

    private static func step(_ reader: inout ObjectReader) -> Step? {
        let known = ["name", "roles", "maxParallel", "timeout", "idempotent", "script", "package"]
        reader.refuseUnknownFields(except: known)
        let name = reader.text("name", .label)
        let roles = reader.texts("roles", .label, most: 50)
        let maxParallel = reader.number("maxParallel", in: 1...10_000)
        let timeout = reader.seconds("timeout", in: timeout) ?? Step.defaultTimeoutSeconds
        let idempotent = reader.flag("idempotent", default: false)
        let action = action(&reader)
        guard let name, let action else { return nil }
        return Step(
            name: name,
            roles: roles,
            maxParallel: maxParallel,
            timeoutSeconds: timeout,
            idempotent: idempotent,
            action: action
        )
    }

    private static func action(_ reader: inout ObjectReader) -> Step.Action? {
        switch (reader.value("script"), reader.value("package")) {
        case (.some, .some):
            reader.fail("script", "stands beside 'package': a step has exactly one of the two")
            return nil
        case (.some, nil):
            return reader.text("script", .script).map(Step.Action.script)
        case (nil, .some(let value)):
            var part = ObjectReader(value, at: "\(reader.path).package")
            let install = install(&part)
            reader.adopt(part)
            return install.map(Step.Action.package)
        case (nil, nil):
            _ = reader.required("script", "there, or 'package' must: a step has exactly one of the two")
            return nil
        }
    }

    private static func install(_ reader: inout ObjectReader) -> PackageInstall? {
        let hasAddress = reader.value("url") != nil
        let known = ["name", "keep", "check", "checkTimeout", "url", "sha256", "version"]
        reader.refuseUnknownFields(except: known)
        for name in ["sha256", "version"] where !hasAddress && reader.value(name) != nil {
            reader.fail(
                name,
                "needs 'url': without it a release takes version and digest from the built-in store"
            )
        }
        let name = reader.text("name", .longLabel)
        let url = reader.optionalText("url", .webAddress)
        let sha256 = hasAddress ? reader.text("sha256", .sha256) : nil
        let version = hasAddress ? reader.optionalText("version", .version) : nil
        let keep = reader.number("keep", in: 1...100) ?? PackageInstall.defaultKeep
        let check = reader.optionalText("check", .script)
        let checkTimeout = reader.seconds("checkTimeout", in: timeout)
        return name.map {
            PackageInstall(
                name: $0,
                url: url,
                sha256: sha256,
                version: version,
                keep: keep,
                check: check,
                checkTimeoutSeconds: checkTimeout ?? PackageInstall.defaultCheckTimeoutSeconds
            )
        }
    }
}
