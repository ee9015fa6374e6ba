/// Tells how a long wait is going: in place on a terminal, else one line for each change.
struct Spinner {
    private let printer: Printer
    private var last = ""

    init(_ printer: Printer) {
        self.printer = printer
    }

    mutating func show(_ text: String) {
        let line = Inert.line(text)
        guard line != last else { return }
        last = line
        if printer.terminal.isInteractive {
            printer.draw(TextWidth.shortened(line, to: (printer.terminal.width ?? 80) - 1))
        } else {
            printer.say(line)
        }
    }

    /// Leaves the terminal at the start of an empty line.
    func finish() {
        if printer.terminal.isInteractive, !last.isEmpty { printer.draw("") }
    }
}
