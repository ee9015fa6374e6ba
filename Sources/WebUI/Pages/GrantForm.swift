import FleetModel
import FleetStore

/// A grant that somebody has, with the words by which it is taken back.
struct GrantLine: Sendable {
    let words: String

    init(_ grant: Grant) {
        words = grant.description
    }
}

/// The fields of a grant as somebody fills them in. Where it holds has to be said: a grant of everything is not what one
/// gets by leaving something out.
struct GrantForm: Sendable {
    private static let environment = "environment."

    let roles: [Choice]
    /// The choices that are there.
    let environments: [Choice]
    let isEverywhere: Bool
    let projects: String

    /// What was entered comes back.
    init(_ form: Form, environments: [String]) {
        let chosen = Set(form.names(after: Self.environment))
        roles = Choice.of(Role.allCases.map(\.rawValue), chosen: form["role"])
        self.environments = environments.map { Choice(value: $0, label: $0, isChosen: chosen.contains($0)) }
        isEverywhere = form["where"] == "everywhere"
        projects = form["projects"] ?? ""
    }

    static func grant(_ form: Form) throws -> Grant {
        let text = form["role"] ?? ""
        guard let role = Role(rawValue: text) else {
            let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw StoreError.invalid(field: "role", "is '\(text)', and must be one of \(roles)")
        }
        let environments = form.names(after: environment)
        let isEverywhere = form["where"] == "everywhere"
        guard isEverywhere || !environments.isEmpty else {
            throw StoreError.invalid(
                field: "environments",
                "none is ticked: tick some, or choose that it holds in every one"
            )
        }
        guard !isEverywhere || environments.isEmpty else {
            throw StoreError.invalid(
                field: "environments",
                "some are ticked, and it is to hold in every one: choose one of the two"
            )
        }
        let projects = form.words("projects")
        return Grant(
            role,
            environments: isEverywhere ? nil : environments,
            projects: projects.isEmpty ? nil : projects
        )
    }
}
