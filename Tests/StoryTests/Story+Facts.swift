import FleetClient
import FleetModel
import Foundation
import Postgres
import Synchronization
import TestSupport

/// What stories look at and wait for.
extension Story {
    /// The one answer about a machine and the project `shop`.
    func explain(_ machine: String) async throws -> ProjectExplanation {
        let answer: Explanation = try await api().get(
            APIPath.of("machines", machine, "explain"),
            query: ["project": "shop"]
        )
        guard let project = answer.projects.first else { throw StoryError("no explanation of \(machine)") }
        return project
    }

    /// Waits until the agent of the machine has proved that the release is on it.
    func machine(_ machine: String, has release: String, within limit: Duration = .seconds(30)) async throws {
        let last = LastSeen()
        do {
            try await eventually("\(machine) has \(release)", within: limit) {
                let found = try await self.explain(machine)
                last.set("\(found)")
                return found.actual == release && found.incomplete == nil
            }
        } catch {
            throw StoryError("\(error); last seen: \(last.text)")
        }
    }

    func machine(_ machine: String, is verdict: Verdict, within limit: Duration = .seconds(30)) async throws {
        let last = LastSeen()
        do {
            try await eventually("\(machine) is \(verdict)", within: limit) {
                let found = try await self.explain(machine)
                last.set("\(found)")
                return found.verdict == verdict.rawValue
            }
        } catch {
            throw StoryError("\(error); last seen: \(last.text)")
        }
    }

    /// Waits until the query gives the number.
    func count(_ sql: SQL, is wanted: Int, within limit: Duration = .seconds(30)) async throws {
        let last = LastSeen()
        do {
            try await eventually("\(sql) gives \(wanted)", within: limit) {
                let found = try await self.number(sql)
                last.set("\(found)")
                return found == wanted
            }
        } catch {
            throw StoryError("\(error); last seen: \(last.text)")
        }
    }

    /// The number that the query gives in its column `n`.
    nonisolated func number(_ sql: SQL) async throws -> Int {
        try await database.database.query(sql)[0]["n"]
    }

    /// The texts that the query gives in its column `t`.
    nonisolated func texts(_ sql: SQL) async throws -> [String] {
        try await database.database.query(sql).map { try $0["t"] }
    }

    func deployment(_ id: Int) async throws -> APIV1.DeploymentDetail {
        try await api().get(APIPath.of("deployments", "\(id)"))
    }

    /// Starts a rollout and returns its id without waiting for its end.
    func startRollout(_ release: String, to environment: String = "production") async throws -> Int {
        let request = APIV1.DeploymentRequest(
            project: "shop",
            release: release,
            environment: environment,
            machines: nil
        )
        let deployment: Deployment = try await api().post(APIPath.of("deployments"), request)
        return Int(deployment.id.rawValue)
    }

    /// Where a file lies on a machine, in the project `shop`.
    nonisolated func file(_ path: String, on machine: String) -> URL {
        dataFolder(of: machine).appending(path: "projects/shop/\(path)")
    }

    /// Makes an empty file in the story's folder, for a script that waits for it.
    nonisolated func mark(_ name: String) throws {
        try Data().write(to: folder.appending(path: name))
    }

    nonisolated func read(_ path: String, on machine: String) -> String? {
        try? String(contentsOf: file(path, on: machine), encoding: .utf8)
    }
}

/// What a wait saw last, for the message when it was in vain.
private final class LastSeen: Sendable {
    private let seen = Mutex("nothing")

    var text: String { seen.withLock { $0 } }

    func set(_ text: String) { seen.withLock { $0 = text } }
}
