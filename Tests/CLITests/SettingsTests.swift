import ArgumentParser
import FleetClient
import FleetModel
import Testing

@testable import CommandLineKit

@Suite("Settings, failures and exit codes")
struct SettingsTests {
    private func settings(
        url: String? = nil,
        keyFile: String? = nil,
        _ environment: [String: String],
        file: String = "from-file\n"
    ) throws -> Settings {
        try Settings(url: url, keyFile: keyFile, environment: environment) { _ in file }
    }

    @Test("Flags go before the environment")
    func order() throws {
        let environment = ["TIDEMARK_URL": "http://env", "TIDEMARK_API_KEY": " from-env\n"]
        let byEnvironment = try settings(environment)
        #expect(byEnvironment.url == "http://env")
        #expect(byEnvironment.key == "from-env")
        let byFlag = try settings(url: "http://flag", keyFile: "key", environment)
        #expect(byFlag.url == "http://flag")
        #expect(byFlag.key == "from-file")
    }

    @Test("What is missing is named, with what to set")
    func missing() {
        #expect(
            throws: Failure(
                .usage,
                "no address of the cluster is set",
                details: [
                    "set TIDEMARK_URL=https://tidemark.example.com, or pass --url; `tidemark context set` keeps it"
                ]
            )
        ) { try settings([:]) }
        #expect(throws: Failure(.usage, "key: holds no API key")) {
            try settings(url: "http://x", keyFile: "key", [:], file: " \n")
        }
    }

    @Test(
        "A problem's status decides the exit code",
        arguments: [
            (400, .refused), (401, .refused), (403, .refused), (404, .notFound), (409, .refused),
            (422, .refused),
            (429, .refused), (500, .failed), (502, .unreachable), (503, .unreachable), (504, .unreachable),
        ] as [(Int, CommandStatus)]
    )
    func problem(status: Int, exit: CommandStatus) {
        let problem = Problem(type: "/problems/x", title: "title", status: status, detail: "detail")
        #expect(Failure(explaining: problem).status == exit)
        #expect(Failure(explaining: problem).message == "detail")
    }

    @Test("No answer, a bad address and an unreadable answer have their own exit codes")
    func clientErrors() {
        let unreachable = ClientError.unreachable(url: "http://x", reason: "connection refused")
        #expect(Failure(explaining: unreachable).status == .unreachable)
        #expect(Failure(explaining: ClientError.badURL("x")).status == .usage)
        #expect(Failure(explaining: ClientError.unreadable(url: "http://x", reason: "")).status == .failed)
    }

    @Test("The published table names every exit code")
    func table() {
        let codes = CommandStatus.allCases.map(\.rawValue)
        #expect(codes == [0, 1, 2, 3, 4, 5, 6, 64])
        #expect(CommandStatus.table.split(separator: "\n").count == codes.count)
        #expect(Tidemark.helpMessage().contains("  6  time was up before it happened"))
    }

    @Test("Time is up: the body is ended and the failure says what was waited for")
    func deadline() async {
        await #expect(throws: Failure(.timedOut, "it did not come")) {
            try await Deadline.within(.milliseconds(20), orFail: "it did not come") {
                try await Task.sleep(for: .seconds(3600))
            }
        }
    }
}
