import FleetModel
import FleetRules
import Foundation
import Testing

@Suite struct AuthorizationTests {
    /// Who may what, written out: the code and `docs/access.md` are held against it.
    private static let table: [(role: Role, rights: Set<Right>)] = [
        (.viewer, [.look]),
        (.deployer, [.look, .release, .deploy]),
        (
            .operator,
            [
                .look, .release, .deploy, .approve, .steerReleases, .operateMachines, .operateEnvironments,
                .makeToken,
            ]
        ),
        (.admin, Set(Right.allCases)),
    ]

    private static func key(_ grants: Grant..., owner: [Grant]? = nil) -> Principal {
        .apiKey(ID(1), name: "ci", grants: grants, owner: owner.map { .init(name: "ada", grants: $0) })
    }

    private static func allows(_ principal: Principal, _ right: Right, _ place: AccessPlace) -> Bool {
        Authorization.decide(principal, right, at: place).isAllowed
    }

    @Test("Each role has its rights, and no other", arguments: Role.allCases, Right.allCases)
    func roles(_ role: Role, _ right: Right) throws {
        let row = try #require(Self.table.first { $0.role == role })
        for place in [AccessPlace.everywhere, .somewhere, .environment("a"), .project("b")] {
            #expect(Self.allows(Self.key(Grant(role)), right, place) == row.rights.contains(right))
        }
    }

    @Test("The table of roles and rights in docs/access.md is what the code does", arguments: Right.allCases)
    func documented(_ right: Right) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let page = folder.appending(path: "../../docs/access.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let row = try #require(lines.first { $0.hasPrefix("| `\(right.rawValue)` |") })
        let cells = row.split(separator: "|", omittingEmptySubsequences: false).dropFirst(2)
            .prefix(Role.allCases.count).map { $0.contains("yes") }
        #expect(cells == Role.allCases.map { $0 >= right.least })
    }

    @Test("Without a grant nothing is allowed, to nobody nothing, and to the system itself everything")
    func none() {
        for right in Right.allCases {
            for place in [AccessPlace.everywhere, .somewhere] {
                #expect(!Self.allows(Self.key(), right, place))
                #expect(!Self.allows(.nobody, right, place))
                #expect(Self.allows("node:a", right, place))
            }
        }
    }

    /// What a grant in staging and test for shop reaches.
    private static let reach: [(place: AccessPlace, isReached: Bool)] = [
        (.somewhere, true),
        (.everywhere, false),
        (.of(project: "shop", in: "staging"), true),
        (.of(project: "shop", in: "production"), false),
        (.of(project: "mail", in: "staging"), false),
        (.environment("staging"), false),
        (.environment("production"), false),
        (.project("shop"), true),
        (.project("mail"), false),
        (AccessPlace(environment: .named("test"), project: .some), true),
        (AccessPlace(environment: .every, project: .named("shop")), false),
        (AccessPlace(environment: .some, project: .every), false),
    ]

    @Test("A grant that is limited reaches what it names, and nothing that concerns more", arguments: reach)
    func limits(_ row: (place: AccessPlace, isReached: Bool)) {
        let key = Self.key(Grant(.operator, environments: ["staging", "test"], projects: ["shop"]))
        #expect(Self.allows(key, .deploy, row.place) == row.isReached)
        #expect(!Self.allows(key, .configure, row.place))
    }

    @Test("A grant for environments alone is for all projects in them")
    func environments() {
        let key = Self.key(Grant(.operator, environments: ["staging"]))
        #expect(Self.allows(key, .operateMachines, .environment("staging")))
        #expect(Self.allows(key, .deploy, .of(project: "mail", in: "staging")))
        #expect(!Self.allows(key, .operateMachines, .environment("production")))
        #expect(!Self.allows(key, .operateMachines, .everywhere))
    }

    @Test("When everything that a grant was limited to is deleted, it is for nothing, not for everything")
    func narrowed() {
        for grant in [Grant(.admin, environments: []), Grant(.admin, projects: [])] {
            for place in [
                AccessPlace.somewhere, .everywhere, .environment("a"), .project("b"),
                .of(project: "b", in: "a"),
            ] {
                #expect(!Self.allows(Self.key(grant), .look, place))
            }
        }
    }

    @Test("Grants add up, and a lower one takes nothing away")
    func sum() {
        let key = Self.key(
            Grant(.viewer),
            Grant(.deployer, environments: ["staging"]),
            Grant(.viewer, environments: ["staging"])
        )
        #expect(Self.allows(key, .deploy, .of(project: "shop", in: "staging")))
        #expect(Self.allows(key, .look, .everywhere))
        #expect(!Self.allows(key, .deploy, .of(project: "shop", in: "production")))
    }

    @Test("Grants do not mix: the role of one does not hold in the place of another")
    func noMixing() {
        let key = Self.key(
            Grant(.admin, environments: ["staging"]),
            Grant(.viewer, environments: ["production"])
        )
        #expect(!Self.allows(key, .deploy, .of(project: "shop", in: "production")))
        let split = Self.key(
            Grant(.deployer, environments: ["staging"], projects: ["shop"]),
            Grant(.deployer, environments: ["production"], projects: ["mail"])
        )
        #expect(!Self.allows(split, .deploy, .of(project: "shop", in: "production")))
    }

    @Test("A key may do what both it and its owner may, for every pair of roles")
    func owners() {
        for own in Role.allCases {
            for owner in Role.allCases {
                for right in Right.allCases {
                    let key = Self.key(Grant(own), owner: [Grant(owner)])
                    let least = min(own, owner)
                    #expect(Self.allows(key, right, .everywhere) == (least >= right.least))
                }
            }
        }
        #expect(!Self.allows(Self.key(.everything, owner: []), .look, .somewhere))
        let elsewhere = Self.key(
            Grant(.deployer, environments: ["production"]),
            owner: [Grant(.admin, environments: ["staging"])]
        )
        #expect(!Self.allows(elsewhere, .deploy, .of(project: "shop", in: "production")))
        #expect(!Self.allows(elsewhere, .deploy, .of(project: "shop", in: "staging")))
    }

    @Test("A refusal says who lacks which role where, and what there is instead")
    func words() {
        let key = Self.key(Grant(.viewer), Grant(.deployer, environments: ["staging"], projects: ["shop"]))
        #expect(
            Authorization.decide(key, .deploy, at: .of(project: "shop", in: "production"))
                == .refused(
                    "key:ci may not deploy in production for shop: that takes the role deployer or higher there, and it has "
                        + "viewer everywhere; deployer in staging for shop"
                )
        )
        #expect(
            Authorization.decide(Self.key(), .administer, at: .everywhere)
                == .refused(
                    "key:ci may not say who may do what everywhere: that takes the role admin there, and it has no role"
                )
        )
        #expect(
            Authorization.decide(
                Self.key(.everything, owner: [Grant(.viewer)]),
                .deploy,
                at: .of(project: "shop", in: "production")
            )
                == .refused(
                    "key:ci may not deploy in production for shop: that takes the role deployer or higher there, which it "
                        + "has, but its owner ada has viewer everywhere"
                )
        )
    }
}
