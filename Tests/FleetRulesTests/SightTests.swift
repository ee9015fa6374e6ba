import FleetModel
import FleetRules
import Testing

@Suite struct SightTests {
    private typealias Area = Sight.Area

    private static func key(_ grants: [Grant], owner: [Grant]? = nil) -> Principal {
        .apiKey(ID(1), name: "ci", grants: grants, owner: owner.map { .init(name: "ada", grants: $0) })
    }

    private static let staging = Grant(.viewer, environments: ["staging"])
    private static let shop = Grant(.deployer, projects: ["shop"])
    private static let both = Grant(.admin, environments: ["staging", "test"], projects: ["shop", "mail"])

    /// nil: everything.
    private static let table: [(who: Principal, sees: [Area]?)] = [
        ("node:a", nil),
        (.nobody, []),
        (key([]), []),
        (key([Grant(.viewer)]), nil),
        (key([staging]), [Area(environments: ["staging"])]),
        (key([shop]), [Area(projects: ["shop"])]),
        (key([both]), [Area(environments: ["staging", "test"], projects: ["shop", "mail"])]),
        // Grants add up; one of everything is everything.
        (key([staging, shop]), [Area(environments: ["staging"]), Area(projects: ["shop"])]),
        (key([staging, Grant(.viewer)]), nil),
        // All that was named is deleted.
        (key([Grant(.viewer, environments: [])]), []),
        (key([Grant(.viewer, environments: ["staging"], projects: [])]), []),
        (key([Grant(.admin, environments: []), shop]), [Area(projects: ["shop"])]),
        // What a key sees its owner must see too.
        (key([Grant(.viewer)], owner: [Grant(.admin)]), nil),
        (key([Grant(.viewer)], owner: [staging]), [Area(environments: ["staging"])]),
        (key([staging], owner: [Grant(.viewer)]), [Area(environments: ["staging"])]),
        (key([staging], owner: [shop]), [Area(environments: ["staging"], projects: ["shop"])]),
        (key([staging], owner: [both]), [Area(environments: ["staging"], projects: ["shop", "mail"])]),
        (key([staging], owner: [Grant(.viewer, environments: ["production"])]), []),
        (key([Grant(.viewer)], owner: []), []),
        (
            key([staging, shop], owner: [both, shop]),
            [
                Area(environments: ["staging"], projects: ["shop", "mail"]),
                Area(environments: ["staging"], projects: ["shop"]),
                Area(environments: ["staging", "test"], projects: ["shop"]), Area(projects: ["shop"]),
            ]
        ),
        (.person(ID(1), name: "ada", grants: [staging]), [Area(environments: ["staging"])]),
    ]

    @Test(
        "Somebody sees the places of all of his grants, and a key no more than its owner",
        arguments: table.indices
    )
    func sight(_ index: Int) {
        let (who, sees) = Self.table[index]
        #expect(Sight(of: who).areas == sees)
    }

    private static let places: [(who: Principal, place: AccessPlace, isSeen: Bool)] = [
        ("node:a", .environment("production"), true),
        (.nobody, .somewhere, false),
        (key([staging]), .environment("staging"), true),
        (key([staging]), .environment("production"), false),
        // A part of it is.
        (key([staging]), .everywhere, true),
        (key([staging]), .project("shop"), true),
        (key([staging]), AccessPlace(environment: .every, project: .named("shop")), true),
        (key([shop]), .environment("production"), true),
        (key([shop]), .project("mail"), false),
        (key([staging, shop]), .of(project: "mail", in: "production"), false),
        (key([staging, shop]), .of(project: "mail", in: "staging"), true),
        (key([both], owner: [shop]), .of(project: "shop", in: "test"), true),
        (key([both], owner: [shop]), .of(project: "mail", in: "test"), false),
        // Both have something there, and nothing in common.
        (
            key(
                [Grant(.admin, environments: ["staging"], projects: ["shop"])],
                owner: [Grant(.admin, environments: ["staging"], projects: ["mail"])]
            ),
            .environment("staging"), false
        ),
    ]

    @Test("A place is there for whoever sees a part of it", arguments: places.indices)
    func place(_ index: Int) {
        let (who, place, isSeen) = Self.places[index]
        #expect(Sight(of: who).has(place) == isSeen, "\(who.grants)\(place)")
    }

    @Test("Whoever may do anything in a place sees it")
    func whoMayDoSees() {
        for (who, sees) in Self.table {
            for right in Right.allCases where Authorization.decide(who, right, at: .everywhere).isAllowed {
                #expect(sees == nil, "\(who)")
            }
        }
    }
}
