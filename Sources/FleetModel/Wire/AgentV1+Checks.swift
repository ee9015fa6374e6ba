/// Health checks between an agent and a node. Additive: an agent that does not say `PollRequest.checks` is given none.
extension AgentV1 {
    /// A health check to run, in the answer of a poll. Given out again, under a greater fence, to an agent that does not say
    /// that it has it.
    package struct Check: Codable, Sendable, Equatable {
        package var id: ID<HealthCheck>
        package var fence: Int64
        package var script: String
        package var timeoutSeconds: Int

        package init(id: ID<HealthCheck>, fence: Int64, script: String, timeoutSeconds: Int) {
            self.id = id
            self.fence = fence
            self.script = script
            self.timeoutSeconds = timeoutSeconds
        }
    }

    /// `POST /agent/v1/checks/{id}/result`, repeated until it is answered with 2xx, or with 409 when the fence is out of
    /// date.
    package struct CheckResultRequest: Codable, Sendable, Equatable {
        package var fence: Int64
        /// nil: the script did not run to its end.
        package var exitCode: Int?
        package var timedOut: Bool
        /// A sentence for people.
        package var message: String
        /// What the script wrote, at most `Limits.checkReportBytes`.
        package var output: String

        package init(fence: Int64, exitCode: Int?, timedOut: Bool, message: String, output: String) {
            self.fence = fence
            self.exitCode = exitCode
            self.timedOut = timedOut
            self.message = message
            self.output = output
        }
    }
}
