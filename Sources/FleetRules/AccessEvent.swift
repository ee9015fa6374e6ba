package import FleetModel

/// Changes to who may do what.
package enum AccessEvent: Sendable, Equatable {
    case personCreated(name: String, grants: [Grant])
    case personDisabled(name: String)
    case personEnabled(name: String)
    case passwordChanged(name: String)
    /// Somebody at an OpenID provider is this person from now on, or is no more.
    case personLinked(name: String, issuer: String, subject: String)
    case personUnlinked(name: String, issuer: String, subject: String)
    /// `who` is `person:NAME` or `key:NAME`; equal: nothing happened.
    case grantsChanged(who: String, from: [Grant], to: [Grant])
    case keyRotated(name: String, prefix: String)
    /// A trigger fired where whoever it acts as may not deploy.
    case triggerRefused(EventSubject, trigger: String, environment: String, reason: String)

    /// nil: nothing happened.
    package var record: EventRecord? {
        switch self {
        case .personCreated(let name, let grants):
            return record(.personCreated, "person \(name) was entered, with \(words(grants))")
        case .personDisabled(let name):
            return record(.personDisabled, "person \(name) was disabled, with all sessions and keys")
        case .personEnabled(let name):
            return record(.personEnabled, "person \(name) was enabled")
        case .passwordChanged(let name):
            return record(.passwordChanged, "the password of person \(name) was set")
        case .personLinked(let name, let issuer, let subject):
            return record(.personLinked, "person \(name) was linked to '\(subject)' at \(issuer)")
        case .personUnlinked(let name, let issuer, let subject):
            return record(
                .personUnlinked,
                "person \(name) is no longer linked to '\(subject)' at \(issuer); all sessions were ended"
            )
        case .grantsChanged(let who, let from, let to):
            guard from != to else { return nil }
            return record(.grantsChanged, "\(who) has \(words(to)), and had \(words(from))")
        case .keyRotated(let name, let prefix):
            return record(.keyRotated, "API key \(name) has another secret (\(prefix))")
        case .triggerRefused(let subject, let trigger, let environment, let reason):
            return EventRecord(
                .triggerRefused,
                subject,
                "trigger \(trigger) may not deploy to \(environment): \(reason)"
            )
        }
    }

    private func record(_ category: EventCategory, _ message: String) -> EventRecord {
        EventRecord(category, EventSubject(), message)
    }

    private func words(_ grants: [Grant]) -> String {
        grants.isEmpty ? "no role" : grants.map(\.description).joined(separator: "; ")
    }
}
