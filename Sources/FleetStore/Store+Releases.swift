package import FleetModel
import FleetRules
package import Postgres

/// Freezes a project into a release.
package enum ReleaseCommand {
    package static func create(
        project name: String,
        _ request: APIV1.ReleaseRequest,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Release {
        try check(request)
        try changes.require(.release, at: .project(name))
        guard let project = try ProjectRows.findForRelease(name, in: tx) else {
            throw StoreError.notFound(what: "project", which: name)
        }
        let process = try resolve(project.process, request, in: tx)
        let release = try ReleaseRows.insert(
            of: project,
            version: request.version,
            process: process,
            notes: request.notes ?? "",
            by: actor,
            in: tx
        )
        guard let release else {
            throw StoreError.conflict(
                "release \(request.version) of \(name) exists already, and releases do not change: choose another version"
            )
        }
        let subject = EventSubject(project: project.id, release: release.id)
        changes.post(.releaseCreated(subject, project: name, version: release.version))
        try Promotions.plan(release.id, in: tx)
        return release
    }

    private static func check(_ request: APIV1.ReleaseRequest) throws {
        var faults: [StoreError.Fault] = []
        if let fault = TextRule.version.fault(of: request.version) { faults.append(.init("version", fault)) }
        if let fault = TextRule.any(most: 10_000).fault(of: request.notes ?? "") {
            faults.append(.init("notes", fault))
        }
        for (name, version) in request.packages.sorted(by: { $0.key < $1.key }) {
            guard let fault = TextRule.version.fault(of: version) else { continue }
            faults.append(.init("packages.\(name)", fault))
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }

    /// Every package step with the version, digest and size that it will install for ever.
    private static func resolve(
        _ process: [Step],
        _ request: APIV1.ReleaseRequest,
        in tx: borrowing Transaction
    ) throws -> [Step] {
        let installs = process.compactMap {
            if case .package(let install) = $0.action { install } else { nil }
        }
        let fromStore = installs.filter { $0.url == nil }.map {
            (name: $0.name, version: version(of: $0, request))
        }
        let found = fromStore.isEmpty ? [] : try PackageRows.find(fromStore, in: tx)
        let known = Set(installs.map(\.name))
        var faults = request.packages.keys.filter { !known.contains($0) }.sorted().map {
            StoreError.Fault("packages.\($0)", "no step of the project installs a package '\($0)'")
        }
        let resolved = process.enumerated().map { index, step in
            guard case .package(var install) = step.action else { return step }
            let version = version(of: install, request)
            install.version = version
            if install.url == nil {
                let stored = found.first { $0.name == install.name && $0.version == version }
                if stored == nil { faults.append(missing(install.name, version, step: index)) }
                install.sha256 = stored?.sha256
                install.sizeBytes = stored?.sizeBytes
            }
            var step = step
            step.action = .package(install)
            return step
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
        return resolved
    }

    /// An address with a digest stands for one file: its version is the process's own, unless the request
    /// names one.
    private static func version(of install: PackageInstall, _ request: APIV1.ReleaseRequest) -> String {
        request.packages[install.name] ?? install.version ?? request.version
    }

    private static func missing(_ name: String, _ version: String, step: Int) -> StoreError.Fault {
        StoreError.Fault(
            "process[\(step)].package",
            """
            package \(name) \(version) is not in the store: push it (tidemark package push \(name) \(version) FILE), or name \
            another version of it in 'packages'
            """
        )
    }
}
