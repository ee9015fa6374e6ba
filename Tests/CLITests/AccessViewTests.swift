import FleetModel
import Testing

@testable import CommandLineKit

@Suite("Access")
struct AccessViewTests {
    @Test(
        "A grant is typed as a role and where it holds",
        arguments: [
            ("viewer", Grant(.viewer)),
            ("deployer@staging,test", Grant(.deployer, environments: ["staging", "test"])),
            ("admin:shop", Grant(.admin, projects: ["shop"])),
            (
                "operator@staging:shop,mail",
                Grant(.operator, environments: ["staging"], projects: ["shop", "mail"])
            ),
        ]
    )
    func typed(_ text: String, _ grant: Grant) {
        #expect(GrantText(argument: text)?.grant == grant)
    }

    @Test(
        "What is no grant is not taken for one: a mistake must not be a grant for everything",
        arguments: [
            "", "king", "viewer@", "viewer:", "viewer@a,", "viewer@:shop", "@staging", "viewer@a:", "Viewer",
        ]
    )
    func mistakes(_ text: String) {
        #expect(GrantText(argument: text) == nil)
    }

    @Test("People and keys in lists: what they may, whether they are in use, and when they were last")
    func lists() {
        let person = Person(
            id: ID(1),
            name: "ada",
            displayName: "Ada L.",
            grants: [Grant(.viewer), Grant(.deployer, environments: ["staging"])],
            hasPassword: true,
            createdAt: Samples.at(-600),
            createdBy: "admin:root",
            lastSignInAt: Samples.at(-300)
        )
        let key = APIKey(
            id: ID(1),
            name: "ci",
            prefix: "tmk_abc",
            grants: [.everything],
            owner: "ada",
            createdAt: Samples.at(-600),
            createdBy: "admin:root",
            expiresAt: Samples.at(600)
        )
        #expect(
            Table(columns: AccessView.people(now: Samples.now))
                .lines(of: [person], width: nil, palette: Samples.plain, headers: true) == [
                    "NAME  MAY                                     STATE    SIGNED IN  CALLED",
                    "ada   viewer everywhere; deployer in staging  enabled  5m ago     Ada L.",
                ]
        )
        #expect(
            Table(columns: AccessView.keys(now: Samples.now))
                .lines(of: [key], width: nil, palette: Samples.plain, headers: true) == [
                    "NAME  KEY       MAY               OWNER  STATE        USED",
                    "ci    tmk_abc…  admin everywhere  ada    ends in 10m  never",
                ]
        )
    }

    @Test("whoami of a key with an owner says both grants")
    func whoAmI() {
        let me = APIV1.WhoAmI(
            .apiKey(
                ID(1),
                name: "ci",
                grants: [.everything],
                owner: .init(name: "ada", grants: [Grant(.viewer)])
            )
        )
        #expect(
            AccessView.sheet(me).lines(width: nil, palette: Samples.plain) == [
                "you are    key:ci", "may        admin everywhere", "as far as  ada may: viewer everywhere",
            ]
        )
    }
}
