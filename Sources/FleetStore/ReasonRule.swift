/// What a person says about why must be there, and short enough to be read.
enum ReasonRule {
    private static let length = 1...1000

    static func check(_ reason: String) throws {
        guard length.contains(reason.count) else {
            throw StoreError.invalid(
                field: "reason",
                "has \(reason.count) characters, and must have \(length.lowerBound) to \(length.upperBound): "
                    + "say why, for whoever comes next"
            )
        }
    }
}
