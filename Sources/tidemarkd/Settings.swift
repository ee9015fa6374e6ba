import FleetModel
import FleetStore
import Foundation
import HTTPAPI
import Logging
import Postgres
import StructuredLogs

/// What a node was told, checked before it starts.
struct Settings: Sendable {
    let database: DatabaseSettings
    let listen: ListenAddress
    let nodeName: String
    let scanInterval: Duration
    let scanWake: Bool
    let leaseTTLMilliseconds: Int
    let agentSilenceSeconds: Int
    let pollSeconds: Int
    let webhookAllowPrivate: [NetworkRange]
    let limits: RateLimits
    let retention: RetentionSettings
    /// nil: nobody signs in at a provider.
    let signIn: SignInSettings?
    /// nil: this node seals and opens no secrets.
    let secretKeys: SecretKeyRing?

    static var environment: [String: String] { ProcessInfo.processInfo.environment }

    init(
        _ flags: ServeFlags,
        environment: [String: String],
        hostName: String = ProcessInfo.processInfo.hostName
    ) throws {
        let read = SettingReader(environment: environment)
        database = try DatabaseSettings(flags.database, environment: environment)
        listen = try read(
            "TIDEMARK_LISTEN",
            flags.listen,
            or: "127.0.0.1:8080",
            "HOST:PORT",
            ListenAddress.init
        )
        let portName = "\(hostName)-\(listen.port)"
        nodeName = try read(
            "TIDEMARK_NODE_NAME",
            flags.nodeName,
            or: portName,
            "1 to 100 characters without spaces"
        ) {
            (1...100).contains($0.count) && !$0.contains(where: \.isWhitespace) ? $0 : nil
        }
        scanInterval = .milliseconds(
            try read.time("TIDEMARK_SCAN_INTERVAL", flags.scanInterval, or: "15s", 100...3_600_000)
        )
        scanWake = try read("TIDEMARK_SCAN_WAKE", flags.scanWake, or: "true", "true or false", Bool.init)
        leaseTTLMilliseconds = Int(
            try read.time("TIDEMARK_LEASE_TTL", flags.leaseTTL, or: "5s", 1000...60_000)
        )
        agentSilenceSeconds = Int(
            try read.time("TIDEMARK_AGENT_SILENCE", flags.agentSilence, or: "90s", 1000...86_400_000) / 1000
        )
        pollSeconds = try read(
            "TIDEMARK_POLL_SECONDS",
            flags.pollSeconds,
            or: "30",
            "a number of seconds from 1 to 100"
        ) {
            Int($0).flatMap { (1...100).contains($0) ? $0 : nil }
        }
        webhookAllowPrivate = try read(
            "TIDEMARK_WEBHOOK_ALLOW_PRIVATE",
            flags.webhookAllowPrivate,
            or: "",
            "networks such as 10.1.0.0/16, with commas between them"
        ) { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let ranges = parts.compactMap { NetworkRange(String($0)) }
            return text.isEmpty ? [] : (ranges.count == parts.count ? ranges : nil)
        }
        limits = RateLimits(
            keyPerSecond: try read.rate("TIDEMARK_KEY_RATE", flags.rates.keyRate, or: "200"),
            agentPerSecond: try read.rate("TIDEMARK_AGENT_RATE", flags.rates.agentRate, or: "50"),
            addressPerSecond: try read.rate("TIDEMARK_ADDRESS_RATE", flags.rates.addressRate, or: "200")
        )
        retention = try RetentionSettings(flags.retention, read)
        signIn = try SignInSettings(flags.signIn, read)
        secretKeys = try SecretKeyFile.read(flags.secrets, read)
        guard pollSeconds < agentSilenceSeconds else {
            throw SettingsError(
                """
                TIDEMARK_POLL_SECONDS (\(pollSeconds)) must be below TIDEMARK_AGENT_SILENCE (\(agentSilenceSeconds) s): \
                an idle agent is heard once per poll
                """
            )
        }
    }
}

/// What every command that reaches the database was told.
struct DatabaseSettings: Sendable {
    let connection: ConnectionConfiguration
    let logLevel: Logger.Level
    let logFormat: LogFormat

    init(_ flags: DatabaseFlags, environment: [String: String]) throws {
        let read = SettingReader(environment: environment)
        guard let conninfo = read.text("TIDEMARK_DATABASE_URL", flags.databaseURL) else {
            throw SettingsError(
                """
                TIDEMARK_DATABASE_URL is not set: give it a conninfo or URI of PostgreSQL, such as \
                postgresql://tidemark@db.example/tidemark
                """
            )
        }
        do {
            var connection = try ConnectionConfiguration(conninfo)
            if let schema = read.text("TIDEMARK_SCHEMA", flags.schema) { connection.searchPath = schema }
            self.connection = connection
        } catch {
            throw SettingsError("TIDEMARK_DATABASE_URL cannot be used: \(error.message)")
        }
        let words = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        logLevel = try read("TIDEMARK_LOG_LEVEL", flags.logLevel, or: "info", "one of \(words)") {
            Logger.Level(rawValue: $0)
        }
        logFormat = try read("TIDEMARK_LOG_FORMAT", flags.logFormat, or: "text", "text or json") {
            LogFormat(rawValue: $0)
        }
    }
}

/// A setting that cannot be used; says which, and what it must be.
struct SettingsError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Reads settings: the flag wins over the environment, and that over the default.
struct SettingReader {
    let environment: [String: String]

    func text(_ variable: String, _ flag: String?) -> String? {
        flag ?? environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    func callAsFunction<Value>(
        _ variable: String,
        _ flag: String?,
        or fallback: String,
        _ what: String,
        _ parse: (String) -> Value?
    ) throws(SettingsError) -> Value {
        let text = text(variable, flag) ?? fallback
        guard let value = parse(text) else {
            throw SettingsError("\(variable) is '\(text)', and must be \(what)")
        }
        return value
    }

    /// So many in a second.
    func rate(_ variable: String, _ flag: String?, or fallback: String) throws(SettingsError) -> Int {
        try self(variable, flag, or: fallback, "a number from 0, which is no limit, to 100000") { text in
            Int(text).flatMap { (0...100_000).contains($0) ? $0 : nil }
        }
    }

    /// A time in milliseconds.
    func time(
        _ variable: String,
        _ flag: String?,
        or fallback: String,
        _ range: ClosedRange<Int64>
    ) throws(SettingsError) -> Int64 {
        let what = "a time such as 500ms, 15s or 5m, from \(range.lowerBound) to \(range.upperBound) ms"
        return try self(variable, flag, or: fallback, what) { text in
            DurationText(text).flatMap { range.contains($0.milliseconds) ? $0.milliseconds : nil }
        }
    }
}

/// `HOST:PORT`, `:PORT` for all addresses, `[::1]:PORT`.
struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        self.host = host.isEmpty ? "0.0.0.0" : host
        self.port = port
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
