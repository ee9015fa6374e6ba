import FleetClient
import FleetModel

/// What somebody probably meant who named something that is not there.
enum Suggestion {
    /// The failure with a line more, when there is something of nearly that name.
    static func adding(to error: any Error, in session: Session) async -> any Error {
        guard let problem = error as? Problem, problem.status == 404, let missing = problem.missing,
            let guess = await closest(to: missing, in: session)
        else { return error }
        var failure = Failure(explaining: error)
        failure.details.append("did you mean '\(guess)'?")
        return failure
    }

    private struct Named: Codable, Sendable {
        let name: String
    }

    private static func closest(to missing: Problem.Missing, in session: Session) async -> String? {
        let path: String
        switch missing.what {
        case "environment": path = APIPath.of("environments")
        case "project": path = APIPath.of("projects")
        case "machine policy": path = APIPath.of("machine-policies")
        case "freeze": path = APIPath.of("freezes")
        case "machine": path = APIPath.of("machines")
        default: return nil
        }
        // Only to help: whatever goes wrong here is no news.
        let page: APIV1.Page<Named>? = try? await session.list(path, limit: 1000)
        return page.flatMap { Spelling.closest(to: missing.which, among: $0.items.map(\.name)) }
    }
}
