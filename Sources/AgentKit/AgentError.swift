/// What the agent cannot do, with the exit code that says so to a script.
package struct AgentError: Error, Equatable, CustomStringConvertible {
    package var description: String
    package var status: ExitStatus

    package init(_ description: String, status: ExitStatus = .failure) {
        self.description = description
        self.status = status
    }
}
