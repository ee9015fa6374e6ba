import Logging
import TestSupport
import Testing

@testable import Postgres

struct ConnectionConfigurationTests {
    @Test func `Keywords and URIs lead to the same place, and defaults stand behind them`() throws {
        for text in ["host=h port=5 user=u password=p", "postgresql://u:p@h:5"] {
            let configuration = try ConnectionConfiguration(text)
            #expect(configuration[parameter: "host"] == "h")
            #expect(configuration[parameter: "port"] == "5")
            #expect(configuration[parameter: "password"] == "p")
            #expect(configuration[parameter: "connect_timeout"] == "5")
        }
        #expect(try ConnectionConfiguration("connect_timeout=9")[parameter: "connect_timeout"] == "9")
    }

    @Test(
        arguments: [
            "host=h password=hunter2 hunter3", "host=h password='hunter2",
            "postgresql://u:hunter2@h:port:x/%zz",
            "postgresql://u:hun\"ter2%zz@h", "password=a hunter2=b", "postgres://u:hunter2@[::1/db",
        ]
    )
    func `A connection string that cannot be read is refused without giving away a password`(text: String) {
        let error = #expect(throws: PostgresError.self) { _ = try ConnectionConfiguration(text) }
        #expect(error?.kind == .invalidConfiguration)
        let message = error?.description ?? ""
        #expect(message.hasPrefix("the connection string cannot be read: "))
        #expect(!message.contains("hunter") && !message.contains("ter2"), "\(message)")
    }

    @Test func `A typing error without secrets near it is shown`() {
        let error = #expect(throws: PostgresError.self) { _ = try ConnectionConfiguration("hots=h") }
        #expect(error?.message.contains("\"hots\"") == true)
    }

    @Test func `Its description holds no secret`() throws {
        let text = try ConnectionConfiguration("host=h password=hunter2 sslpassword=hunter3")
            .redactedDescription
        #expect(!text.contains("hunter"))
        #expect(text.contains(" host=h ") && text.contains(" password=**** "))
    }
}

@Suite(.freshSchema)
struct SessionTests {
    private func show(_ name: String, in configuration: ConnectionConfiguration) async throws -> String {
        let connection = try await Connection.open(configuration, logger: .quiet)
        let rows = try await connection.query("SELECT current_setting(\(name)) AS value")
        await connection.close()
        return try rows[0]["value"]
    }

    @Test func `The last word on a setting wins: caller over default, program over caller, pinned over all`()
        async throws
    {
        var configuration = try TestDatabase.current.configuration
        #expect(try await show("statement_timeout", in: configuration) == "30s")
        configuration[parameter: "options"] = "-c statement_timeout=7s -c timezone=Asia/Tokyo"
        #expect(try await show("statement_timeout", in: configuration) == "7s")
        #expect(try await show("TimeZone", in: configuration) == "UTC")
        configuration.settings = [(name: "statement_timeout", value: "8s")]
        #expect(try await show("statement_timeout", in: configuration) == "8s")
    }

    @Test func `The server gives up a client that is gone, also one that does not read its result`()
        async throws
    {
        let configuration = try TestDatabase.current.configuration
        #expect(try await show("client_connection_check_interval", in: configuration) == "1s")
        #expect(try await show("tcp_user_timeout", in: configuration) == "10000")
        #expect(try await show("tcp_keepalives_idle", in: configuration) == "5")
    }

    @Test func `A setting with spaces and backslashes arrives as it is`() async throws {
        var configuration = try TestDatabase.current.configuration
        configuration.settings = [(name: "my.text", value: "a  b\\c 'd'")]
        #expect(try await show("my.text", in: configuration) == "a  b\\c 'd'")
    }

    @Test func `Notices go to the logger`() async throws {
        let collected = Collected<String>()
        let logger = Logger(label: "test") { _ in CollectingLogHandler { collected.append($0) } }
        let connection = try await Connection.open(TestDatabase.current.configuration, logger: logger)
        _ = try await connection.query("DO $$ BEGIN RAISE NOTICE 'a note'; RAISE WARNING 'a worry'; END $$")
        await connection.close()
        #expect(collected.values == ["debug postgres: a note", "warning postgres: a worry"])
    }
}

/// Passes every line on, with its level.
private struct CollectingLogHandler: LogHandler {
    let receive: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    init(_ receive: @escaping @Sendable (String) -> Void) {
        self.receive = receive
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        receive("\(event.level) \(event.message)")
    }
}
