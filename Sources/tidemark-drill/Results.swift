import Foundation
import Proof

/// The trials as JSON lines, for programs and for later.
enum Results {
    private struct Line: Encodable {
        let fault: String
        let round: Int
        let began: Double
        let ended: Double
        let seconds: Double?
        let targetMedian: Double
        let targetMost: Double
        let events: Int
        let missed: Int
        let twice: Int
        let stale: Int
        let lost: Int
        let startedTwice: Int
        let logLinesLost: Int
        let complaint: String?
        let seed: UInt64
    }

    /// Returns the name of the file.
    static func write(_ trials: [Trial], seed: UInt64, to folder: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let lines = try trials.map { trial in
            let line = Line(
                fault: trial.fault.name,
                round: trial.round,
                began: trial.began,
                ended: trial.ended,
                seconds: trial.seconds,
                targetMedian: trial.fault.target.median,
                targetMost: trial.fault.target.most,
                events: trial.events,
                missed: trial.missed,
                twice: trial.twice,
                stale: trial.stale,
                lost: trial.lost,
                startedTwice: trial.startedTwice,
                logLinesLost: trial.logLinesLost,
                complaint: trial.complaint,
                seed: seed
            )
            return String(decoding: try encoder.encode(line), as: UTF8.self)
        }
        let name = "\(folder)/\(Int(Date.now.timeIntervalSince1970))-seed-\(seed).jsonl"
        try (lines.joined(separator: "\n") + "\n").write(toFile: name, atomically: true, encoding: .utf8)
        return name
    }
}
