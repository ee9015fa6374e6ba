import FleetModel

/// What an apply did, or would do.
enum AppliedView {
    static var columns: [Column<APIV1.Applied>] {
        [
            Column("ACTION") { .state($0.action) },
            Column("KIND") { Cell($0.kind) },
            Column("NAME") { Cell($0.name) },
        ]
    }

    static func show(_ answer: APIV1.ApplyResponse, printer: Printer) throws {
        try printer.show(
            answer,
            items: answer.applied,
            columns: columns,
            name: { "\($0.kind)/\($0.name)" },
            none: "there was nothing to apply"
        )
    }
}
