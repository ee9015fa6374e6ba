/// One thing that is done to the cluster, and how soon it must work again.
///
/// A family of faults is one file of `Faults/`; each is repeatable, and leaves the cluster as it found it.
struct Fault {
    /// What a fault needs of the machine that the drill runs on.
    enum Need: Hashable {
        case network, mounts, clocks
    }

    /// Seconds. A median beyond the first or a trial beyond the second is late.
    struct Target {
        let median: Double
        let most: Double

        init(_ median: Double, _ most: Double) {
            self.median = median
            self.most = most
        }
    }

    /// What `--only` asks for; a family is the part before the first dash.
    let name: String
    let target: Target
    var need: Need?
    /// How often it is done in a round.
    var timesPerRound = 1
    /// Does it, and returns the seconds that its target is about: unless it says otherwise, from the fault to the next
    /// completed scan, by another tenure if the leader was meant.
    let act: (Stage) async throws -> Double

    static var all: [Fault] {
        leaderSignals + followerSignals + followerDeployments + sessions + database + promotion + network
            + disk
            + announcements + clocks
    }

    /// Those that `words` name, by name or family; all when there are no words.
    static func named(_ words: [String]) -> [Fault] {
        guard !words.isEmpty else { return all }
        return all.filter { fault in
            words.contains { word in fault.name == word || fault.name.hasPrefix("\(word)-") }
        }
    }
}

/// The moment at which a process is hit.
enum Moment: String, CaseIterable {
    /// Its session waits for the next statement, outside a transaction.
    case idle
    /// A statement of it is being carried out.
    case query
    /// Its session waits for the next statement, inside a transaction.
    case transaction
    /// The server waits for it to read what it was sent.
    case unread
}
