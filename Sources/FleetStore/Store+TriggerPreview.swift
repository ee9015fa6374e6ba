package import FleetModel
import FleetRules
import Postgres

extension Store {
    /// What triggers would have done since a time, by the code that scans; nothing is written.
    /// `principal` is told of what he sees.
    package func preview(
        _ documents: [TriggerDocument],
        sinceSeconds: Int,
        windowSeconds: Int,
        bounds: TriggerPreviewBounds = TriggerPreviewBounds(),
        as principal: Principal
    ) async throws -> TriggerPreview {
        let (until, triggers) = try await look(as: principal) { tx, seen in
            (try DatabaseClock.now(in: tx), try PreviewedTrigger.resolve(documents, seen: seen, in: tx))
        }
        let since = until.adding(seconds: -sinceSeconds)
        let past = try await pastEvents(
            of: PastEvents.categories(for: triggers.map(\.facts)),
            since: since,
            bounds,
            as: principal
        )
        let events = PastEvents(past.items, windowSeconds: windowSeconds)
        let ids = Array(Set(past.items.map(\.event.machineID)))
        return try await look(as: principal) { tx, seen in
            let machines = try FactsRows.machines(ids, in: tx)
            let firings = events.firings(machines: machines, triggers: triggers.map(\.facts))
            let outcomes = try triggers.map { trigger in
                let places = try SightRows.environments(of: trigger.facts.projectID, seen: seen, in: tx)
                return try trigger.outcome(
                    firings.filter { firing in
                        guard let machine = machines[firing.machineID] else { return false }
                        return firing.triggerID == trigger.facts.id
                            && places?.contains(machine.environmentID) ?? true
                    },
                    most: bounds.machines,
                    now: until,
                    in: tx
                )
            }
            let gone = machines.values.count(where: \.deleted)
            return TriggerPreview(
                since: since,
                until: until,
                windowSeconds: windowSeconds,
                eventsRead: past.aboutMachines,
                cutOffAt: past.cutOffAt,
                notes: Self.notes(cutOffAt: past.cutOffAt, read: past.read, gone: gone, documents),
                triggers: outcomes
            )
        }
    }

    private struct Past: Sendable {
        var items: [PastEvents.Item] = []
        var read = 0
        var aboutMachines = 0
        var cutOffAt: Instant?
    }

    /// The latest events first, a transaction for each page, so that none is open for long.
    private func pastEvents(
        of categories: Set<EventCategory>,
        since: Instant,
        _ bounds: TriggerPreviewBounds,
        as principal: Principal
    ) async throws -> Past {
        var past = Past()
        var before = Int64.max
        while true {
            let start = before
            let limit = min(bounds.page, bounds.events - past.read)
            let page = try await look(as: principal) { tx, seen in
                try PastEventRows.page(
                    before: start,
                    limit: limit,
                    of: categories,
                    since: since,
                    seen: seen,
                    in: tx
                )
            }
            past.items += page.items
            past.read += page.count
            past.aboutMachines += page.aboutMachines
            before = page.lowestID
            guard page.count == limit, let newest = page.newest, newest >= since else { return past }
            guard past.read < bounds.events && past.items.count < bounds.matters else {
                past.cutOffAt = page.oldest
                return past
            }
        }
    }

    private static func notes(
        cutOffAt: Instant?,
        read: Int,
        gone: Int,
        _ documents: [TriggerDocument]
    ) -> [String] {
        var notes = [
            "machines, their environments and roles, and what should be on them are taken as they are now, not as they were"
        ]
        if let cutOffAt {
            notes.append(
                "cut off: only the last \(read) events were read, so nothing before \(cutOffAt) is in it"
            )
        }
        if gone > 0 {
            notes.append(
                "\(gone == 1 ? "1 machine" : "\(gone) machines") of that time: deleted since, and left out"
            )
        }
        if documents.contains(where: { !$0.enabled }) {
            notes.append("triggers that are not enabled were taken as if they were")
        }
        return notes
    }
}

/// A trigger that is only a document yet, with the ids of what it names.
private struct PreviewedTrigger: Sendable {
    let document: TriggerDocument
    let facts: TriggerFacts

    static func resolve(
        _ documents: [TriggerDocument],
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Self] {
        let indexed = documents.enumerated().map { (index: $0.offset, document: $0.element) }
        let references = try TriggerReferences(indexed, seen: seen, in: tx)
        return indexed.compactMap { index, document in
            references.projects[document.project].map { project in
                Self(
                    document: document,
                    facts: TriggerFacts(
                        document,
                        id: ID(Int64(index + 1)),
                        project: project,
                        environments: Set(document.environments.compactMap { references.environments[$0] })
                    )
                )
            }
        }
    }

    func outcome(
        _ firings: [PastEvents.Firing],
        most: Int,
        now: Instant,
        in tx: borrowing Transaction
    ) throws -> TriggerPreview.Outcome {
        let shown = firings.prefix(most)
        let supposed = try SupposedNeedRows.load(
            shown.map(\.machineID),
            project: facts.projectID,
            trigger: facts,
            now: now,
            in: tx
        )
        return TriggerPreview.Outcome(
            project: document.project,
            trigger: document.name,
            matches: firings.map(\.events.count).reduce(0, +),
            machineCount: firings.count,
            machines: shown.compactMap { firing in
                supposed[firing.machineID].flatMap { line(firing, $0, now: now) }
            }
        )
    }

    private func line(
        _ firing: PastEvents.Firing,
        _ supposed: SupposedNeedRows.Supposed,
        now: Instant
    ) -> TriggerPreview.Line? {
        guard let first = firing.events.first, let last = firing.events.last else { return nil }
        var need = supposed.facts
        need.redeploy = firing.redeployments > 0
        let verdict: Verdict
        let reason: String
        var deployments = 0
        switch NeedPlanner().plan(need, now: now) {
        case .ready:
            verdict = .deploying
            reason = "it would be deployed to"
            deployments = max(1, firing.redeployments)
        case .close(_, let conclusion), .wait(let conclusion, _), .giveUp(let conclusion, _):
            verdict = conclusion.verdict
            reason = conclusion.reason
        }
        return TriggerPreview.Line(
            machine: supposed.machine,
            environment: supposed.environment,
            project: document.project,
            events: firing.events.count,
            firstEventID: first.event.id,
            firstAt: first.occurredAt,
            lastEventID: last.event.id,
            lastAt: last.occurredAt,
            deployments: deployments,
            release: supposed.facts.desired?.hasStepForMachine == true ? supposed.version : nil,
            verdict: verdict.rawValue,
            reason: reason
        )
    }
}
