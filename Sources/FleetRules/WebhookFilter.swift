package import FleetModel

/// Which events a webhook tells of.
package struct WebhookFilter: Sendable, Equatable {
    /// nil: every category, those too that only a newer node knows.
    package let categories: Set<String>?
    /// nil: every environment, and events of none.
    package let environments: Set<ID<Environment>>?
    package let projects: Set<ID<Project>>?

    package init(
        groups: [EventGroup],
        categories: [String],
        environments: Set<ID<Environment>>?,
        projects: Set<ID<Project>>?
    ) {
        let grouped = groups.flatMap(\.categories).map(\.rawValue)
        self.categories = groups.contains(.all) ? nil : Set(grouped + categories)
        self.environments = environments
        self.projects = projects
    }

    /// Categories that no webhook tells of: two webhooks that drop deliveries would otherwise make each other drop
    /// more for ever.
    package static let untold: Set<String> = [EventCategory.webhookDeliveriesDropped.rawValue]

    /// A webhook for some environments is not told of what concerns no environment; the same holds of projects.
    package func tells(
        of category: String,
        environment: ID<Environment>?,
        project: ID<Project>?
    ) -> Bool {
        !Self.untold.contains(category)
            && categories?.contains(category) != false
            && (environments.map { wanted in environment.map(wanted.contains) ?? false } ?? true)
            && (projects.map { wanted in project.map(wanted.contains) ?? false } ?? true)
    }
}
