import Foundation
import Proof

/// One figure, with what it is compared to. Ratios hold on other machines; absolute figures are of this one.
struct BenchResult: Codable {
    let name: String
    let value: Double
    let unit: String
    /// What the ratio is to; measured in the same run.
    var baseline: String?
    var ratio: Double?
    var target: String?
    var met: Bool?
}

/// Collects figures, and shows them to people and programs.
final class BenchResults {
    private var results: [BenchResult] = []

    var allMet: Bool { results.allSatisfy { $0.met != false } }

    func add(_ result: BenchResult) {
        results.append(result)
        say(
            "bench: \(result.name) \(result.value.digits(2)) \(result.unit)"
                + (result.ratio.map { ", ratio \($0.digits(3)) to \(result.baseline ?? "")" } ?? "")
        )
    }

    func printTable() {
        var table = TextTable("figure", "value", "unit", "ratio", "baseline", "target")
        for result in results {
            let verdict = result.met.map { $0 ? " met" : " missed" } ?? ""
            table.add([
                result.name, result.value.digits(2), result.unit, result.ratio?.digits(3) ?? "",
                result.baseline ?? "", (result.target ?? "") + verdict,
            ])
        }
        say("\n\(table.text)\n")
    }

    /// One JSON object a line.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let lines = try results.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
    }
}
