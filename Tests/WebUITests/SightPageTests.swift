import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI
@testable import WebUI

/// Every page that reads, made from the table of pages: a page that is added is in it.
@Suite(.migratedSchema)
struct SightPageTests {
    /// What everybody who looks sees: nothing of an environment or a project is on it.
    private static let ofTheWhole: Set<String> = ["/policies", "/cluster"]
    /// Follows what is written from now on; the store and the API are asked the same.
    private static let endless: Set<String> = ["/live/events"]
    /// What people filter by.
    private static let filters = ["machine", "environment", "project", "deployment"]
    /// What a page cannot be asked without.
    private static let queries = [liveLog: "?step=1&offset=0"]
    /// Of whichever deployment has the step.
    private static let liveLog = "/live/deployments/{deployment}/log"

    @Test(
        "On no page does somebody find what his grants do not name; what they name he finds",
        arguments: DividedFleet.divisions.indices
    )
    func reading(_ index: Int) async throws {
        let (environments, projects, hidden) = DividedFleet.divisions[index]
        let fixture = try await WebFixture()
        let fleet = try await DividedFleet(in: fixture.store.database)
        let grant = Grant(.admin, environments: environments, projects: projects)
        let key = try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test")
        let pages = try fixture.pages.filter { $0.method == .get && !Self.endless.contains($0.path) }
        try await fixture.run { whole in
            let half = whole.another()
            try await whole.signIn(fixture.key.text)
            try await half.signIn(key.text)
            for page in pages {
                guard case .needs(let right) = page.access else { continue }
                let parameters = page.parameters
                guard right == .look else {
                    let address = page.address(parameters, "")
                    #expect(try await half.get(address).status == 403, "\(address)")
                    continue
                }
                var told = ""
                var toldWhole = ""
                for thing in try #require(fleet.things[parameters], "no values for \(page.path)") {
                    let address = page.address(thing.values, Self.queries[page.path] ?? "")
                    let answer = try await half.get(address)
                    toldWhole += try await whole.get(address).text
                    if thing.isIn(hidden) {
                        #expect(answer.status == 404, "\(address)")
                        let rest = thing.values.reduce(answer.text) { $0.replacing($1, with: "") }
                        for name in hidden { #expect(!rest.contains(name), "\(address)") }
                        continue
                    }
                    #expect(answer.status == 200, "\(address)")
                    told += answer.text
                    guard page.path != Self.liveLog else { continue }
                    try await filter(address, fleet, hidden, half)
                }
                for name in hidden { #expect(!told.contains(name), "\(page.path) tells of \(name)") }
                guard page.path != Self.liveLog, !Self.ofTheWhole.contains(page.path) else { continue }
                #expect(told.contains("near-"), "\(page.path) tells nothing of what is seen")
                // Where both are hidden each page has something of one of them.
                guard hidden.count == 2 else { continue }
                #expect(
                    hidden.contains { toldWhole.contains($0) },
                    "\(page.path) has nothing to tell that is hidden"
                )
            }
        }
    }

    private func filter(
        _ address: String,
        _ fleet: DividedFleet,
        _ hidden: [String],
        _ half: Browser
    ) async throws {
        for filter in Self.filters {
            for other in fleet.things[[filter]] ?? [] where other.isIn(hidden) {
                let value = other.values[0]
                let answer = try await half.get(
                    address + (address.contains("?") ? "&" : "?") + "\(filter)=\(value)"
                )
                #expect(answer.status == 200 || answer.status == 404, "\(address) \(filter)=\(value)")
                let rest = answer.text.replacing(value, with: "")
                for name in hidden { #expect(!rest.contains(name), "\(address) \(filter)=\(value)") }
            }
        }
    }

    @Test("What a person may tick is what he sees")
    func forms() async throws {
        let fixture = try await WebFixture()
        _ = try await DividedFleet(in: fixture.store.database)
        let grant = Grant(.viewer, environments: ["near-env"])
        let key = try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test")
        try await fixture.run { browser in
            try await browser.signIn(key.text)
            let account = try await browser.get("/account")
            #expect(account.text.contains("near-env"))
            #expect(!account.text.contains("far-env"))
        }
    }
}

extension TablePage {
    fileprivate var parameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    fileprivate func address(_ values: [String], _ query: String) -> String {
        zip(parameters, values).reduce(path) { $0.replacing("{\($1.0)}", with: $1.1) } + query
    }
}
