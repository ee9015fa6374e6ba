import FleetModel

/// Turns the pieces of a followed log into whole lines, step by step: pieces of several steps come mixed, end anywhere,
/// and may come again after the connection broke.
struct LogFollower {
    /// One piece of a step's log, as the API streams it.
    struct Piece: Decodable, Equatable {
        var machine: String
        var step: String
        var stepRunID: ID<StepRun>
        /// Of the first byte in the step's log.
        var offset: Int64
        var text: String
    }

    private struct Log {
        var prefix: String
        var end: Int64 = 0
        var reader = LineReader()
    }

    let machine: String?
    let step: String?
    private var logs: [ID<StepRun>: Log] = [:]

    /// Only the logs of `machine` and of `step`, where they are given.
    init(machine: String?, step: String?) {
        self.machine = machine
        self.step = step
    }

    /// The lines that the piece completes.
    mutating func read(_ piece: Piece) -> [String] {
        guard machine == nil || machine == piece.machine, step == nil || step == piece.step else { return [] }
        let prefix = machine != nil && step != nil ? "" : "\(piece.machine) \(piece.step) | "
        var log = logs[piece.stepRunID] ?? Log(prefix: prefix)
        let known = max(0, log.end - piece.offset)
        log.end = max(log.end, piece.offset + Int64(piece.text.utf8.count))
        let lines = log.reader.read(piece.text.utf8.dropFirst(Int(known)))
        logs[piece.stepRunID] = log
        return lines.map { log.prefix + $0 }
    }

    /// Last lines that no newline ended.
    var rest: [String] {
        logs.sorted { $0.key < $1.key }.compactMap { _, log in log.reader.rest.map { log.prefix + $0 } }
    }
}
