/// Two texts as the lines that differ, with three lines around them, as `diff -u` writes it.
enum UnifiedDiff {
    private static let around = 3

    struct Line: Equatable {
        enum Sign: String { case same = " ", removed = "-", added = "+" }

        let sign: Sign
        let text: String
    }

    /// Nothing when they are the same.
    static func lines(from old: [String], to new: [String], names: (old: String, new: String)) -> [String] {
        let all = merged(old, new)
        let changed = all.indices.filter { all[$0].sign != .same }
        guard !changed.isEmpty else { return [] }
        var result = ["--- \(names.old)", "+++ \(names.new)"]
        for hunk in hunks(changed, count: all.count) {
            let lines = all[hunk]
            let before = all[..<hunk.lowerBound]
            let start = { (sign: Line.Sign) in before.filter { $0.sign != sign }.count }
            let length = { (sign: Line.Sign) in lines.filter { $0.sign != sign }.count }
            result.append(
                "@@ -\(place(start(.added), length(.added))) +\(place(start(.removed), length(.removed))) @@"
            )
            result += lines.map { $0.sign.rawValue + $0.text }
        }
        return result
    }

    /// All lines of both, in order: what was removed before what was added in its place.
    static func merged(_ old: [String], _ new: [String]) -> [Line] {
        let difference = new.difference(from: old)
        let removed = Set(
            difference.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } }
        )
        let added = Set(
            difference.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } }
        )
        var result: [Line] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                result.append(Line(sign: .removed, text: old[left]))
                left += 1
            } else if right < new.count, added.contains(right) {
                result.append(Line(sign: .added, text: new[right]))
                right += 1
            } else {
                result.append(Line(sign: .same, text: old[left]))
                left += 1
                right += 1
            }
        }
        return result
    }

    private static func hunks(_ changed: [Int], count: Int) -> [Range<Int>] {
        changed.reduce(into: []) { hunks, index in
            let range = max(0, index - around)..<min(count, index + around + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
    }

    private static func place(_ start: Int, _ length: Int) -> String {
        "\(length == 0 ? start : start + 1),\(length)"
    }
}
