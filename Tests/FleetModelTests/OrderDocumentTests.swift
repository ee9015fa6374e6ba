import FleetModel
import Testing

@Suite struct OrderDocumentTests {
    private func read(_ fields: [String: JSONValue]) throws -> Document? {
        try DocumentReader.read([.object(fields)]).first
    }

    private func project(after: [JSONValue]) -> [String: JSONValue] {
        [
            "kind": .string("Project"), "name": .string("app"), "after": .array(after),
            "process": .array([.object(["name": .string("x"), "script": .string("true")])]),
        ]
    }

    private func trigger(_ fields: [String: JSONValue]) -> [String: JSONValue] {
        [
            "kind": .string("Trigger"), "project": .string("app"), "name": .string("arrivals"),
            "eventGroups": .array([.string("Machine")]),
        ].merging(fields) { $1 }
    }

    @Test("A project names those that come before it, and never itself")
    func after() throws {
        guard case .project(let document) = try read(project(after: [.string("base")])) else {
            Issue.record("no project")
            return
        }
        #expect(document.after == ["base"])
        let fault = #expect(throws: DocumentFaults.self) {
            try read(project(after: [.string("base"), .string("app")]))
        }
        #expect(fault?.faults.map(\.field) == ["documents[0].after"])
        #expect(fault?.faults.first?.message == "has 'app' itself: a project cannot come before itself")
    }

    @Test(
        "A canary is one machine, or so many, or none",
        arguments: [(.bool(true), 1), (.int(3), 3), (.bool(false), 0), (.null, 0)] as [(JSONValue, Int)]
    )
    func canary(_ value: JSONValue, _ count: Int) throws {
        guard case .trigger(let document) = try read(trigger(["batch": .object(["canary": value])])) else {
            Issue.record("no trigger")
            return
        }
        #expect(document.batch.canary == count)
        #expect(!document.repairDrift)
    }

    @Test("Drift is repaired where the document says so")
    func repairDrift() throws {
        guard case .trigger(let document) = try read(trigger(["repairDrift": .bool(true)])) else {
            Issue.record("no trigger")
            return
        }
        #expect(document.repairDrift)
    }
}
