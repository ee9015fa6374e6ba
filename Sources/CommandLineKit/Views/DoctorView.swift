/// The doctor's findings as people see them.
enum DoctorView {
    static var columns: [Column<Check>] {
        [
            Column("RESULT") { .state($0.result.rawValue) },
            Column("CHECK") { Cell($0.name) },
            Column("FINDING", fit: .wraps) { check in
                Cell(check.finding + (check.advice.map { ". To do: \($0)" } ?? ""))
            },
        ]
    }
}
