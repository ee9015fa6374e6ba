package import FleetModel
import FleetRules
import Postgres

extension ID: PostgresEncodable {
    package var postgresText: String? { String(rawValue) }
}

extension ID: PostgresDecodable {
    package init(postgresText: String) throws {
        self.init(try Int64(postgresText: postgresText))
    }
}

extension Instant: PostgresEncodable {
    package var postgresText: String? { description }
}

extension Instant: PostgresDecodable {
    package init(postgresText: String) throws {
        guard let instant = Instant(postgresText) else { throw InstantUnreadable(text: postgresText) }
        self = instant
    }
}

/// A timestamptz that did not look like one; only possible when a query selects another type.
struct InstantUnreadable: Error, CustomStringConvertible {
    let text: String

    var description: String { "'\(text)' is not a time" }
}

extension MachineHealth: PostgresEncodable, PostgresDecodable {}
extension DeploymentState: PostgresEncodable, PostgresDecodable {}
extension DeploymentKind: PostgresEncodable, PostgresDecodable {}
extension RunState: PostgresEncodable, PostgresDecodable {}
extension StepState: PostgresEncodable, PostgresDecodable {}
extension EventCategory: PostgresEncodable, PostgresDecodable {}
extension Verdict: PostgresEncodable, PostgresDecodable {}
extension NeedFacts.DesiredRelease.Source: PostgresEncodable, PostgresDecodable {}
extension GateState: PostgresEncodable, PostgresDecodable {}
extension GateKind: PostgresEncodable, PostgresDecodable {}
extension RepetitionKind: PostgresEncodable, PostgresDecodable {}
extension DeploymentSettings.Absent: PostgresEncodable, PostgresDecodable {}
extension DeploymentFacts.Absence: PostgresEncodable, PostgresDecodable {}
extension Step.RunWhen: PostgresEncodable, PostgresDecodable {}
