import FleetModel
import Foundation
import Testing

/// What documents say of deployments: settings of a project, and the steps that are not a machine's.
@Suite struct DeploymentDocumentTests {
    private func read(_ step: String, project: String = "") throws -> ProjectDocument {
        let json =
            #"[{"kind":"Project","name":"shop"\#(project),"process":[{"name":"a","script":"x"},\#(step)]}]"#
        let documents = try DocumentReader.read(try decode([JSONValue].self, json))
        guard case .project(let document)? = documents.first else {
            throw DocumentFaults([Problem.Fault(field: "", message: "no project")])
        }
        return document
    }

    private func faults(_ step: String, project: String = "") -> [String] {
        do {
            _ = try read(step, project: project)
            return []
        } catch {
            return (error as? DocumentFaults)?.faults.map { "\($0.field) \($0.message)" } ?? ["\(error)"]
        }
    }

    @Test("A manual step has its instructions, a day's time, and counts as approved for arrivals")
    func manual() throws {
        let step = try read(#"{"name":"go","manual":{"instructions":"look"}}"#).process[1]
        #expect(step.action == .manual(Step.Approval(instructions: "look")))
        #expect(step.timeoutSeconds == 86_400)
        #expect(step.whenAutomatic == .approve)
        #expect(try decode(Step.self, try wire(step)) == step)
    }

    @Test("A health check and the fields about failures are read, and survive writing")
    func others() throws {
        let check = try read(#"{"name":"look","healthCheck":{"includeNew":true}}"#).process[1]
        #expect(check.action == .healthCheck(Step.HealthCheck(includeNew: true)))
        #expect(check.whenAutomatic == .run)
        let script = try read(
            #"{"name":"s","script":"x","retries":2,"runWhen":"always","onAutomatic":"skip"}"#
        ).process[1]
        #expect(script.retries == 2 && script.runWhen == .always && script.whenAutomatic == .skip)
        for step in [check, script] { #expect(try decode(Step.self, try wire(step)) == step) }
    }

    @Test("A step that uses nothing new is written as it always was: older agents and nodes read it")
    func unchanged() throws {
        let text = try wire(Step(name: "s", action: .script("x")))
        for field in ["retries", "runWhen", "onAutomatic", "manual"] { #expect(!text.contains(field)) }
    }

    @Test("What a project makes of machines that are away is read; left out, they are left out")
    func settings() throws {
        let step = #"{"name":"s","script":"x"}"#
        #expect(try read(step).deployment == DeploymentSettings())
        let project = #","deployment":{"unavailableTargets":"fail","minimumHealthy":80}"#
        #expect(
            try read(step, project: project).deployment
                == DeploymentSettings(unavailableTargets: .fail, minimumHealthy: 80)
        )
    }

    @Test(
        "What makes no sense is refused with the reason",
        arguments: [
            (
                #"{"name":"s","manual":{"instructions":"x"},"roles":["web"]}"#,
                ".roles is for steps that machines run"
            ),
            (#"{"name":"s","manual":{}}"#, ".manual.instructions is missing"),
            (#"{"name":"s","manual":{"instructions":"x"},"timeout":"8d"}"#, ".timeout is '8d'"),
            (#"{"name":"s","healthCheck":{},"retries":1}"#, ".retries is for steps that machines run"),
            (#"{"name":"s","healthCheck":{},"script":"x"}"#, ".script stands beside 'healthCheck'"),
            (
                #"{"name":"s","package":{"name":"p"},"onAutomatic":"skip"}"#,
                ".onAutomatic is skip, which a package"
            ),
            (
                #"{"name":"s","script":"x","onAutomatic":"approve"}"#,
                ".onAutomatic is approve, which is for manual"
            ),
            (#"{"name":"s","script":"x","runWhen":"sucess"}"#, "did you mean 'success'"),
            (#"{"name":"s","script":"x","retries":11}"#, ".retries is the number 11"),
        ]
    )
    func senseless(_ step: String, _ expected: String) {
        let faults = faults(step)
        #expect(faults.contains { $0.contains(expected) }, "\(faults)")
    }

    @Test("The first step cannot wait for a failure before it, nor a share be above a hundred")
    func senselessProjects() {
        let step = #"{"name":"s","script":"x"}"#
        #expect(
            faults(step, project: #","deployment":{"minimumHealthy":101}"#).first?
                .hasPrefix("documents[0].deployment.minimumHealthy is the number 101") == true
        )
        let json =
            #"[{"kind":"Project","name":"a","process":[{"name":"s","script":"x","runWhen":"failure"}]}]"#
        let faults = #expect(throws: DocumentFaults.self) {
            try DocumentReader.read(try decode([JSONValue].self, json))
        }
        #expect(faults?.faults.map(\.field) == ["documents[0].process[0].runWhen"])
    }
}
