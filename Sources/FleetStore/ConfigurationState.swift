import Crypto
import FleetModel
package import Postgres

/// The kinds of configuration, in the order in which they are locked: that in which an apply writes them.
package enum ConfigurationKind: String, CaseIterable, Sendable {
    case environment = "Environment"
    case machinePolicy = "MachinePolicy"
    case project = "Project"
    case freeze = "Freeze"
    case trigger = "Trigger"
    case webhook = "Webhook"

    /// As messages and events call it.
    package var words: String { self == .machinePolicy ? "machine policy" : rawValue.lowercased() }

    /// What is said of it that nobody configured, and that changes by itself.
    fileprivate var live: Set<String> {
        switch self {
        case .machinePolicy: ["machines", "cleanupHold"]
        case .freeze: ["state"]
        case .webhook: ["disabledReason", "failingSince", "pending", "oldestPendingAt", "dead", "dropped"]
        case .environment, .project, .trigger: []
        }
    }
}

/// Configuration as a GET answers it, with the entity tag of that answer.
package struct ConfigurationState: Sendable, Equatable {
    /// JSON.
    package let text: String
    /// Without its quotes. Where something is said that changes by itself, the tag has two parts, `CONFIGURED.LIVE`: it
    /// stays a strong one, and a change is not refused because a machine joined meanwhile.
    package let tag: String

    package init(_ kind: ConfigurationKind, text: String) throws {
        self.text = text
        let fields: [String: JSONValue] = try JSONText.decode(from: text)
        let configured = Self.hash(try JSONText.encode(fields.filter { !kind.live.contains($0.key) }))
        let live = fields.filter { kind.live.contains($0.key) }
        tag = live.isEmpty ? configured : "\(configured).\(Self.hash(try JSONText.encode(live)))"
    }

    /// Whether that is a tag of what is configured now.
    func isConfigured(as other: String) -> Bool {
        tag.prefix { $0 != "." } == other.prefix { $0 != "." }
    }

    private static func hash(_ text: String) -> String {
        Hexadecimal.text(SHA256.hash(data: Array(text.utf8)).prefix(12))
    }
}

/// What must be so for a change to be made.
package enum ConfigurationCondition: Sendable, Equatable {
    /// It is as one of these tags says.
    case tags([String])
    case exists
    case absent

    /// Locks the thing, so that what is checked holds until the change is committed. A thing that is not there cannot be
    /// locked: whoever creates it looks again whether it was he. It is compared as whoever asks sees it: his tags are of that.
    package func check(
        _ kind: ConfigurationKind,
        _ name: String,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws {
        let state = try ConfigurationRows.lock(kind, name, seen: seen, in: tx)
        let holds =
            switch (self, state) {
            case (.tags(let tags), let state?): tags.contains(where: state.isConfigured)
            case (.exists, .some), (.absent, nil): true
            default: false
            }
        guard !holds else { return }
        throw try ConfigurationChanged(kind, name, now: state, seen: seen, in: tx)
    }
}

/// The thing is not as the caller believes.
package struct ConfigurationChanged: Error, Sendable, CustomStringConvertible {
    package let description: String
    /// The tag of what is there now; nil: nothing.
    package let tag: String?

    init(
        _ kind: ConfigurationKind,
        _ name: String,
        now state: ConfigurationState?,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws {
        tag = state?.tag
        // Who it was is in events that are not everybody's, and may be about another one of that name.
        let event = try seen.isEverything ? ConfigurationRows.author(kind, name, in: tx) : nil
        let author = event.map { ": \($0.actor) did it at \($0.at)" } ?? ""
        description =
            state == nil
            ? "there is no \(kind.words) '\(name)' now\(author)"
            : "\(kind.words) '\(name)' is not as you read it any more\(author). Read it again, and decide again"
    }
}
