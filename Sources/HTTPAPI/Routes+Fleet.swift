import FleetModel
import HTTPTypes

/// Machines, and what may be put on them.
extension Routes {
    static func machines(_ api: APIContext) -> [Route] {
        let machines = MachineController(api: api)
        return [
            Route(
                .get,
                "/api/v1/machines",
                .needs(.look),
                "listMachines",
                "Machines, oldest first.",
                parameters: [.environment, .role, .health, .prefix] + Route.Parameter.paging,
                answers: [.page("Machine", "A page of them.")],
                handler: machines.list
            ),
            Route(
                .get,
                "/api/v1/machines/{machine}",
                .needs(.look),
                "getMachine",
                "One machine, by name or id.",
                answers: [.json(200, "Machine", "The machine, its version as ETag.")],
                handler: machines.show
            ),
            Route(
                .patch,
                "/api/v1/machines/{machine}",
                .needs(.operateMachines),
                "changeMachine",
                "Enables or disables a machine, moves it, or gives it other roles.",
                parameters: [.ifMatch],
                body: .json("MachineChange"),
                answers: [.json(200, "Machine", "The machine as it is now.")],
                handler: machines.change
            ),
            Route(
                .delete,
                "/api/v1/machines/{machine}",
                .needs(.operateMachines),
                "deleteMachine",
                "Takes a machine out of the fleet.",
                parameters: [.ifMatch],
                answers: [.nothing("It is deleted.")],
                handler: machines.delete
            ),
            Route(
                .get,
                "/api/v1/machines/{machine}/explain",
                .needs(.look),
                "explainMachine",
                "What should be on a machine, what is on it, and why.",
                parameters: [.project],
                answers: [.json(200, "Explanation", "The answer, project by project.")],
                handler: machines.explain
            ),
            Route(
                .get,
                "/api/v1/machines/{machine}/history",
                .needs(.look),
                "machineHistory",
                "What was on a machine at a time, and what had happened to it by then; deleted machines too.",
                parameters: [.at, .limit],
                answers: [.json(200, "MachineHistory", "The answer.")],
                handler: machines.history
            ),
        ]
    }

    static func tokens(_ api: APIContext) -> [Route] {
        let tokens = TokenController(api: api)
        return [
            Route(
                .post,
                "/api/v1/tokens",
                .needs(.makeToken),
                "createToken",
                "Makes a join token; the only answer that shows it.",
                parameters: [.idempotencyKey],
                body: .json("TokenRequest"),
                answers: [.json(201, "Token", "The token.")],
                handler: tokens.create
            ),
            Route(
                .get,
                "/api/v1/tokens",
                .needs(.look),
                "listTokens",
                "Join tokens, oldest first, without their secrets.",
                parameters: Route.Parameter.paging,
                answers: [.page("Token", "A page of them.")],
                handler: tokens.list
            ),
            Route(
                .delete,
                "/api/v1/tokens/{token}",
                .needs(.makeToken),
                "revokeToken",
                "Revokes a join token.",
                answers: [.nothing("Nobody joins with it any more.")],
                handler: tokens.revoke
            ),
        ]
    }

    static func packages(_ api: APIContext) -> [Route] {
        let packages = PackageController(api: api)
        return [
            Route(
                .put,
                "/api/v1/packages/{name}/{version}",
                .needs(.release),
                "pushPackage",
                "Pushes a package.",
                parameters: [.contentDigest],
                body: .bytes(mediaType: "application/gzip"),
                answers: [
                    .json(201, "Package", "It is stored."),
                    .json(200, "Package", "The same bytes were there already."),
                ],
                handler: packages.push
            ),
            Route(
                .get,
                "/api/v1/packages",
                .needs(.look),
                "listPackages",
                "Packages, oldest first.",
                parameters: [.packageName] + Route.Parameter.paging,
                answers: [.page("Package", "A page of them.")],
                handler: packages.list
            ),
        ]
    }

    static func releases(_ api: APIContext) -> [Route] {
        let releases = ReleaseController(api: api)
        return [
            Route(
                .post,
                "/api/v1/projects/{project}/releases",
                .needs(.release),
                "createRelease",
                "Freezes the project's process and variables into a release.",
                parameters: [.idempotencyKey],
                body: .json("ReleaseRequest"),
                answers: [.json(201, "Release", "The release.")],
                handler: releases.create
            ),
            Route(
                .get,
                "/api/v1/projects/{project}/releases",
                .needs(.look),
                "listReleases",
                "Releases, newest first.",
                parameters: Route.Parameter.paging,
                answers: [.page("Release", "A page of them.")],
                handler: releases.list
            ),
            Route(
                .get,
                "/api/v1/projects/{project}/releases/{version}",
                .needs(.look),
                "getRelease",
                "One release.",
                answers: [.json(200, "Release", "The release.")],
                handler: releases.show
            ),
        ]
    }
}
