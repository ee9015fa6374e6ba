package import FleetModel

/// What happened to a manual step of a deployment.
package enum ApprovalEvent: Sendable, Equatable {
    case requested(step: String, instructions: String)
    case given(step: String, reason: String)
    case refused(step: String, reason: String)

    /// nil: nothing that anybody was asked about.
    package init?(of gate: Gate) {
        guard gate.kind == .manual else { return nil }
        switch gate.state {
        case .waiting: self = .requested(step: gate.step, instructions: gate.instructions)
        case .passed: self = .given(step: gate.step, reason: gate.reason)
        case .refused, .timedOut: self = .refused(step: gate.step, reason: gate.reason)
        case .skipped: return nil
        }
    }

    func record(_ subject: EventSubject, description: String) -> EventRecord {
        switch self {
        case .requested(let step, let instructions):
            let message = "\(description) waits for approval of step \(step): \(instructions)"
            return EventRecord(.approvalRequested, subject, message, detail: ["step": step])
        case .given(let step, let reason):
            let message =
                "step \(step) of \(description) was approved" + (reason.isEmpty ? "" : ": \(reason)")
            return EventRecord(.approvalGiven, subject, message, detail: ["step": step])
        case .refused(let step, let reason):
            let message = "step \(step) of \(description) was not approved: \(reason)"
            return EventRecord(.approvalRefused, subject, message, detail: ["step": step])
        }
    }
}
