import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark version`: of this program, and of the node that answers.
struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Version of this program and of the node that answers."
    )

    @OptionGroup var common: CommonOptions

    /// The answer of this command; `server` is nil when no node answered.
    struct Versions: Codable, Equatable {
        var client: String
        var server: String?
    }

    func run() async throws {
        try await common.perform { session in
            let (answer, failure) = await Self.ask(session)
            let versions = Versions(client: Version.current, server: answer)
            try session.printer.show(versions, name: versions.client) { palette, width in
                FactSheet([("client", Cell(versions.client)), ("server", Cell(versions.server))])
                    .lines(width: width, palette: palette)
            }
            if let failure { throw failure }
        }
    }

    private static func ask(_ session: Session) async -> (String?, Failure?) {
        do {
            let answer: NodeVersion = try await session.client.get("/version")
            return (answer.version, nil)
        } catch {
            return (nil, Failure(explaining: error))
        }
    }
}

/// `GET /version`
struct NodeVersion: Decodable, Equatable {
    var version: String
}
