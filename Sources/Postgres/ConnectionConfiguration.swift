import CLibPQ

/// How to reach PostgreSQL, and how every session of this process behaves.
///
/// Sessions differ only in what is set here, so that text forms are unambiguous (UTF-8, UTC, ISO, hex) and so
/// that no fault leaves a connection hanging: a time limit stands behind connecting, waiting for a lock, a
/// statement, an idle transaction, and a peer that went away without saying so.
package struct ConnectionConfiguration: Sendable {
    /// libpq's connection parameters by keyword. The caller's, and defaults where the caller said nothing.
    package private(set) var parameters: [String: String]
    /// The schemas to look in, as for `SET search_path`; nil leaves it to the server.
    package var searchPath: String?
    package var applicationName: String
    /// Server settings for the session; they win over the caller's `options`.
    package var settings: [(name: String, value: String)] = []
    /// Statements that are run again are prepared; for a session that runs the same few all the time.
    package var preparesStatements = false

    private static let defaultParameters = [
        "connect_timeout": "5", "target_session_attrs": "read-write",
        // A silent peer is given up after about 5 s, idle (keepalives) or in the middle of a request (user
        // timeout).
        "keepalives": "1", "keepalives_idle": "2", "keepalives_interval": "1", "keepalives_count": "3",
        "tcp_user_timeout": "5000",
    ]
    private static let defaultSettings = [
        ("statement_timeout", "30s"), ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "10s"),
        // The server, too, gives up a silent peer: a process that is killed in the middle of a statement, is cut off, or is
        // frozen with a result that it does not read would else keep its locks, for hours.
        ("client_connection_check_interval", "1s"), ("tcp_user_timeout", "10s"), ("tcp_keepalives_idle", "5"),
        ("tcp_keepalives_interval", "2"), ("tcp_keepalives_count", "3"),
        // Compiling a plan takes longer than any statement here runs.
        ("jit", "off"),
    ]
    private static let pinnedSettings = [
        ("datestyle", "ISO"), ("timezone", "UTC"), ("intervalstyle", "iso_8601"), ("bytea_output", "hex"),
    ]

    /// Takes anything libpq takes: keywords and values, or a URI; several hosts are tried in order.
    package init(_ conninfo: String) throws(PostgresError) {
        let given = try ConnectionString.parse(conninfo)
        try Self.checkPorts(given["port"])
        parameters = Self.defaultParameters.merging(given) { _, given in given }
        applicationName = given["application_name"] ?? "tidemark"
    }

    /// libpq itself finds a port that is none only when it connects, which looks like a server that is down.
    private static func checkPorts(_ ports: String?) throws(PostgresError) {
        for port in (ports ?? "").split(separator: ",") where !(1...65535).contains(Int(port) ?? 0) {
            // Behind a quotation mark too many, a port can hold the rest of the text, with the password.
            let shown = Int(port).map(String.init) ?? "****"
            throw PostgresError(.invalidConfiguration, "port '\(shown)' is not a number from 1 to 65535")
        }
    }

    /// One connection parameter of libpq.
    package subscript(parameter keyword: String) -> String? {
        get { parameters[keyword] }
        set { parameters[keyword] = newValue }
    }

    /// Where it leads and as whom, without secrets.
    package var redactedDescription: String {
        parameters.sorted { $0.key < $1.key }.map { keyword, value in
            ConnectionString.isSecret(keyword) ? "\(keyword)=****" : "\(keyword)=\(value)"
        }.joined(separator: " ")
    }

    /// All that libpq is given.
    var effectiveParameters: [String: String] {
        var parameters = parameters
        parameters["client_encoding"] = "UTF8"
        parameters["application_name"] = applicationName
        parameters["options"] = options
        return parameters
    }

    /// The last word on a setting wins: defaults, the caller's options, the program's settings, what must
    /// hold.
    private var options: String {
        var words = Self.defaultSettings.map(Self.option)
        if let given = parameters["options"] { words.append(given) }
        words += settings.map(Self.option)
        if let searchPath { words.append(Self.option("search_path", searchPath)) }
        words += Self.pinnedSettings.map(Self.option)
        return words.joined(separator: " ")
    }

    /// The server splits options at spaces, unless a backslash stands before them.
    private static func option(_ name: String, _ value: String) -> String {
        var word = "-c \(name)="
        for character in value {
            if character == " " || character == "\\" { word.append("\\") }
            word.append(character)
        }
        return word
    }
}
