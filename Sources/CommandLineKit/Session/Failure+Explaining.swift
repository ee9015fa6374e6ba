import FleetClient
import FleetModel

extension Failure {
    /// Any error of a command as what happened, what to do, and the exit code for it.
    init(explaining error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let problem as Problem: self.init(problem)
        case let error as ClientError: self.init(error)
        case is CancellationError: self.init(.failed, "it was interrupted")
        default: self.init(.failed, "\(error)")
        }
    }

    init(_ problem: Problem) {
        let status: CommandStatus =
            switch problem.status {
            case 404: .notFound
            case 400..<500: .refused
            case 502, 503, 504: .unreachable
            default: .failed
            }
        var details = (problem.errors ?? []).map { "\($0.field): \($0.message)" }
        switch problem.status {
        case 401: details.append("set TIDEMARK_API_KEY or pass --api-key-file; `tidemark doctor` checks them")
        case 429: details.append("wait a little and try again")
        default: break
        }
        self.init(status, problem.detail.isEmpty ? problem.title : problem.detail, details: details)
    }

    private init(_ error: ClientError) {
        switch error {
        case .unreachable:
            self.init(
                .unreachable,
                error.description,
                details: ["`tidemark doctor` looks for the reason"]
            )
        case .badURL: self.init(.usage, error.description, details: ["check TIDEMARK_URL or --url"])
        case .unreadable, .file: self.init(.failed, error.description)
        }
    }
}
