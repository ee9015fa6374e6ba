import Synchronization

/// Whether those who make work are to rest for a while.
final class PauseSwitch: Sendable {
    private let paused = Atomic(false)
    private let ended = Atomic(false)

    var isPaused: Bool { paused.load(ordering: .acquiring) }

    /// Whether they are to bring to its end what they have begun, and to begin nothing.
    var isEnded: Bool { ended.load(ordering: .acquiring) }

    func end() { ended.store(true, ordering: .releasing) }
    func pause() { paused.store(true, ordering: .releasing) }
    func resume() { paused.store(false, ordering: .releasing) }

    /// Rests for that long, and on while it is paused.
    func rest(_ duration: Duration) async {
        try? await Task.sleep(for: duration)
        while isPaused && !isEnded && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
    }
}
