import FleetModel
import Foundation
import Synchronization

/// Data goes to standard output in the asked format; whatever is said about it goes to standard error.
struct Printer: Sendable {
    let format: OutputFormat
    let headers: Bool
    let terminal: Terminal
    /// Where data goes instead of to standard output; nil: there.
    var page: Page?

    var palette: Palette { Palette(isOn: terminal.outputColour) }
    var messagePalette: Palette { Palette(isOn: terminal.messageColour) }

    /// One line of data, as it is: the caller has made it inert.
    func write(_ line: String) {
        if let page { page.add(line) } else { put(line + "\n", to: .standardOutput) }
    }

    /// A sentence for the person at the terminal.
    func say(_ text: String) {
        put(Inert.log(text) + "\n", to: .standardError)
    }

    /// One line for the person at the terminal, as it is: the caller has made it inert.
    func tell(_ line: String) {
        put(line + "\n", to: .standardError)
    }

    /// Draws over the current line of standard error; without a terminal it is never called.
    func draw(_ text: String) {
        put("\r\u{1b}[K\(text)", to: .standardError)
    }

    /// The command that usually comes next. Only for people: not when the output goes to a program.
    func suggest(_ command: String) {
        guard format == .table, terminal.isInteractive else { return }
        say("next: " + command)
    }

    /// Writes over the whole terminal.
    func redraw(_ text: String) {
        put("\u{1b}[H\u{1b}[2J\u{1b}[3J" + text, to: .standardOutput)
    }

    func report(_ failure: Failure) {
        let label = messagePalette.paint("tidemark:", .bad)
        put("\(label) \(Inert.line(failure.message))\n", to: .standardError)
        for detail in failure.details { say("  " + detail) }
    }

    /// What was done to one thing.
    func done(_ kind: String, _ name: String, _ action: String) throws {
        try show(APIV1.Applied(kind: kind, name: name, action: action), name: name) { _, _ in
            ["\(kind) \(Inert.line(name)) \(action)"]
        }
    }

    /// One value: as a table the given lines, else whole.
    func show(_ value: some Encodable, name: String, lines: (Palette, Int?) -> [String]) throws {
        switch format {
        case .table: lines(palette, terminal.width).forEach(write)
        case .json: write(try StructuredText.json(value))
        case .yaml: write(try StructuredText.yaml(value))
        case .name: write(Inert.line(name))
        }
    }

    /// Several values under one header line, or the sentence that says that there is none.
    func show<Item: Codable & Sendable>(
        _ whole: some Encodable,
        items: [Item],
        columns: [Column<Item>],
        name: (Item) -> String,
        none: String
    ) throws {
        switch format {
        case .table where items.isEmpty: say(none)
        case .table:
            Table(columns: columns)
                .lines(of: items, width: terminal.width, palette: palette, headers: headers)
                .forEach(write)
        case .json: write(try StructuredText.json(whole))
        case .yaml: write(try StructuredText.yaml(whole))
        case .name: items.forEach { write(Inert.line(name($0))) }
        }
    }

    /// A reader that has gone away (`| head`) ends the command quietly, as it does other programs.
    private func put(_ text: String, to handle: FileHandle) {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            exit(CommandStatus.failed.rawValue)
        }
    }
}

/// Lines that are put together before they are shown.
final class Page: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    var text: String { lines.withLock { $0.map { $0 + "\n" }.joined() } }
}
