import Testing

@testable import CommandLineKit

@Suite("Text on the terminal")
struct TerminalTextTests {
    @Test(
        "Text that could command the terminal is shown as escapes",
        arguments: [
            ("web-1", "web-1"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
            ("\u{7f}\u{0}\u{7}", "\\u{7f}\\u{0}\\u{7}"),
            ("user\u{202e}gpj.exe", "user\\u{202e}gpj.exe"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("grün 東京 é", "grün 東京 é"),
        ]
    )
    func inert(text: String, shown: String) {
        #expect(Inert.line(text) == shown)
    }

    @Test("A log keeps its newlines and tabs, and nothing else that acts")
    func inertLog() {
        #expect(Inert.log("a\r\nb\tc\u{1b}]0;title\u{7}") == "a\nb\tc\\u{1b}]0;title\\u{7}")
    }

    @Test(
        "Columns are counted as a terminal counts them",
        arguments: [("abc", 3), ("東京", 4), ("e\u{301}", 1), ("🚀", 2), ("", 0)]
    )
    func width(text: String, columns: Int) {
        #expect(TextWidth.of(text) == columns)
    }

    @Test(
        "Text is cut so that it fits, with a sign that it was",
        arguments: [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("東京都", 4, "東…"), ("abc", 1, "…")]
    )
    func shortened(text: String, columns: Int, shown: String) {
        #expect(TextWidth.shortened(text, to: columns) == shown)
    }

    @Test("Text is wrapped at spaces, and inside a word only when it must")
    func wrapped() {
        #expect(TextWidth.wrapped("one two three", to: 8) == ["one two", "three"])
        #expect(TextWidth.wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
        #expect(TextWidth.wrapped("", to: 4) == [""])
        #expect(TextWidth.wrapped("東京都庁", to: 5) == ["東京", "都庁"])
    }

    @Test(
        "Colour follows NO_COLOR, FORCE_COLOR, TERM and whether there is a terminal",
        arguments: [
            ([:], true, true), ([:], false, false),
            (["NO_COLOR": "1"], true, false), (["NO_COLOR": ""], true, true),
            (["TERM": "dumb"], true, false), (["FORCE_COLOR": "1"], false, true),
            (["FORCE_COLOR": "0"], false, false), (["FORCE_COLOR": "1", "NO_COLOR": "1"], true, false),
            (["CLICOLOR_FORCE": "1"], false, true), (["CLICOLOR_FORCE": "0"], false, false),
            (["CLICOLOR": "0"], true, false), (["NO_COLOR": ""], true, true),
        ] as [([String: String], Bool, Bool)]
    )
    func colour(environment: [String: String], isTerminal: Bool, isOn: Bool) {
        let terminal = Terminal(
            environment: environment,
            outputIsTerminal: isTerminal,
            messagesAreTerminal: isTerminal,
            measuredWidth: 100
        )
        #expect(terminal.outputColour == isOn)
        #expect(terminal.width == (isTerminal ? 100 : nil))
    }

    @Test("What --color says goes before the environment")
    func colourFlag() {
        func isOn(_ choice: ColourChoice, _ environment: [String: String], _ isTerminal: Bool) -> Bool {
            Terminal(
                environment: environment,
                colour: choice,
                outputIsTerminal: isTerminal,
                messagesAreTerminal: isTerminal,
                measuredWidth: nil
            ).outputColour
        }
        #expect(isOn(.always, ["NO_COLOR": "1"], false))
        #expect(!isOn(.never, ["CLICOLOR_FORCE": "1"], true))
    }

    @Test("COLUMNS goes before what was measured, and nonsense in it does not")
    func columns() {
        let width = { (text: String) in
            Terminal(
                environment: ["COLUMNS": text],
                outputIsTerminal: true,
                messagesAreTerminal: true,
                measuredWidth: 90
            ).width
        }
        #expect(width("120") == 120)
        #expect(width("-3") == 90)
        #expect(width("wide") == 90)
        #expect(width("5") == 40)
    }

    @Test("Without colour the palette changes nothing")
    func palette() {
        #expect(Palette(isOn: false).paint("failed", .bad) == "failed")
        #expect(Palette(isOn: true).paint("failed", .bad) == "\u{1b}[31mfailed\u{1b}[0m")
        #expect(Palette(isOn: true).paint("plain", .plain) == "plain")
    }
}
