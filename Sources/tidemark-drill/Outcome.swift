import Synchronization

/// Whether the proof holds, told across the service that carries it out.
final class Outcome: Sendable {
    private let proved = Atomic(false)

    var isProved: Bool {
        get { proved.load(ordering: .acquiring) }
        set { proved.store(newValue, ordering: .releasing) }
    }
}
