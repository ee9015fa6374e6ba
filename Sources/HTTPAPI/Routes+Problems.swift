import HTTPTypes

/// What problems mean.
extension Routes {
    static let problems: [Route] = [
        Route(
            .get,
            "/problems",
            .public,
            "listProblems",
            "The kinds of problems, for people.",
            answers: [.text(200, "text/html", "A page.")],
            handler: ProblemController().index
        ),
        Route(
            .get,
            "/problems/{problem}",
            .public,
            "getProblem",
            "What a problem of this type means and what to do, for people.",
            answers: [.text(200, "text/html", "A page.")],
            handler: ProblemController().show
        ),
    ]
}
