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
    let formToken: String
    let places: [Place]
    let now: String

    private static let all: [(name: String, href: String, key: String)] = [
        ("Dashboard", "/", "d"), ("Machines", "/machines", "m"), ("Environments", "/environments", "n"),
        ("Projects", "/projects", "p"), ("Deployments", "/deployments", "r"), ("Events", "/events", "e"),
        ("Decisions", "/decisions", "i"),
        ("Policies", "/policies", "o"), ("Freezes", "/freezes", "f"), ("Cluster", "/cluster", "c"),
        ("Join", "/join", "j"),
    ]

    init(_ title: String, _ request: PageRequest, _ web: WebContext) {
        let path = request.request.uri.path
        self.title = title
        node = web.api.store.node
        version = Version.current
        actor = request.session?.principal.actor
        formToken = request.formToken
        now = Moment.exact(request.now)
        // Nobody who is not signed in gets anywhere.
        let shown = request.session == nil ? [] : Self.all
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
        actor = nil
        formToken = ""
        now = ""
        places = []
    }
}
