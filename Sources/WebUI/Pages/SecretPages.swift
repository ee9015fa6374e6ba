import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// What is done to a project's secrets; they are listed on the project's page.
struct SecretPages: Sendable {
    let web: WebContext

    /// What was entered comes back when it could not be used, but for the value.
    @Sendable func set(_ request: PageRequest) async throws -> Response {
        let secret = try name(request, request.form["name"] ?? "")
        let value = request.form.exactly("value") ?? ""
        let keys = web.api.secretKeys
        do {
            _ = try await web.api.store.unitOfWork(by: request.principal, trace: request.context.trace) {
                tx,
                changes in
                try SecretCommands.set(secret, to: value, with: keys, in: tx, &changes)
            }
        } catch {
            return try await ProjectPages(web: web).page(
                request,
                SecretForm.Entered(
                    name: secret.name,
                    environment: secret.environment,
                    problem: try FormProblem.words(for: error)
                )
            )
        }
        return .seeOther("\(Link.project(secret.project))#secrets")
    }

    @Sendable func delete(_ request: PageRequest) async throws -> Response {
        let secret = try name(request, try request.context.parameter("secret"))
        try await web.api.store.unitOfWork(by: request.principal, trace: request.context.trace) {
            tx,
            changes in
            try SecretCommands.delete(secret, in: tx, &changes)
        }
        return .seeOther("\(Link.project(secret.project))#secrets")
    }

    private func name(_ request: PageRequest, _ name: String) throws -> SecretCommands.Name {
        SecretCommands.Name(
            project: try request.context.parameter("project"),
            environment: request.form["environment"],
            name: name
        )
    }
}

/// A secret as a line of a list.
struct SecretLine {
    let name: String
    /// Empty: every one.
    let environment: String
    let place: String
    let set: Moment
    let by: String
    let version: Int
    /// nil: whoever sees it may not delete it.
    let deleteHref: String?

    init(_ secret: Secret, _ frame: Frame, now: Instant) {
        name = secret.name
        environment = secret.environment ?? ""
        place = secret.environment ?? "every environment"
        set = Moment(secret.setAt, now: now)
        by = secret.setBy
        version = secret.version
        let isAllowed = frame.may(.configure, at: .secrets(of: secret.project, in: secret.environment))
        deleteHref =
            isAllowed
            ? "\(Link.project(secret.project))/secrets/\(Link.encode(secret.name))/delete" : nil
    }
}

/// The form that gives a secret a value.
struct SecretForm {
    struct Entered {
        let name: String
        let environment: String?
        let problem: String
    }

    /// Fits into what a form may send, also when every character is written as three.
    private static let most = 4096

    let href: String
    let name: String
    /// The places in which whoever sees it may; the first one is every environment, if that is among them.
    let places: [Choice]
    let most: Int

    /// nil: he may nowhere.
    init?(_ project: String, environments: [String], _ frame: Frame, _ entered: Entered?) {
        let everywhere = frame.may(.configure, at: .secrets(of: project, in: nil))
        let open = environments.filter { frame.may(.configure, at: .secrets(of: project, in: $0)) }
        guard everywhere || !open.isEmpty else { return nil }
        href = "\(Link.project(project))/secrets"
        name = entered?.name ?? ""
        let every = Choice(value: "", label: "every environment", isChosen: entered?.environment == nil)
        places =
            (everywhere ? [every] : [])
            + open.map { Choice(value: $0, label: $0, isChosen: $0 == entered?.environment) }
        most = Self.most
    }
}

extension AccessPlace {
    /// Where secrets are; `environment` nil: in every one.
    fileprivate static func secrets(of project: String, in environment: String?) -> AccessPlace {
        AccessPlace(environment: environment.map(Extent.named) ?? .every, project: .named(project))
    }
}
