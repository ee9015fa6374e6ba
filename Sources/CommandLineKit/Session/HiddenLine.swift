import Foundation

/// A line that somebody types and nobody is to see: the terminal does not show it, and is as before afterwards, also when it is
/// broken off by Ctrl-C.
enum HiddenLine {
    /// Ctrl-C, which ends the line here instead of sending a signal.
    private static let interrupt: UInt8 = 3

    /// nil: standard input is no terminal, or has ended.
    static func read(asking question: String) -> String? {
        var shown = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        // A signal would leave the terminal hidden.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        withUnsafeMutableBytes(of: &hidden.c_cc) { $0[Int(VEOL)] = interrupt }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
        FileHandle.standardError.write(Data(question.utf8))
        let line = line()
        _ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
        FileHandle.standardError.write(Data("\n".utf8))
        if line?.last == interrupt { end() }
        return line.map { String(decoding: $0, as: UTF8.self) }
    }

    /// As the signal does: whoever types it means it, also where the shell had it ignored, and on a thread that blocks it.
    private static func end() {
        signal(SIGINT, SIG_DFL)
        var interrupts = sigset_t()
        sigemptyset(&interrupts)
        sigaddset(&interrupts, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &interrupts, nil)
        raise(SIGINT)
    }

    /// What is typed up to the end of the line, which is left out, or to Ctrl-C, which is not. Terminals give a line in one piece,
    /// of 4,095 bytes at most.
    private static func line() -> ArraySlice<UInt8>? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Foundation.read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let line = bytes[..<count]
        return line.last == UInt8(ascii: "\n") ? line.dropLast() : line
    }
}
