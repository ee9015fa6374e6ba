import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark event`
struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "What happened: changes, decisions, failures, and who did what.",
        subcommands: [List.self, EventWatch.self, EventExport.self],
        aliases: ["events"]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The latest events, oldest of them first, as a log reads."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @OptionGroup var filter: EventFilter
        @Flag(help: "Newest first.") var newest = false

        func run() async throws {
            try await list.watch.perform(common) { session in
                var page: APIV1.Page<Event> = try await session.list(
                    APIPath.of("events"),
                    query: filter.query.merging(["order": "desc"]) { _, new in new },
                    limit: list.limit
                )
                if !newest { page.items.reverse() }
                try session.show(
                    page,
                    columns: EventView.columns(now: session.now),
                    name: \.id.description,
                    none: "there is no such event"
                )
            }
        }
    }
}

/// Which events.
struct EventFilter: ParsableArguments {
    @Option(help: "Only this category, such as MachineHealthy.") var category: String?
    @Option(help: "Only those of this machine.") var machine: String?
    @Option(help: "Only those of this project.") var project: String?

    var query: [String: String?] {
        ["category": category, "machine": machine, "project": project]
    }

    /// For a stream, which carries all events: names become the ids that events have.
    func match(in session: Session) async throws -> EventMatch {
        var match = EventMatch(category: category)
        if let machine {
            let found: Machine = try await session.client.get(APIPath.of("machines", machine))
            match.machineID = found.id
        }
        if let project {
            let found: Project = try await session.client.get(APIPath.of("projects", project))
            match.projectID = found.id
        }
        return match
    }
}

/// Whether an event is one that was asked for.
struct EventMatch: Equatable, Sendable {
    var category: String?
    var machineID: ID<Machine>?
    var projectID: ID<Project>?

    func matches(_ event: Event) -> Bool {
        (category == nil || category == event.category)
            && (machineID == nil || machineID == event.machineID)
            && (projectID == nil || projectID == event.projectID)
    }
}
