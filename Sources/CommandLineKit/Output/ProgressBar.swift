import Synchronization

/// How far an upload is, for people: `shop 1.5  [######------]  52%  12 MiB of 23 MiB`.
enum ProgressBar {
    static func line(_ title: String, done: Int64, total: Int64, width: Int) -> String {
        let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 1
        let percent = String(Int(share * 100))
        let right =
            String(repeating: " ", count: max(0, 3 - percent.count)) + percent + "%  "
            + ByteCount.describe(done) + " of " + ByteCount.describe(total)
        let room = width - TextWidth.of(title) - TextWidth.of(right) - 6
        guard room >= 8 else { return TextWidth.shortened("\(title)  \(right)", to: width) }
        return "\(title)  [\(track(share, width: room))]  \(right)"
    }

    /// The bar alone; nil where there is no room for one.
    static func track(done: Int, total: Int, width: Int) -> String? {
        guard width >= 8, total > 0 else { return nil }
        return track(min(1, max(0, Double(done) / Double(total))), width: width)
    }

    private static func track(_ share: Double, width: Int) -> String {
        let bar = min(width, 30)
        let full = Int(Double(bar) * share)
        return String(repeating: "#", count: full) + String(repeating: "-", count: bar - full)
    }
}

/// Lets only every whole percent through, so that drawing never slows an upload down.
final class ProgressGate: Sendable {
    private let last = Mutex<Int64>(-1)

    func passes(done: Int64, total: Int64) -> Bool {
        let percent = total > 0 ? done * 100 / total : 100
        return last.withLock { last in
            guard percent > last else { return false }
            last = percent
            return true
        }
    }
}
