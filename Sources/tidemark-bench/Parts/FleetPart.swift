import FleetClient
import FleetModel
import FleetStore
import Foundation
import Postgres
import Proof

/// How soon a node answers in a large fleet: 10,000 machines, 100 projects, and a million events or ten. Times are curl's, from
/// the request to the last byte, on the loopback address.
struct FleetPart {
    private static let repetitions = 15

    let stage: Stage

    func run(into figures: Figures) async throws {
        let fleet = BigFleet(
            machines: stage.size.pick(small: 500, standard: 10_000),
            events: stage.size.pick(small: 10_000, standard: 1_000_000, full: 10_000_000)
        )
        try await stage.withPostgres { postgres in
            let database = stage.patientDatabase(postgres)
            let store = Store(database: database, node: "bench")
            let key = try await store.createAPIKey(name: "bench", by: "bench").text
            try await fleet.make(in: database)
            // What is asked about is the answers, not the scan of a past that was written in one go.
            _ = try await database.query("UPDATE scan_mark SET done = pg_current_snapshot(), batch = NULL")
            guard let session = try await store.signIn(apiKey: key, remote: "127.0.0.1") else {
                throw ProofError("signing in was refused")
            }
            let node = try await ServingNode.start(stage, postgres)
            do {
                try await ask(node, key: key, session: session.text, fleet, into: figures)
            } catch {
                await node.stop()
                throw error
            }
            await node.stop()
            await database.close()
        }
    }

    private func ask(
        _ node: ServingNode,
        key: String,
        session: String,
        _ fleet: BigFleet,
        into figures: Figures
    ) async throws {
        let api = "Authorization: Bearer \(key)"
        let page = "Cookie: tidemark_session=\(session)"
        let small = try await times(node.url + "/readyz", header: api).median
        let baseline = Baseline("GET /readyz of the same node", small)
        let machine = "machine-\(fleet.machines / 2)"
        let lists = [
            "/api/v1/machines", "/api/v1/projects", "/api/v1/environments", "/api/v1/triggers",
            "/api/v1/deployments",
            "/api/v1/decisions", "/api/v1/events", "/api/v1/events?machine=\(machine)",
        ]
        let pages = [
            "/", "/machines", "/machines?health=Healthy&role=web", "/machines/\(machine)", "/environments",
            "/environments/environment-0", "/projects", "/projects/project-0", "/projects/project-0/triggers",
            "/deployments", "/events", "/decisions", "/policies", "/freezes", "/cluster", "/join",
            "/webhooks", "/keys",
            "/people", "/account",
        ]
        for (paths, header, what) in [(lists, api, "list"), (pages, page, "page")] {
            for path in paths {
                let times = try await times(node.url + path, header: header)
                figures.add(
                    Figure(
                        "\(what) \(path), longest",
                        times.most,
                        "ms",
                        against: baseline,
                        target: .below(200)
                    )
                )
            }
        }
        for path in [
            "/api/v1/machines/\(machine)/explain?project=project-\(fleet.machines / 2 % 10)",
            "/api/v1/machines/\(machine)/explain",
        ] {
            let times = try await times(node.url + path, header: api)
            figures.add(
                Figure(
                    "\(path.split(separator: "/").last ?? ""), longest",
                    times.most,
                    "ms",
                    against: baseline,
                    target: .below(50)
                )
            )
        }
    }

    private func times(_ url: String, header: String) async throws -> Measured {
        var times = Measured()
        for number in 0...Self.repetitions {
            let output = try await Tool.run(
                "curl",
                "-sS",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code} %{time_total}",
                "-H",
                header,
                url
            )
            let words = output.split(separator: " ")
            guard words.first == "200", let seconds = words.last.flatMap({ Double($0) }) else {
                throw ProofError("\(url) answered: \(output)")
            }
            // The first one opens sessions to the database.
            if number > 0 { times.add(seconds * 1000) }
        }
        return times
    }
}
