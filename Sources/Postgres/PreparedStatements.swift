/// Which statements a session has prepared. One that is run again and again is parsed once, and planned anew only while
/// its plan depends on the values: the leader's scan is some thirty short statements, most of whose time was planning.
struct PreparedStatements {
    /// How to run a statement.
    enum Use: Equatable {
        /// By its text.
        case once
        /// Prepare it under this name, then run it by that.
        case prepare(String)
        case prepared(String)
    }

    /// More are not kept: the server keeps each until the session ends.
    private static let most = 200

    private var uses: [String: Use] = [:]

    /// The second run prepares it: what is run once is not worth it.
    mutating func use(_ text: String) -> Use {
        if let use = uses[text] { return use }
        if uses.count < Self.most { uses[text] = .prepare("statement_\(uses.count)") }
        return .once
    }

    mutating func prepared(_ text: String, as name: String) {
        uses[text] = .prepared(name)
    }

    /// It could not be prepared, or may not have been: by its text from here on.
    mutating func giveUp(_ text: String) {
        uses[text] = .once
    }

    /// What is prepared does not fit the tables any more, or was dropped: texts from here on.
    mutating func giveUp() {
        for text in uses.keys { uses[text] = .once }
    }
}
