import HTTPTypes

/// What agents use.
extension Routes {
    static func agents(_ api: APIContext) -> [Route] {
        let joining = AgentJoinController(api: api)
        let work = AgentWorkController(api: api)
        let packages = PackageController(api: api)
        return [
            Route(
                .post,
                "/agent/v1/join",
                .provenInBody,
                "agentJoin",
                "A machine joins with a token.",
                body: .json("Any"),
                answers: [.json(201, "Any", "Who it is now.")],
                handler: joining.join
            ),
            Route(
                .post,
                "/agent/v1/session",
                .provenInBody,
                "agentSession",
                "An agent opens a session with its key.",
                body: .json("Any"),
                answers: [.json(200, "Any", "The session.")],
                handler: joining.session
            ),
            Route(
                .post,
                "/agent/v1/poll",
                .agentSession,
                "agentPoll",
                "Held until there is work.",
                body: .json("Any"),
                answers: [.json(200, "Any", "Work, or nothing.")],
                handler: work.poll
            ),
            Route(
                .post,
                "/agent/v1/steps/{step}/accept",
                .agentSession,
                "agentAccept",
                "Takes an offered step.",
                body: .json("Any"),
                answers: [.nothing("It is this agent's.")],
                handler: work.accept
            ),
            Route(
                .post,
                "/agent/v1/steps/{step}/secrets",
                .agentSession,
                "agentSecrets",
                "The secrets of a step that this machine runs, as they are now.",
                body: .json("Any"),
                answers: [.json(200, "Any", "Values by name.")],
                handler: work.secrets
            ),
            Route(
                .patch,
                "/agent/v1/steps/{step}/log",
                .agentSession,
                "agentLog",
                "Appends to a step's log.",
                parameters: [.fence, .offset],
                body: .bytes(mediaType: "application/octet-stream"),
                answers: [.json(200, "Any", "How much there is.")],
                handler: work.log
            ),
            Route(
                .post,
                "/agent/v1/steps/{step}/result",
                .agentSession,
                "agentResult",
                "How a step ended.",
                body: .json("Any"),
                answers: [.nothing("It is recorded.")],
                handler: work.result
            ),
            Route(
                .post,
                "/agent/v1/checks/{check}/result",
                .agentSession,
                "agentCheckResult",
                "How a health check ended.",
                body: .json("Any"),
                answers: [.nothing("It is recorded.")],
                handler: work.checkResult
            ),
            Route(
                .get,
                "/agent/v1/packages/{sha256}",
                .agentSession,
                "agentPackage",
                "A package that an open run of the machine installs.",
                parameters: [.range],
                answers: [
                    .text(200, "application/gzip", "The package."),
                    .text(206, "application/gzip", "A part of it."),
                ],
                handler: packages.fetch
            ),
            Route(
                .post,
                "/agent/v1/goodbye",
                .agentSession,
                "agentGoodbye",
                "The agent ends in good order.",
                answers: [.nothing("The machine is unavailable.")],
                handler: work.goodbye
            ),
        ]
    }
}
