/// Reads a machine policy. Every value may be left out: it is then inherited.
enum MachinePolicyReader {
    static func read(_ reader: inout ObjectReader) -> MachinePolicyDocument? {
        reader.refuseUnknownFields(except: [
            "kind", "name", "description", "healthCheck", "unavailableAfter", "mayBeOffline", "cleanup",
            "keepReleases",
        ])
        let name = reader.text("name", .name)
        let description = reader.optionalText("description", .any(most: 1000))
        var values = MachinePolicy.Values()
        part("healthCheck", of: &reader) { values.healthCheck = healthCheck(&$0) }
        values.unavailableAfterSeconds = reader.seconds("unavailableAfter", in: 1...86_400)
        values.mayBeOffline = reader.optionalFlag("mayBeOffline")
        part("cleanup", of: &reader) { values.cleanup = cleanup(&$0) }
        values.keepReleases = reader.number("keepReleases", in: 1...100)
        return name.map { MachinePolicyDocument(name: $0, description: description, values: values) }
    }

    private static func healthCheck(_ reader: inout ObjectReader) -> MachinePolicy.HealthCheckRule {
        reader.refuseUnknownFields(except: [
            "kind", "script", "interval", "cron", "timeout", "warningExitCodes", "beforeDeployment",
        ])
        var rule = MachinePolicy.HealthCheckRule()
        let kinds = MachinePolicy.CheckKind.allCases.map(\.rawValue)
        rule.kind = reader.optionalText("kind", .oneOf(kinds)).flatMap(
            MachinePolicy.CheckKind.init(rawValue:)
        )
        rule.script = reader.optionalText("script", .script)
        rule.intervalSeconds = reader.seconds("interval", in: 10...2_592_000)
        rule.cron = reader.optionalText("cron", .cron)
        if reader.value("interval") != nil, reader.value("cron") != nil {
            reader.fail("cron", "stands beside 'interval': a check is due by one of the two")
        }
        rule.timeoutSeconds = reader.seconds("timeout", in: 1...3600)
        rule.warningExitCodes = reader.numbers("warningExitCodes", in: 1...255, most: 50)
        rule.beforeDeployment = reader.optionalFlag("beforeDeployment")
        return rule
    }

    private static func cleanup(_ reader: inout ObjectReader) -> MachinePolicy.Cleanup {
        reader.refuseUnknownFields(except: [
            "deleteUnavailable", "deleteUnavailableAfter", "purgeAfter", "guard",
        ])
        var cleanup = MachinePolicy.Cleanup()
        cleanup.deleteUnavailable = reader.optionalFlag("deleteUnavailable")
        cleanup.deleteUnavailableAfterSeconds = reader.seconds("deleteUnavailableAfter", in: 0...31_536_000)
        cleanup.purgeAfterSeconds = reader.seconds("purgeAfter", in: 0...31_536_000)
        part("guard", of: &reader) { part in
            part.refuseUnknownFields(except: ["share", "count"])
            cleanup.guard.sharePercent = part.number("share", in: 1...100)
            cleanup.guard.count = part.number("count", in: 1...100_000)
        }
        return cleanup
    }

    private static func part(
        _ name: String,
        of reader: inout ObjectReader,
        _ read: (inout ObjectReader) -> Void
    ) {
        guard let value = reader.value(name) else { return }
        var part = ObjectReader(value, at: "\(reader.path).\(name)")
        read(&part)
        reader.adopt(part)
    }
}

extension ObjectReader {
    fileprivate mutating func optionalFlag(_ name: String) -> Bool? {
        value(name) == nil ? nil : flag(name, default: false)
    }

    /// A list of whole numbers, none twice; absent: nil.
    fileprivate mutating func numbers(_ name: String, in range: ClosedRange<Int>, most: Int) -> [Int]? {
        guard value(name) != nil else { return nil }
        var numbers: [Int] = []
        for (index, item) in items(name, "a list of at most \(most)", in: 0...most).enumerated() {
            let field = "\(name)[\(index)]"
            if case .int(let number) = item, let exact = Int(exactly: number), range.contains(exact) {
                if numbers.contains(exact) {
                    fail(field, "is the number \(exact), which the list has already")
                } else {
                    numbers.append(exact)
                }
            } else {
                mismatch(field, item, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        return numbers
    }
}
