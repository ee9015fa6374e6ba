/// The field codes of a server message: the `PG_DIAG_...` character macros of postgres_ext.h.
enum Diagnostic {
    static let severity = code("V")
    static let sqlState = code("C")
    static let message = code("M")
    static let detail = code("D")
    static let hint = code("H")
    static let table = code("t")
    static let constraint = code("n")

    private static func code(_ character: Unicode.Scalar) -> Int32 { Int32(character.value) }
}
