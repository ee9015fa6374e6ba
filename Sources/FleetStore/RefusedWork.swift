import Postgres

/// What waits because whoever it acts for may not: needs of triggers, and releases on their way. It is looked at again as
/// soon as it is changed what somebody may, and not by the clock.
enum RefusedWork {
    static func tryAgain(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let needs = try NeedRows.touchNotAllowed(in: tx)
        let promotions = try Promotions.touchRefused(in: tx)
        if needs + promotions > 0 { changes.wakeScanner() }
    }
}
