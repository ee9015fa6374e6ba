import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird

/// Configuration one by one: what `POST /apply` does for many.
extension Routes {
    static func documents(_ api: APIContext) -> [Route] {
        let answers = ConfigurationAnswers(api: api)
        return [
            put(.environment, "/api/v1/environments/{environment}", "Environment", answers),
            put(.machinePolicy, "/api/v1/machine-policies/{policy}", "MachinePolicy", answers),
            put(.project, "/api/v1/projects/{project}", "Project", answers),
            put(.freeze, "/api/v1/freezes/{freeze}", "Freeze", answers),
            Route(
                .get,
                "/api/v1/triggers/{project}/{trigger}",
                .needs(.look),
                "getTrigger",
                "One project trigger.",
                parameters: [.ifNoneMatch],
                answers: [
                    .json(200, "Trigger", "The trigger, with its ETag."), .notModified,
                ],
                handler: { request, context in
                    let name = "\(try context.parameter("project"))/\(try context.parameter("trigger"))"
                    return try await answers.show(.trigger, name, request, context)
                }
            ),
            Route(
                .put,
                "/api/v1/triggers/{project}/{trigger}",
                .needs(.configure),
                "putTrigger",
                "Makes a project trigger what its document says.",
                parameters: Route.Parameter.writing,
                body: .json("Document"),
                answers: [
                    .json(200, "Trigger", "It is so, with its ETag."), .json(201, "Trigger", "It is made."),
                ],
                handler: { request, context in
                    let names = [
                        "project": try context.parameter("project"), "name": try context.parameter("trigger"),
                    ]
                    return try await answers.put(.trigger, named: names, request, context)
                }
            ),
        ]
    }

    private static func put(
        _ kind: ConfigurationKind,
        _ path: String,
        _ schema: String,
        _ answers: ConfigurationAnswers
    ) -> Route {
        let parameter = path.split(separator: "{").last.map { String($0.dropLast()) } ?? ""
        return Route(
            .put,
            path,
            .needs(kind == .freeze ? .steerReleases : .configure),
            "put\(kind.rawValue)",
            "Makes it what its document says.",
            parameters: Route.Parameter.writing,
            body: .json("Document"),
            answers: [.json(200, schema, "It is so, with its ETag."), .json(201, schema, "It is made.")],
            handler: { request, context in
                try await answers.put(
                    kind,
                    named: ["name": try context.parameter(parameter)],
                    request,
                    context
                )
            }
        )
    }
}

extension Route.Answer {
    static let notModified = Route.Answer(
        status: 304,
        content: .none,
        description: "It is as If-None-Match says."
    )
}

extension Route.Parameter {
    static let ifNoneMatch = header("If-None-Match", "The ETag that you have: 304 if it is still that one.")
    static let writing: [Self] = [
        header("If-Match", "Only if it still has one of these ETags; '*': only if it is there; else 412."),
        header("If-None-Match", "'*': only if it is not there yet; else 412."),
        .idempotencyKey,
    ]
    /// For what is deleted.
    static let ifUnchanged = header("If-Match", "Only if it still has one of these ETags; else 412.")
}
