import CLibPQ
import Logging
import Synchronization

/// Owns one libpq connection: makes it, ends it, and turns libpq's answers into values and errors.
///
/// Every call blocks. `Connection` makes them on its own queue, one at a time.
final class Handle: Sendable {
    // Because: libpq forbids two threads at once, and all calls are made on the serial queue of one
    // `Connection`.
    nonisolated(unsafe) let pointer: OpaquePointer
    private let notices: NoticeReceiver
    // Because: as for the pointer.
    nonisolated(unsafe) var statements: PreparedStatements?
    /// Asked and not sent yet, in order. Because: as for the pointer.
    private nonisolated(unsafe) var waiting: [Question] = []
    /// With so many it sends them, whoever waits.
    private static let mostWaiting = 50

    init(connectingTo configuration: ConnectionConfiguration, logger: Logger) throws(PostgresError) {
        let parameters = configuration.effectiveParameters.sorted { $0.key < $1.key }
        let made = CStrings.with(parameters.map(\.key)) { keywords in
            CStrings.with(parameters.map(\.value)) { values in PQconnectdbParams(keywords, values, 0) }
        }
        guard let made else { throw PostgresError(.connectionFailed, "out of memory") }
        guard PQstatus(made) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(made)).trimmingTrailingWhitespace()
            PQfinish(made)
            throw PostgresError(.connectionFailed, message)
        }
        pointer = made
        statements = configuration.preparesStatements ? PreparedStatements() : nil
        notices = NoticeReceiver.install(on: made, logger: logger)
    }

    deinit {
        PQfinish(pointer)
    }

    /// Whether the next transaction may use it.
    var isUsable: Bool {
        PQstatus(pointer) == CONNECTION_OK && PQtransactionStatus(pointer) == PQTRANS_IDLE
    }

    var backendPID: Int32 { PQbackendPID(pointer) }

    /// Whether the server is still there, as far as it told: notices an end that happened while nothing was
    /// asked.
    ///
    /// The server's last words come as a notice, and the end of the stream some time after them.
    var isStillConnected: Bool {
        guard PQconsumeInput(pointer) == 1, PQisBusy(pointer) == 0 else { return false }
        return PQstatus(pointer) == CONNECTION_OK && !notices.hasEnded.load(ordering: .relaxed)
    }

    /// The last complaint of libpq about this connection.
    var errorMessage: String { String(cString: PQerrorMessage(pointer)).trimmingTrailingWhitespace() }

    func makeCanceller() throws(PostgresError) -> Canceller {
        guard let cancel = PQgetCancel(pointer) else {
            throw PostgresError(.connectionFailed, "out of memory")
        }
        return Canceller(cancel)
    }

    /// What to watch for arrivals.
    var socket: Int32 { PQsocket(pointer) }

    /// The next notification that has been read from the socket.
    func nextNotification() -> NotificationStream.Element? {
        guard let notification = PQnotifies(pointer) else { return nil }
        defer { PQfreemem(notification) }
        return .notification(
            channel: String(cString: notification.pointee.relname),
            payload: String(cString: notification.pointee.extra)
        )
    }

    /// The BEGIN goes with the first statement.
    func begin() {
        waiting = [Question("BEGIN", mayBePrepared: false, ifLost: .connectionStale)]
    }

    /// Commits, unless there is nothing left that could be committed. The COMMIT goes with what still waits.
    func commit() throws(PostgresError) {
        switch PQtransactionStatus(pointer) {
        case PQTRANS_IDLE where waiting.count == 1:
            // Nothing but the BEGIN.
            waiting = []
        case PQTRANS_IDLE where !waiting.isEmpty, PQTRANS_INTRANS:
            do throws(PostgresError) {
                waiting.append(Question("COMMIT", mayBePrepared: false, ifLost: .commitUnknown))
                try exchange()
            } catch {
                rollBack()
                // Wherever among them the answers end: the server may have gone on.
                let isLost = error.kind == .connectionLost || error.kind == .connectionStale
                throw isLost ? error.with(kind: .commitUnknown) : error
            }
        case PQTRANS_INERROR:
            rollBack()
            throw PostgresError(
                .transactionAborted,
                "a statement failed, its error was not passed on, and so the transaction was rolled back"
            )
        case PQTRANS_UNKNOWN:
            throw PostgresError(.connectionLost, errorMessage)
        default:
            throw PostgresError(
                .unexpectedResult,
                "a statement in the transaction ended it: leave that to the caller"
            )
        }
    }

    /// Forgets what was not sent, and undoes what was. A connection that cannot even do that is not used again.
    func rollBack() {
        waiting = []
        guard PQtransactionStatus(pointer) != PQTRANS_IDLE else { return }
        _ = try? script("ROLLBACK")
    }

    /// Runs one statement with its values apart, in one round trip with those that wait.
    func execute(_ sql: SQL) throws(PostgresError) -> Rows {
        try rows(of: try ask(sql))
    }

    /// Puts a statement behind those that wait to be sent.
    func ask(_ sql: SQL) throws(PostgresError) -> Question {
        if sql.text.utf8.contains(0) || sql.binds.contains(where: { $0?.utf8.contains(0) == true }) {
            throw PostgresError(
                .invalidBind,
                "PostgreSQL text cannot hold a NUL character",
                sqlState: "22021",
                sql: "\(sql)"
            )
        }
        let question = Question(sql)
        waiting.append(question)
        if waiting.count >= Self.mostWaiting { try exchange() }
        return question
    }

    /// The answer, for which all that waits is sent unless it has come already.
    func rows(of question: Question) throws(PostgresError) -> Rows {
        if question.outcome == nil { try exchange() }
        guard let outcome = question.outcome else {
            throw PostgresError(
                .unexpectedResult,
                "the statement was not sent: the transaction that asked it has ended",
                sql: question.sql.description
            )
        }
        return try outcome.get()
    }

    func takeWaiting() -> [Question] {
        defer { waiting = [] }
        return waiting
    }

    /// Runs several statements without values; returns the result of the last.
    @discardableResult
    func script(_ text: String) throws(PostgresError) -> Rows {
        try exchange()
        return try rows(PQexec(pointer, text), sql: text)
    }

    func rows(_ result: OpaquePointer?, sql: String) throws(PostgresError) -> Rows {
        guard let result else { throw failure(nil, sql: sql) }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            return Rows(owning: result, sql: sql)
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
            defer { PQclear(result) }
            throw failure(result, sql: sql)
        case let status:
            defer { PQclear(result) }
            let name = String(cString: PQresStatus(status))
            throw PostgresError(
                .unexpectedResult,
                "the server answered \(name), which has no use here",
                sql: sql
            )
        }
    }

    func failure(_ result: OpaquePointer?, sql: String) -> PostgresError {
        func field(_ code: Int32) -> String? {
            PQresultErrorField(result, code).map { String(cString: $0) }
        }
        let state = field(Diagnostic.sqlState)
        let isBroken = PQstatus(pointer) != CONNECTION_OK
        let isCancelled = state == "57014" && Task.isCancelled
        // Of a broken connection the result knows only that the stream ended; the server's last words are
        // elsewhere.
        let message = isBroken ? errorMessage : field(Diagnostic.message) ?? errorMessage
        var error = PostgresError(
            isBroken ? .connectionLost : isCancelled ? .cancelled : .server,
            message,
            sqlState: state,
            sql: sql
        )
        error.detail = field(Diagnostic.detail)
        error.hint = field(Diagnostic.hint)
        error.constraint = field(Diagnostic.constraint)
        error.table = field(Diagnostic.table)
        return error
    }
}
