/// Reads what a step does: exactly one of a few things.
enum StepActionReader {
    static let fields = ["script", "package", "manual", "healthCheck"]
    private static let timeout = 1...86_400

    static func read(_ reader: inout ObjectReader) -> Step.Action? {
        let given = fields.filter { reader.value($0) != nil }
        guard given.count < 2 else {
            reader.fail(given[0], "stands beside '\(given[1])': a step has exactly one of the two")
            return nil
        }
        switch given.first {
        case "package":
            return part("package", of: &reader, install).map(Step.Action.package)
        case "manual":
            return part("manual", of: &reader, approval).map(Step.Action.manual)
        case "healthCheck":
            return part("healthCheck", of: &reader, healthCheck).map(Step.Action.healthCheck)
        case .some:
            return reader.text("script", .script).map(Step.Action.script)
        case nil:
            let others = "'package', 'manual' or 'healthCheck'"
            _ = reader.required("script", "there, or \(others) must: a step has exactly one of them")
            return nil
        }
    }

    /// A step that is the deployment's as a whole has no machines to choose among, and nothing that could fail on one.
    static func refuseWhatIsSenseless(
        for action: Step.Action,
        _ onAutomatic: Step.OnAutomatic?,
        in reader: inout ObjectReader
    ) {
        switch action {
        case .manual, .healthCheck:
            for field in ["roles", "maxParallel", "idempotent", "retries", "runWhen"]
            where reader.value(field) != nil {
                reader.fail(field, "is for steps that machines run: this one is the whole deployment's")
            }
        case .package where onAutomatic == .skip:
            let why = "a machine that arrives would count as having a release whose package it lacks"
            reader.fail("onAutomatic", "is skip, which a package step cannot be: \(why)")
        case .script, .package: break
        }
        if case .manual = action { return }
        if onAutomatic == .approve {
            reader.fail("onAutomatic", "is approve, which is for manual steps: use run or skip")
        }
    }

    private static func part<Value>(
        _ field: String,
        of reader: inout ObjectReader,
        _ read: (inout ObjectReader) -> Value?
    ) -> Value? {
        guard let value = reader.value(field) else { return nil }
        var part = ObjectReader(value, at: "\(reader.path).\(field)")
        let result = read(&part)
        reader.adopt(part)
        return result
    }

    private static func approval(_ reader: inout ObjectReader) -> Step.Approval? {
        reader.refuseUnknownFields(except: ["instructions"])
        return reader.text("instructions", .any(most: 4000)).map(Step.Approval.init(instructions:))
    }

    private static func healthCheck(_ reader: inout ObjectReader) -> Step.HealthCheck? {
        reader.refuseUnknownFields(except: ["includeNew"])
        return Step.HealthCheck(includeNew: reader.flag("includeNew", default: false))
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
