import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// What people do to machines from their pages: to one, or to those that were chosen in the list.
struct MachineActions: Sendable {
    /// The marks of the list's rows: `machine.NAME`.
    static let chosen = "machine."

    let web: WebContext

    /// What can be done to several at once.
    enum Deed: String, CaseIterable {
        case enable, disable, check
    }

    @Sendable func one(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("machine")
        try await act(try deed(request), on: name, by: request.principal)
        return .seeOther(Link.machine(name))
    }

    /// One after the other: what stands in the way of one does not hold the others up, and is told afterwards.
    @Sendable func several(_ request: PageRequest) async throws -> Response {
        let deed = try deed(request)
        let names = request.form.names(after: Self.chosen)
        guard !names.isEmpty else {
            throw StoreError.invalid(field: "machines", "none is chosen: mark some in the list first")
        }
        var refused: [String] = []
        for name in names {
            do {
                try await act(deed, on: name, by: request.principal)
            } catch let error as StoreError {
                refused.append("\(name): \(error.description)")
            } catch let error as NotAllowed {
                refused.append("\(name): \(error.description)")
            }
        }
        guard refused.isEmpty else {
            let done = names.count - refused.count
            throw StoreError.conflict(
                "\(done) of \(names.count) machines: done. Not done: \(refused.joined(separator: "; "))"
            )
        }
        return .seeOther(Link("/machines", [("environment", request.form["environment"])]).text)
    }

    @Sendable func delete(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("machine")
        try await web.api.store.deleteMachine(name, ifVersion: nil, by: request.principal)
        return .seeOther("/machines")
    }

    @Sendable func restore(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("machine")
        let actor = request.actor
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try CleanupCommands.restore(name, by: actor, in: tx, &changes)
        }
        return .seeOther(Link.machine(name))
    }

    /// Lets a release be tried again on the machine.
    @Sendable func releaseQuarantine(_ request: PageRequest) async throws -> Response {
        let id: ID<Quarantine> = try request.context.id("quarantine", of: "quarantine")
        let why = APIV1.ReasonRequest(reason: request.form["reason"] ?? "")
        let released = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try FailingCommands.release(id, why, in: tx, &changes)
        }
        return .seeOther(Link.machine(released.machine))
    }

    private func deed(_ request: PageRequest) throws -> Deed {
        let text = request.form["deed"] ?? ""
        guard let deed = Deed(rawValue: text) else {
            throw StoreError.invalid(field: "deed", "is '\(text)', and must be enable, disable or check")
        }
        return deed
    }

    private func act(_ deed: Deed, on name: String, by principal: Principal) async throws {
        switch deed {
        case .enable, .disable:
            let change = MachineChange(enabled: deed == .enable)
            _ = try await web.api.store.changeMachine(name, change, ifVersion: nil, by: principal)
        case .check:
            _ = try await web.api.store.unitOfWork(by: principal) { tx, changes in
                try HealthCheckRequest.run(name, by: principal.actor, in: tx, &changes)
            }
        }
    }
}
