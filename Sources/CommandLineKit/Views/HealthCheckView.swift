import FleetModel

/// Health checks as people see them.
enum HealthCheckView {
    static func sheet(_ check: HealthCheck, now: Instant) -> FactSheet {
        FactSheet(
            [
                ("machine", Cell(check.machine, .strong)), ("check", Cell(String(check.id.rawValue))),
                ("why", Cell("\(check.cause.rawValue), by \(check.requestedBy)")),
            ] + facts(check, now: now)
        )
    }

    /// What came of it, for the check alone and for its machine.
    static func facts(_ check: HealthCheck, now: Instant) -> [(String, Cell)] {
        guard let health = check.health, let at = check.concludedAt else {
            return [("state", .state(check.state.rawValue))]
        }
        let when = RelativeTime.describe(at, now: now)
        let lines = check.output.split(separator: "\n").map { ("  output", Cell(String($0))) }
        return [
            ("last check", Cell("\(health.rawValue), \(when): \(check.reason)", Tone(state: health.rawValue)))
        ] + (check.exitCode.map { [("  exit code", Cell(String($0)))] } ?? []) + lines
    }
}
