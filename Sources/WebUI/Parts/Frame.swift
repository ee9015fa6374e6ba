import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// What is around every page: title, navigation, who is signed in, which node answers.
struct Frame: Sendable {
    struct Place: Sendable {
        let name: String
        let href: String
        /// Typed after `g`.
        let key: String
        let isCurrent: Bool
    }

    /// Of the tab.
    let title: String
    let node: String
    let version: String
    let actor: String?
    /// What the one who is signed in was granted, in a few words.
    let grants: String
    let formToken: String
    let places: [Place]
    let now: String
    private let principal: Principal

    /// Every place takes `look`, but for those that say otherwise.
    static let all: [(name: String, href: String, key: String)] = [
        ("Dashboard", "/", "d"), ("Machines", "/machines", "m"), ("Environments", "/environments", "n"),
        ("Projects", "/projects", "p"), ("Deployments", "/deployments", "r"), ("Events", "/events", "e"),
        ("Decisions", "/decisions", "i"),
        ("Policies", "/policies", "o"), ("Freezes", "/freezes", "f"), ("Webhooks", "/webhooks", "w"),
        ("Cluster", "/cluster", "c"), ("Join", "/join", "j"), ("People", "/people", "u"),
        ("Keys", "/keys", "k"),
    ]
    static let rights: [String: Right] = [
        "/people": .administer, "/keys": .administer, "/webhooks": .configure,
    ]

    init(_ title: String, _ request: PageRequest, _ web: WebContext) {
        let path = request.request.uri.path
        self.title = title
        node = web.api.store.node
        version = Version.current
        let principal = request.principal
        self.principal = principal
        actor = request.session?.principal.actor
        grants = Words.of(principal.grants, most: 2)
        formToken = request.formToken
        now = Moment.exact(request.now)
        let shown = Self.all.filter { principal.may(Self.rights[$0.href] ?? .look) }
        places = shown.map { place in
            Place(
                name: place.name,
                href: place.href,
                key: place.key,
                isCurrent: place.href == path || place.href != "/" && path.hasPrefix(place.href + "/")
            )
        }
    }

    /// For a page that may have nobody to show it to.
    init(bare title: String, node: String) {
        self.title = title
        self.node = node
        version = Version.current
        principal = .nobody
        actor = nil
        grants = ""
        formToken = ""
        now = ""
        places = []
    }

    /// Whether a button is of any use to whoever sees the page.
    func may(_ right: Right, at place: AccessPlace) -> Bool { principal.may(right, at: place) }
}

extension Principal {
    /// As the guard asks it before a page answers.
    func may(_ right: Right) -> Bool { may(right, at: right.isOfTheWhole ? .everywhere : .somewhere) }
}
