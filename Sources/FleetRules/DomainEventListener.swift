import FleetModel

/// The one place that decides which domain events become rows of `event`, and what they say.
package enum DomainEventListener {
    /// The rows of one domain event: none when it changed nothing that anybody could want to know.
    package static func records(of event: DomainEvent) -> [EventRecord] {
        switch event {
        case .machineJoined, .machineDeleted, .machineEnabledChanged, .machineHealthChanged,
            .machinePropertiesChanged, .machineIdentityDuplicated, .inventoryReported:
            machineRecord(of: event).map { [$0] } ?? []
        case .cleanup(let event): [event.record]
        case .drift(let event): event.record.map { [$0] } ?? []
        case .environment(let event): [event.record]
        case .machinePolicy(let event): [event.record]
        case .healthCheck(let event): [event.record]
        case .deploymentCreated, .deploymentCancelRequested, .deploymentFinished, .runFinished,
            .approval, .stepOutcomeUnknown:
            deploymentRecord(of: event).map { [$0] } ?? []
        case .environmentApplied, .projectApplied, .triggerApplied, .triggerDeleted, .packagePushed,
            .releaseCreated:
            configurationRecord(of: event).map { [$0] } ?? []
        case .promotion(let event): [event.record]
        case .pinning(let event): [event.record]
        case .failing(let failing): [failing.record]
        case .tokenCreated, .tokenRevoked, .keyCreated, .keyRevoked, .accessRefused:
            accessRecord(of: event).map { [$0] } ?? []
        case .signIn(let event): [event.record]
        case .access(let event): event.record.map { [$0] } ?? []
        case .nodeStarted, .nodeStopped, .nodeDrained, .nodeUndrained, .leaseAcquired, .leaseResigned,
            .leaseHolderTerminated, .markRebased:
            clusterRecord(of: event).map { [$0] } ?? []
        case .retention(let retention): [retention.record]
        case .webhook(let event): [event.record]
        case .secret(let event): [event.record]
        }
    }

    private static func machineRecord(of event: DomainEvent) -> EventRecord? {
        switch event {
        case .machineJoined(let subject, let name, let incarnation, let prefix):
            let again = incarnation > 1 ? "; it is machine \(incarnation) of that name and starts clean" : ""
            return EventRecord(
                .machineAdded,
                subject,
                "machine \(name) joined with token \(prefix)\(again)",
                detail: ["incarnation": String(incarnation), "token": prefix]
            )
        case .machineDeleted(let subject, let name, let reason):
            return EventRecord(.machineDeleted, subject, "machine \(name) was deleted: \(reason)")
        case .machineEnabledChanged(let subject, let name, let enabled):
            return EventRecord(
                enabled ? .machineEnabled : .machineDisabled,
                subject,
                "machine \(name) was \(enabled ? "enabled" : "disabled")"
            )
        case .machineHealthChanged(let subject, let name, let from, let to, let reason):
            guard from != to, let category = category(of: to) else { return nil }
            return EventRecord(
                category,
                subject,
                "machine \(name) was found \(to.rawValue): \(reason)",
                detail: ["from": from.rawValue, "to": to.rawValue]
            )
        case .machinePropertiesChanged(let subject, let name, let changes):
            guard !changes.isEmpty else { return nil }
            return EventRecord(
                .machineDeploymentRelatedPropertyWasUpdated,
                subject,
                "machine \(name) changed: \(changes.joined(separator: "; "))"
            )
        case .machineIdentityDuplicated(let subject, let name, let detail):
            return EventRecord(
                .machineIdentityDuplicated,
                subject,
                "two agents use the key of \(name): \(detail)"
            )
        case .inventoryReported(let subject, let name, let project, let recorded, let proven):
            guard recorded != proven else { return nil }
            return EventRecord(
                .machineDriftDetected,
                subject,
                "machine \(name) has \(proven ?? "nothing") of \(project), not \(recorded ?? "nothing") as recorded",
                detail: ["project": project, "recorded": recorded ?? "", "proven": proven ?? ""]
            )
        default: return nil
        }
    }

    private static func category(of health: MachineHealth) -> EventCategory? {
        switch health {
        case .unknown: nil
        case .healthy: .machineHealthy
        case .hasWarnings: .machineHasWarnings
        case .unhealthy: .machineUnhealthy
        case .unavailable: .machineUnavailable
        }
    }

    private static func deploymentRecord(of event: DomainEvent) -> EventRecord? {
        switch event {
        case .deploymentCreated(let subject, let description, let machines):
            return EventRecord(
                .deploymentCreated,
                subject,
                "\(description) was created for \(machines) machine\(machines == 1 ? "" : "s")"
            )
        case .deploymentCancelRequested(let subject, let description):
            return EventRecord(.deploymentCancelRequested, subject, "\(description) is to be cancelled")
        case .deploymentFinished(let subject, let description, let state, let reason):
            guard let category = category(of: state) else { return nil }
            return EventRecord(category, subject, "\(description) \(state.rawValue): \(reason)")
        case .runFinished(let subject, let machine, let description, let state, let reason):
            let what = "\(description) on \(machine) ended as \(state.rawValue): \(reason)"
            switch state {
            case .failed, .unknown: return EventRecord(.runFailed, subject, what)
            case .skipped: return EventRecord(.runSkipped, subject, what)
            case .pending, .running, .succeeded, .cancelled: return nil
            }
        case .approval(let subject, let description, let event):
            return event.record(subject, description: description)
        case .stepOutcomeUnknown(let subject, let machine, let step, let reason):
            return EventRecord(
                .stepOutcomeUnknown,
                subject,
                "it cannot be known whether step \(step) ran to its end on \(machine): \(reason)"
            )
        default: return nil
        }
    }

    private static func category(of state: DeploymentState) -> EventCategory? {
        switch state {
        case .running: nil
        case .succeeded: .deploymentSucceeded
        case .failed: .deploymentFailed
        case .cancelled: .deploymentCancelled
        }
    }

    private static func configurationRecord(of event: DomainEvent) -> EventRecord? {
        switch event {
        case .environmentApplied(let subject, let name, let created):
            EventRecord(
                created ? .environmentCreated : .environmentModified,
                subject,
                "environment \(name) was \(created ? "created" : "changed")"
            )
        case .projectApplied(let subject, let name, let created):
            EventRecord(
                created ? .projectCreated : .projectModified,
                subject,
                "project \(name) was \(created ? "created" : "changed")"
            )
        case .triggerApplied(let subject, let name, let created):
            EventRecord(
                created ? .triggerCreated : .triggerModified,
                subject,
                "trigger \(name) was \(created ? "created" : "changed")"
            )
        case .triggerDeleted(let subject, let name):
            EventRecord(.triggerDeleted, subject, "trigger \(name) was deleted")
        case .packagePushed(let name, let version, let sha256):
            EventRecord(
                .packagePushed,
                EventSubject(),
                "package \(name) \(version) was pushed",
                detail: ["sha256": sha256]
            )
        case .releaseCreated(let subject, let project, let version):
            EventRecord(.releaseCreated, subject, "release \(version) of \(project) was created")
        default: nil
        }
    }

    private static func accessRecord(of event: DomainEvent) -> EventRecord? {
        switch event {
        case .tokenCreated(let subject, let prefix, let roles):
            EventRecord(
                .tokenCreated,
                subject,
                "join token \(prefix) was created for roles \(roles.joined(separator: ", "))"
            )
        case .tokenRevoked(let subject, let prefix):
            EventRecord(.tokenRevoked, subject, "join token \(prefix) was revoked")
        case .keyCreated(let name, let prefix):
            EventRecord(.keyCreated, EventSubject(), "API key \(name) (\(prefix)) was created")
        case .keyRevoked(let name, let prefix):
            EventRecord(.keyRevoked, EventSubject(), "API key \(name) (\(prefix)) was revoked")
        case .accessRefused(let subject, let what):
            EventRecord(.accessRefused, subject, "refused: \(what)")
        default: nil
        }
    }

    private static func clusterRecord(of event: DomainEvent) -> EventRecord? {
        switch event {
        case .nodeStarted(let version, let address):
            EventRecord(
                .nodeStarted,
                EventSubject(),
                "node started, version \(version), listening on \(address)"
            )
        case .nodeStopped:
            EventRecord(.nodeStopped, EventSubject(), "node stopped")
        case .nodeDrained(let name):
            EventRecord(
                .nodeDrained,
                EventSubject(),
                "node \(name) is drained: it takes no requests and does not lead",
                detail: ["node": name]
            )
        case .nodeUndrained(let name):
            EventRecord(
                .nodeUndrained,
                EventSubject(),
                "node \(name) is taken back",
                detail: ["node": name]
            )
        case .leaseAcquired(let term, let previous):
            EventRecord(
                .leaseAcquired,
                EventSubject(),
                "lease acquired, term \(term)" + (previous.map { ", after \($0)" } ?? ""),
                detail: ["term": String(term)]
            )
        case .leaseResigned(let term):
            EventRecord(
                .leaseResigned,
                EventSubject(),
                "lease resigned, term \(term)",
                detail: ["term": String(term)]
            )
        case .leaseHolderTerminated(let term, let holder, let stale):
            EventRecord(
                .leaseHolderTerminated,
                EventSubject(),
                "lease session of \(holder), term \(term), was ended: no sign of life for \(stale) s",
                detail: ["term": String(term)]
            )
        case .markRebased(let unread, let reason):
            EventRecord(
                .markRebased,
                EventSubject(),
                "the mark was re-based, \(unread) events were unread: \(reason)"
            )
        default: nil
        }
    }
}
