import Proof

/// What came of one fault, done once.
struct Trial {
    let fault: Fault
    let round: Int
    /// When it began and ended, in seconds since 1970, by the database's clock.
    let began: Double
    var ended: Double = 0
    /// nil: it could not be carried out to its end.
    var seconds: Double?
    /// Why it was not, or what was wrong.
    var complaint: String?
    var events = 0
    var missed = 0
    var twice = 0
    var stale = 0
    /// What was acknowledged and is not there.
    var lost = 0
    var startedTwice = 0
    var logLinesLost = 0

    var isClean: Bool {
        complaint == nil && missed + twice + stale + lost + startedTwice + logLinesLost == 0
    }

    /// Takes what happened on the machines during it, or soon after.
    mutating func take(_ finding: AgentAuditor.Finding) {
        switch finding.kind {
        case .startedTwice: startedTwice += 1
        case .logLinesLost(let lines): logLinesLost += lines
        }
    }
}
