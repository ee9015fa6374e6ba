import FleetModel
import Foundation
import Testing

@Suite struct StepCodingTests {
    @Test("A step with nothing but its name and script has the defaults")
    func defaults() throws {
        let step = try decode(Step.self, #"{"name":"hello","script":"echo hello"}"#)
        #expect(step == Step(name: "hello", action: .script("echo hello")))
        #expect(step.timeoutSeconds == 600)
    }

    @Test("A package with nothing but its name has the defaults")
    func packageDefaults() throws {
        let step = try decode(Step.self, #"{"name":"install","package":{"name":"shop"}}"#)
        #expect(step == Step(name: "install", action: .package(PackageInstall(name: "shop"))))
    }

    @Test("A step survives writing and reading")
    func roundTrip() throws {
        let install = PackageInstall(
            name: "shop",
            url: "https://example.org/shop.tar.gz",
            sha256: String(repeating: "a", count: 64),
            version: "1.5",
            sizeBytes: 1 << 40,
            keep: 3,
            check: "test -f index.html",
            checkTimeoutSeconds: 30
        )
        let step = Step(
            name: "install",
            roles: ["web"],
            maxParallel: 2,
            timeoutSeconds: 300,
            idempotent: true,
            action: .package(install)
        )
        #expect(try decode(Step.self, try wire(step)) == step)
    }

    @Test(
        "A step with both or neither of script and package is refused, and the message names it",
        arguments: [#"{"name":"odd"}"#, #"{"name":"odd","script":"true","package":{"name":"shop"}}"#]
    )
    func exactlyOne(_ json: String) {
        let error = #expect(throws: DecodingError.self) { try decode(Step.self, json) }
        #expect("\(String(describing: error))".contains("step 'odd' needs exactly one of"))
    }

    @Test(
        "A step without roles is for every machine, one with roles for those that have one of them",
        arguments: [
            ([], ["web"], true), (["web"], ["web", "db"], true), (["web"], ["db"], false),
            (["web"], [], false),
        ] as [([String], [String], Bool)]
    )
    func roles(_ stepRoles: [String], _ machineRoles: [String], _ applies: Bool) {
        let step = Step(name: "s", roles: stepRoles, action: .script("true"))
        #expect(step.applies(to: machineRoles) == applies)
    }

    @Test("An id is a plain number in JSON, an instant a text that says so when it is none")
    func idsAndInstants() throws {
        #expect(try wire([ID<Machine>(7)]) == "[\n  7\n]")
        let error = #expect(throws: DecodingError.self) { try decode([Instant].self, #"["soon"]"#) }
        #expect("\(String(describing: error))".contains("'soon' is not an RFC 3339 time"))
    }
}
