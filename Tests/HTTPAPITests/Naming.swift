import HTTPTypes

/// A command that names one thing. There is no table of what bodies name: a command that does is put here by hand.
struct Naming: Sendable, CustomStringConvertible {
    let method: HTTPRequest.Method
    let path: String
    let body: String?
    let hidden: String
    let header: HTTPField?

    /// `NAME` stands for the thing.
    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String?,
        _ hidden: String,
        header: HTTPField? = nil
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.hidden = hidden
        self.header = header
    }

    var description: String {
        "\(method) \(path) \(body ?? "") \(header?.description ?? "") \(hidden)"
    }

    func with(_ header: HTTPField) -> Naming { Naming(method, path, body, hidden, header: header) }

    func ask(_ client: APIClient, name: String) async throws -> APIClient.Answer {
        try await client.send(
            method,
            path.replacing("NAME", with: name),
            headers: header.map { HTTPFields([$0]) } ?? [:],
            bytes: body.map { Array($0.replacing("NAME", with: name).utf8) }
        )
    }
}

extension Naming {
    static let all = bodies + secrets + applies + expectations + conditional

    static let trigger =
        #"{"kind":"Trigger","project":"near-app","name":"t","environments":["near-env"],"eventGroups":["MachineAvailableForDeployment"]}"#
    private static let process = #""process":[{"name":"install","script":"true"}]"#

    private static let bodies: [Naming] = [
        Naming(
            .post,
            "/api/v1/deployments",
            #"{"project":"NAME","release":"1.0-near-app","environment":"near-env"}"#,
            "far-app"
        ),
        Naming(
            .post,
            "/api/v1/deployments",
            #"{"project":"near-app","release":"1.0-near-app","environment":"NAME"}"#,
            "far-env"
        ),
        Naming(
            .post,
            "/api/v1/deployments",
            #"{"project":"near-app","release":"1.0-near-app","environment":"near-env","machines":["NAME"],"ignoreFreeze":true,"reason":"because"}"#,
            "far-env-machine"
        ),
        Naming(
            .post,
            "/api/v1/pins",
            #"{"project":"NAME","release":"1.0-near-app","environment":"near-env","reason":"because"}"#,
            "far-app"
        ),
        Naming(
            .post,
            "/api/v1/pins",
            #"{"project":"near-app","release":"1.0-near-app","environment":"NAME","reason":"because"}"#,
            "far-env"
        ),
        Naming(
            .post,
            "/api/v1/pins",
            #"{"project":"near-app","release":"1.0-near-app","machine":"NAME","reason":"because"}"#,
            "far-env-machine"
        ),
        Naming(.post, "/api/v1/rollbacks", #"{"project":"NAME","environment":"near-env"}"#, "far-app"),
        Naming(.post, "/api/v1/rollbacks", #"{"project":"near-app","environment":"NAME"}"#, "far-env"),
        Naming(.post, "/api/v1/tokens", #"{"environment":"NAME","roles":["web"]}"#, "far-env"),
        Naming(.patch, "/api/v1/machines/near-env-machine", #"{"environment":"NAME"}"#, "far-env"),
    ]

    private static let secrets: [Naming] = [
        ("near-app/secrets/HERE?environment=NAME", "far-env"),
        ("NAME/secrets/HERE?environment=near-env", "far-app"),
    ].flatMap { path, hidden in
        [
            Naming(.put, "/api/v1/projects/\(path)", #"{"value":"hunter2hunter2"}"#, hidden),
            Naming(.delete, "/api/v1/projects/\(path)", nil, hidden),
        ]
    }

    private static let documents: [(document: String, hidden: String)] = [
        (#"{"kind":"Environment","name":"NAME"}"#, "far-env"),
        (#"{"kind":"Project","name":"NAME",\#(process)}"#, "far-app"),
        (#"{"kind":"Project","name":"near-app","after":["NAME"],\#(process)}"#, "far-app"),
        (trigger.replacing("near-env", with: "NAME"), "far-env"),
        (trigger.replacing("near-app", with: "NAME"), "far-app"),
        (
            #"{"kind":"Freeze","name":"f","environments":["NAME"],"reason":"because","from":"2099-01-01T00:00:00Z","to":"2099-01-02T00:00:00Z"}"#,
            "far-env"
        ),
        (
            #"{"kind":"Freeze","name":"f","environments":["near-env"],"projects":["NAME"],"reason":"because","from":"2099-01-01T00:00:00Z","to":"2099-01-02T00:00:00Z"}"#,
            "far-app"
        ),
    ]

    private static let applies: [Naming] = documents.flatMap { document, hidden in
        ["", "?dryRun=true"].map {
            Naming(.post, "/api/v1/apply\($0)", #"{"documents":[\#(document)]}"#, hidden)
        }
    }

    /// Refused in any case: there is no trigger `zz`, which is looked for last.
    private static let expectations: [Naming] = [
        ("Environment", "far-env"), ("Project", "far-app"), ("Freeze", "far-env.far-app"),
        ("Trigger", "far-app/trigger-of-far-app"),
    ].flatMap { kind, hidden in
        [#","etag":"0123""#, ""].map { etag in
            Naming(
                .post,
                "/api/v1/apply?dryRun=true",
                """
                {"documents":[\(trigger)],"expected":[{"kind":"\(kind)","name":"NAME"\(etag)},
                 {"kind":"Trigger","name":"zz","etag":"4567"}]}
                """,
                hidden
            )
        }
    }

    static let conditions = [#""0123""#, "*"].map { HTTPField(name: .ifMatch, value: $0) }

    private static let conditional: [Naming] = [
        Naming(.delete, "/api/v1/freezes/NAME", nil, "far-env.far-app"),
        Naming(.delete, "/api/v1/projects/near-app/triggers/NAME", nil, "trigger-of-far-app"),
        Naming(.delete, "/api/v1/projects/NAME/triggers/trigger-of-far-app", nil, "far-app"),
        Naming(.put, "/api/v1/environments/NAME", #"{"description":"mine"}"#, "far-env"),
        Naming(.put, "/api/v1/projects/NAME", "{\(process)}", "far-app"),
    ].flatMap { naming in [naming] + conditions.map(naming.with) }
}
