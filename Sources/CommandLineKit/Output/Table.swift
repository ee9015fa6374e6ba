/// One field of a row. The text is made inert here, so that no table can forget it.
struct Cell: Equatable, Sendable {
    let text: String
    let tone: Tone

    init(_ text: String?, _ tone: Tone = .plain) {
        let inert = Inert.line(text ?? "")
        self.text = inert.isEmpty ? "-" : inert
        self.tone = tone
    }

    /// A state in its own tone.
    static func state(_ name: String) -> Cell {
        Cell(name, Tone(state: name))
    }
}

/// A column of a table over `Item`.
struct Column<Item> {
    enum Fit: Equatable {
        /// Never shortened: names and ids are there to be copied.
        case whole
        /// Cut with an ellipsis when the terminal is narrow, down to this many columns.
        case shrinks(to: Int)
        /// The last column only: goes on in further lines below itself.
        case wraps
    }

    let header: String
    let fit: Fit
    let alignsRight: Bool
    let cell: (Item) -> Cell

    init(
        _ header: String,
        fit: Fit = .whole,
        alignsRight: Bool = false,
        cell: @escaping (Item) -> Cell
    ) {
        self.header = header
        self.fit = fit
        self.alignsRight = alignsRight
        self.cell = cell
    }
}

/// Rows under headers, aligned, and fitted to the terminal when there is one.
struct Table<Item> {
    static var gap: Int { 2 }
    /// A wrapping column keeps this much while others can still shrink,
    static var comfortableWrap: Int { 34 }
    /// and narrower than this it is no longer readable.
    static var narrowestWrap: Int { 16 }

    let columns: [Column<Item>]

    func lines(of items: [Item], width: Int?, palette: Palette, headers: Bool = true) -> [String] {
        let rows = items.map { item in columns.map { $0.cell(item) } }
        let fitted = fit(naturalWidths(rows, headers: headers), into: width)
        var lines: [String] = []
        if headers {
            lines += layout(columns.map { Cell($0.header, .faint) }, widths: fitted, palette: palette)
        }
        for row in rows {
            lines += layout(row, widths: fitted, palette: palette)
        }
        return lines
    }

    private func naturalWidths(_ rows: [[Cell]], headers: Bool) -> [Int] {
        columns.indices.map { index in
            let header = headers ? TextWidth.of(columns[index].header) : 0
            return rows.reduce(header) { max($0, TextWidth.of($1[index].text)) }
        }
    }

    /// Takes from the wrapping column down to what is comfortable, then from the widest that may shrink, then from
    /// the wrapping one again.
    private func fit(_ natural: [Int], into width: Int?) -> [Int] {
        guard let width else { return natural }
        var widths = natural
        var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - width
        takeFromWrapping(&widths, &excess, downTo: Self.comfortableWrap)
        while excess > 0, let index = widestShrinkable(widths) {
            widths[index] -= 1
            excess -= 1
        }
        takeFromWrapping(&widths, &excess, downTo: Self.narrowestWrap)
        return widths
    }

    private func takeFromWrapping(_ widths: inout [Int], _ excess: inout Int, downTo least: Int) {
        for index in columns.indices where columns[index].fit == .wraps && excess > 0 {
            let taken = min(excess, max(0, widths[index] - least))
            widths[index] -= taken
            excess -= taken
        }
    }

    private func widestShrinkable(_ widths: [Int]) -> Int? {
        columns.indices
            .filter { index in
                if case .shrinks(let least) = columns[index].fit { widths[index] > least } else { false }
            }
            .max { widths[$0] < widths[$1] }
    }

    private func layout(_ cells: [Cell], widths: [Int], palette: Palette) -> [String] {
        let parts = columns.indices.map { index in
            columns[index].fit == .wraps
                ? TextWidth.wrapped(cells[index].text, to: widths[index])
                : [TextWidth.shortened(cells[index].text, to: widths[index])]
        }
        let height = parts.reduce(1) { max($0, $1.count) }
        return (0..<height).map { line in
            var result = ""
            var owed = 0
            for index in columns.indices {
                let text = line < parts[index].count ? parts[index][line] : ""
                let blank = max(0, widths[index] - TextWidth.of(text))
                owed += columns[index].alignsRight ? blank : 0
                if !text.isEmpty {
                    result += String(repeating: " ", count: owed) + palette.paint(text, cells[index].tone)
                    owed = 0
                } else if columns[index].alignsRight {
                    owed -= blank
                    owed += widths[index]
                }
                owed += (columns[index].alignsRight ? 0 : blank) + Self.gap
            }
            return result
        }
    }
}
