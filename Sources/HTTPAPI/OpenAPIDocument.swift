import FleetModel
import HTTPTypes

/// `/openapi.json`, made from the table of routes: the two cannot say different things.
enum OpenAPIDocument {
    static func of(_ routes: [Route]) -> JSONValue {
        let paths = Dictionary(grouping: routes, by: \.path).mapValues { routes in
            JSONValue.object(
                Dictionary(
                    uniqueKeysWithValues: routes.map { ($0.method.rawValue.lowercased(), operation($0)) }
                )
            )
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Tidemark", "version": .string(Version.current),
                "description": "Decides which release belongs on which machine, and puts it there.",
            ],
            "paths": .object(paths),
            "components": [
                "schemas": .object(Schemas.components(closed: bodies(of: routes))),
                "securitySchemes": [
                    "apiKey": ["type": "http", "scheme": "bearer", "description": "An API key."],
                    "agentSession": [
                        "type": "http", "scheme": "bearer", "description": "A session of an agent.",
                    ],
                ],
            ],
        ]
    }

    /// The bodies in which an unknown field is refused: those of people. Agents may be newer than the node.
    private static func bodies(of routes: [Route]) -> Set<String> {
        Set(
            routes.filter(\.access.isForPeople).compactMap { route in
                if case .json(let name)? = route.body { name } else { nil }
            }
        )
    }

    private static func operation(_ route: Route) -> JSONValue {
        let inPath = route.pathParameters.map { name -> JSONValue in
            ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        var operation: [String: JSONValue] = [
            "operationId": .string(route.id), "summary": .string(route.summary),
            "parameters": .array(inPath + route.parameters.map(parameter)),
            "responses": .object(responses(route)),
            "security": security(route.access),
        ]
        if route.deprecation != nil { operation["deprecated"] = true }
        if let body = route.body {
            operation["requestBody"] = ["required": true, "content": content(body)]
        }
        return .object(operation)
    }

    private static func parameter(_ parameter: Route.Parameter) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "description": .string(parameter.description), "required": .bool(parameter.isRequired),
            "schema": parameter.schema,
        ]
    }

    private static func responses(_ route: Route) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [
            "default": [
                "description": "What went wrong, as RFC 9457 has it.",
                "content": ["application/problem+json": ["schema": Schemas.reference("Problem")]],
            ]
        ]
        for answer in route.answers {
            var response: [String: JSONValue] = ["description": .string(answer.description)]
            response["content"] = content(answer.content)
            responses[String(answer.status)] = .object(response)
        }
        return responses
    }

    private static func security(_ access: Route.Access) -> JSONValue {
        switch access {
        case .public, .provenInBody: []
        case .known, .needs: [["apiKey": []]]
        case .agentSession: [["agentSession": []]]
        }
    }

    private static func content(_ body: Route.Body) -> JSONValue {
        switch body {
        case .json(let name): ["application/json": ["schema": Schemas.reference(name)]]
        case .bytes(let type): .object([type: ["schema": [:]]])
        }
    }

    private static func content(_ content: Route.Answer.Content) -> JSONValue? {
        switch content {
        case .none: nil
        case .json(let name): ["application/json": ["schema": Schemas.reference(name)]]
        case .page(let name):
            [
                "application/json": [
                    "schema": [
                        "type": "object", "required": ["items"],
                        "properties": [
                            "items": ["type": "array", "items": Schemas.reference(name)],
                            "nextCursor": ["type": "string"],
                        ],
                    ]
                ]
            ]
        case .other(let type): .object([type: ["schema": ["type": "string"]]])
        }
    }
}
