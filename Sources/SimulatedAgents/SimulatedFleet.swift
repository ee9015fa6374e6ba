internal import FleetClient
package import FleetModel
internal import ServiceLifecycle

/// Many agents in one process, to load nodes with and to audit them by: each joins with a token, polls, accepts what it
/// is given and reports it done, over the routes and in the format of real agents. They keep nothing on disk and run no
/// script.
package struct SimulatedFleet: Service {
    /// What differs between simulations.
    package struct Settings: Sendable {
        /// The nodes, or their balancer. An agent that gets no answer from one goes on to the next.
        package var urls: [String]
        /// A join token that lasts for all of them.
        package var token: String
        package var count: Int
        /// Machines are called this, a dash and a number from 1.
        package var prefix = "simulated"
        /// The joins are spread over this time.
        package var joinWithin: Duration = .zero
        /// How long each step takes. An agent does nothing else meanwhile: keep it below the policy's silence.
        package var stepTakes: Duration = .zero
        /// How each step ends.
        package var outcome: @Sendable (AgentV1.Assignment) -> AgentV1.Outcome = { _ in .succeeded }

        package init(urls: [String], token: String, count: Int) {
            self.urls = urls
            self.token = token
            self.count = count
        }
    }

    package let journal: SimulatedJournal
    private let settings: Settings
    private let clients: [AgentClient]

    /// - Throws: `ClientError` for an address that is none.
    package init(_ settings: Settings, journal: SimulatedJournal = SimulatedJournal()) throws {
        self.settings = settings
        self.journal = journal
        // An agent sends one request at a time, and each may be a poll that is held.
        clients = try settings.urls.map { url in
            try AgentClient(url: url, timeout: .seconds(30), connections: settings.count)
        }
    }

    /// Runs them all until the task is cancelled, or the service group stops; without a goodbye, as machines that lose
    /// their power.
    package func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for number in 0..<settings.count {
                    let agent = SimulatedAgent(
                        name: "\(settings.prefix)-\(number + 1)",
                        settings: settings,
                        clients: clients,
                        first: number % clients.count,
                        journal: journal
                    )
                    let delay = settings.joinWithin * (Double(number) / Double(settings.count))
                    group.addTask {
                        // Cancelled while it waits: the agent's own loop sees it.
                        try? await Task.sleep(for: delay)
                        await agent.run()
                    }
                }
            }
        }
        for client in clients { await client.close() }
    }
}
