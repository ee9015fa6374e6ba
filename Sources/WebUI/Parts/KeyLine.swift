import FleetModel
import FleetStore

/// An API key as a line of a list.
struct KeyLine {
    let name: String
    let href: String
    let prefix: String
    let grants: [String]
    let hasNoGrants: Bool
    let owner: String?
    let ownerHref: String
    let made: Moment
    let madeBy: String
    let expires: Moment?
    let isExpired: Bool
    let used: Moment?
    /// The page is shown to whoever signed in with it.
    let isThis: Bool

    init(_ key: APIKey, for principal: Principal, now: Instant) {
        name = key.name
        href = Link.key(key.name)
        prefix = key.prefix
        grants = key.grants.map(\.description)
        hasNoGrants = key.grants.isEmpty
        owner = key.owner
        ownerHref = key.owner.map { Link.person($0) } ?? ""
        made = Moment(key.createdAt, now: now)
        madeBy = key.createdBy
        expires = key.expiresAt.map { Moment($0, now: now) }
        isExpired = key.expiresAt.map { $0 <= now } ?? false
        used = key.lastUsedAt.map { Moment($0, now: now) }
        isThis = principal.identity == .apiKey(key.id)
    }
}

/// How long a new key is good for, as somebody chooses it.
enum KeyLifetime {
    private static let days: [(days: Int, label: String)] = [
        (1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "1 year"),
    ]
    private static let never = "never"

    static func choices(_ form: Form) -> [Choice] {
        let chosen = form["lifetime"] ?? "90"
        return days.map {
            Choice(value: String($0.days), label: $0.label, isChosen: String($0.days) == chosen)
        }
            + [Choice(value: never, label: "until it is revoked", isChosen: chosen == never)]
    }

    /// nil: it does not expire.
    static func seconds(_ form: Form) throws -> Int? {
        let text = form["lifetime"] ?? ""
        guard text != never else { return nil }
        guard let days = Int(text), (1...3650).contains(days) else {
            throw StoreError.invalid(
                field: "lifetime",
                "is '\(text)', and must be a number of days, or never"
            )
        }
        return days * 86_400
    }
}
