package import FleetModel

/// Which kinds of events a scan has to look at one by one: what no trigger asks for and no rule reacts to is read past, and
/// in a fleet at rest that is nearly all of it.
///
/// Whatever its kind, an event matters as well when it names a project, or a machine that has an open need: the store adds
/// those.
package struct ScanInterest: Sendable, Equatable {
    /// What scans react to without any trigger.
    private static let always = ScanReaction.allCases.reduce(into: Set<EventCategory>()) {
        $0.formUnion($1.categories)
    }

    package private(set) var categories: Set<EventCategory>

    package init(triggers: [TriggerFacts]) {
        let enabled = triggers.filter(\.enabled)
        var categories = enabled.reduce(Self.always) { $0.union($1.categories) }
        // Whether a machine is still there at the end is asked of those alone that are deployed to again.
        if enabled.contains(where: \.redeploy) {
            categories.formUnion(EventGroup.machineAvailableForDeployment.categories)
            categories.formUnion(EventGroup.machineUnavailableForDeployment.categories)
        }
        self.categories = categories
    }

    /// The same with what webhooks tell of; nil: one of them tells of everything, or of what this version does not know, so
    /// every event has to be looked at.
    package func beside(_ webhooks: [WebhookFilter]) -> ScanInterest? {
        var both = self
        for webhook in webhooks {
            guard let told = webhook.categories else { return nil }
            let known = told.compactMap(EventCategory.init(rawValue:))
            guard known.count == told.count else { return nil }
            both.categories.formUnion(known)
        }
        return both
    }
}
