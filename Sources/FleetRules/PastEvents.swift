package import FleetModel

/// Events of the past, weighed and matched as the scans of their time would have done it.
package struct PastEvents: Sendable {
    /// An event with its time.
    package struct Item: Sendable, Equatable {
        package var event: ScannedEvent
        package var occurredAt: Instant

        package init(event: ScannedEvent, occurredAt: Instant) {
            self.event = event
            self.occurredAt = occurredAt
        }
    }

    /// What one trigger makes of one machine's events.
    package struct Firing: Sendable, Equatable {
        package var triggerID: ID<Trigger>
        package var machineID: ID<Machine>
        /// The events that fire it, in order of id.
        package var events: [Item]
        /// In how many windows it fires with `redeploy`: each would have been a deployment of its own.
        package var redeployments: Int
    }

    private let items: [Item]
    private let windowSeconds: Int

    /// Events within the same `windowSeconds` of the clock are weighed together.
    package init(_ items: [Item], windowSeconds: Int) {
        self.items = items.sorted { $0.event.id < $1.event.id }
        self.windowSeconds = max(1, windowSeconds)
    }

    /// In order of trigger and machine. Machines are as the caller knows them: those that it leaves out match nothing.
    package func firings(machines: [ID<Machine>: MachineFacts], triggers: [TriggerFacts]) -> [Firing] {
        let byID = Dictionary(items.map { ($0.event.id, $0) }) { first, _ in first }
        var firings: [Key: Firing] = [:]
        for window in windows {
            let balance = EventBalance(window.map(\.event))
            var redeployed: Set<Key> = []
            for match in TriggerMatcher.matches(balance, machines: machines, triggers: triggers) {
                guard let item = byID[match.eventID] else { continue }
                let key = Key(trigger: match.triggerID, machine: match.machineID)
                let none = Firing(
                    triggerID: match.triggerID,
                    machineID: match.machineID,
                    events: [],
                    redeployments: 0
                )
                firings[key, default: none].events.append(item)
                if match.redeploy, redeployed.insert(key).inserted {
                    firings[key, default: none].redeployments += 1
                }
            }
        }
        return firings.values.sorted { ($0.triggerID, $0.machineID) < ($1.triggerID, $1.machineID) }
    }

    /// What has to be known of the past to say what triggers would have done: what they ask for, and whether a machine was there.
    package static func categories(for triggers: [TriggerFacts]) -> Set<EventCategory> {
        triggers.reduce(
            EventGroup.machineAvailableForDeployment.categories
                .union(EventGroup.machineUnavailableForDeployment.categories)
        ) { $0.union($1.categories) }
    }

    private struct Key: Hashable {
        let trigger: ID<Trigger>
        let machine: ID<Machine>
    }

    private var windows: [[Item]] {
        let length = Int64(windowSeconds) * 1_000_000
        let slots = Dictionary(grouping: items) { $0.occurredAt.microseconds / length }
        return slots.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension TriggerFacts {
    /// A trigger that is only a document yet. It counts as enabled: what it would do is the question.
    package init(
        _ document: TriggerDocument,
        id: ID<Trigger>,
        project: ID<Project>,
        environments: Set<ID<Environment>>
    ) {
        self.init(
            id: id,
            projectID: project,
            categories: document.eventGroups.reduce(Set(document.eventCategories)) {
                $0.union($1.categories)
            },
            environmentIDs: environments,
            roles: Set(document.roles),
            redeploy: document.redeploy,
            batch: document.batch
        )
    }
}
