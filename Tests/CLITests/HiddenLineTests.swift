import FleetModel
import Foundation
import Testing

@Suite("What is typed and not shown")
struct HiddenLineTests: RunsTool {
    /// A terminal, and what its inner side is set to.
    private struct Terminal {
        let outside: FileHandle
        let inside: FileHandle

        init() throws {
            var ends: (Int32, Int32) = (0, 0)
            guard openpty(&ends.0, &ends.1, nil, nil, nil) == 0 else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            outside = FileHandle(fileDescriptor: ends.0, closeOnDealloc: true)
            inside = FileHandle(fileDescriptor: ends.1, closeOnDealloc: true)
        }

        var shows: Bool {
            var settings = termios()
            return tcgetattr(inside.fileDescriptor, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
        }

        /// Once the command has come so far that nothing is shown.
        func type(_ text: String) async throws {
            for _ in 1...4000 where shows { try await Task.sleep(for: .milliseconds(5)) }
            try #require(!shows)
            outside.write(Data(text.utf8))
        }
    }

    /// Runs `tidemark secret set` at the terminal while `text` is typed; returns how it ended.
    private func set(_ server: CannedServer, typing text: String, at terminal: Terminal) async throws -> Int32
    {
        let process = Process()
        process.executableURL = Tool.url
        process.arguments = ["secret", "set", "shop", "DB_PASSWORD"]
        process.environment = ["TIDEMARK_URL": server.url, "TIDEMARK_API_KEY": "tmk_secret"]
        process.standardInput = terminal.inside
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended in
            end.yield(ended.terminationStatus)
            end.finish()
        }
        try process.run()
        try await terminal.type(text)
        return try #require(await ends.first { _ in true })
    }

    @Test("A value that is typed is taken without its line end, and the terminal shows again what is typed")
    func typed() async throws {
        let secret = Secret(
            project: "shop",
            environment: nil,
            name: "DB_PASSWORD",
            setBy: "key:ada",
            setAt: Samples.at(-60),
            version: 1
        )
        let path = "PUT /api/v1/projects/shop/secrets/DB_PASSWORD"
        try await CannedServer.with([path: .init(body: try json(secret))]) { server in
            let terminal = try Terminal()
            #expect(try await set(server, typing: "hunter2hunter2\n", at: terminal) == 0)
            #expect(server.requests.map(\.body) == [#"{"value":"hunter2hunter2"}"#])
            #expect(terminal.shows)
        }
    }

    @Test("Ctrl-C ends the command, sends nothing, and the terminal shows again what is typed")
    func brokenOff() async throws {
        try await CannedServer.with([:]) { server in
            let terminal = try Terminal()
            #expect(try await set(server, typing: "hunter2hunter2\u{3}", at: terminal) == SIGINT)
            #expect(server.requests.isEmpty)
            #expect(terminal.shows)
        }
    }
}
