import CLibPQ

/// One round trip: what waits is sent, and all of it answered.
extension Handle {
    private typealias Asked = (question: Question, use: PreparedStatements.Use)

    /// Throws the first error among the answers; the server has run nothing that was asked after it.
    func exchange() throws(PostgresError) {
        let asked = takeWaiting().map { (question: $0, use: use($0)) }
        guard let first = asked.first else { return }
        switch first.use {
        case .once where asked.count == 1: runAlone(first.question, name: nil)
        case .prepared(let name) where asked.count == 1: runAlone(first.question, name: name)
        default: runTogether(asked)
        }
        for (question, _) in asked { _ = try question.outcome?.get() }
    }

    private func runAlone(_ question: Question, name: String?) {
        let sql = question.sql
        let result = CStrings.with(sql.binds) { values in
            let count = Int32(sql.binds.count)
            guard let name else { return PQexecParams(pointer, sql.text, count, nil, values, nil, nil, 0) }
            return PQexecPrepared(pointer, name, count, values, nil, nil, 0)
        }
        question.outcome = outcome(result, of: question)
    }

    /// As a pipeline of libpq, which ends with a sync: after an error the server passes over what is left before it.
    private func runTogether(_ asked: [Asked]) {
        PQenterPipelineMode(pointer)
        var sent = 0
        while sent < asked.count, send(asked[sent]) { sent += 1 }
        let refused = sent < asked.count ? failure(nil, sql: asked[sent].question.sql.description) : nil
        PQpipelineSync(pointer)
        // All of them before any is looked at: only the end of the stream says that the connection broke.
        var results: [[OpaquePointer?]] = []
        for (_, use) in asked.prefix(sent) {
            if case .prepare = use {
                results.append([nextResult(), nextResult()])
            } else {
                results.append([nextResult()])
            }
        }
        readToSync()
        PQexitPipelineMode(pointer)
        var failed: PostgresError?
        for ((question, use), results) in zip(asked, results) {
            for result in results {
                question.outcome = outcome(result, of: question)
                if failed == nil, case .failure(let error) = question.outcome { failed = error }
            }
            guard let failed else { continue }
            question.outcome = .failure(failed)
            notPrepared(question, use)
        }
        for (question, use) in asked.dropFirst(sent) {
            question.outcome = (failed ?? refused).map { .failure($0) }
            notPrepared(question, use)
        }
    }

    /// False: libpq did not take it, and says why.
    private func send(_ asked: Asked) -> Bool {
        let sql = asked.question.sql
        return CStrings.with(sql.binds) { values in
            let count = Int32(sql.binds.count)
            switch asked.use {
            case .once:
                return PQsendQueryParams(pointer, sql.text, count, nil, values, nil, nil, 0) == 1
            case .prepare(let name):
                return PQsendPrepare(pointer, name, sql.text, 0, nil) == 1
                    && PQsendQueryPrepared(pointer, name, count, values, nil, nil, 0) == 1
            case .prepared(let name):
                return PQsendQueryPrepared(pointer, name, count, values, nil, nil, 0) == 1
            }
        }
    }

    /// The next result of a pipeline; behind it is a nil. A broken connection has no more of them.
    private func nextResult() -> OpaquePointer? {
        guard let result = PQgetResult(pointer) else { return nil }
        while let more = PQgetResult(pointer) { PQclear(more) }
        return result
    }

    private func readToSync() {
        while let result = PQgetResult(pointer) {
            defer { PQclear(result) }
            guard PQresultStatus(result) != PGRES_PIPELINE_SYNC else { return }
        }
    }

    private func outcome(_ result: OpaquePointer?, of question: Question) -> Result<Rows, PostgresError> {
        do throws(PostgresError) {
            return .success(try rows(result, sql: question.sql.description))
        } catch {
            // The tables changed meanwhile, or somebody discarded what was prepared.
            if error.sqlState == "0A000" || error.sqlState == "26000" { statements?.giveUp() }
            return .failure(error.kind == .connectionLost ? error.with(kind: question.ifLost) : error)
        }
    }

    /// How to run it, as if what is to be prepared were already: the same text may come twice.
    private func use(_ question: Question) -> PreparedStatements.Use {
        guard question.mayBePrepared, let use = statements?.use(question.sql.text) else { return .once }
        if case .prepare(let name) = use { statements?.prepared(question.sql.text, as: name) }
        return use
    }

    private func notPrepared(_ question: Question, _ use: PreparedStatements.Use) {
        if case .prepare = use { statements?.giveUp(question.sql.text) }
    }
}
