/// One thing as `name  value` lines; long values go on below themselves.
struct FactSheet {
    struct Fact {
        let name: String
        let cell: Cell
    }

    private(set) var facts: [Fact] = []

    init(_ facts: [(String, Cell)]) {
        self.facts = facts.map { Fact(name: $0.0, cell: $0.1) }
    }

    func lines(width: Int?, palette: Palette) -> [String] {
        Table<Fact>(columns: [
            Column("NAME") { Cell($0.name, .faint) },
            Column("VALUE", fit: .wraps) { $0.cell },
        ]).lines(of: facts, width: width, palette: palette, headers: false)
    }
}
