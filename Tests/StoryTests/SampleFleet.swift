import Foundation

/// What most stories begin with: the project `shop`, whose releases install a small site, and a trigger for arrivals.
extension Story {
    static let environment = """
        kind: Environment
        name: production
        """

    static let shop = """
        kind: Project
        name: shop
        process:
          - name: install
            package: {name: shop, keep: 3}
        """

    /// A trigger for arrivals; `settings` are further lines of the document.
    static func trigger(_ settings: String = "") -> String {
        """
        kind: Trigger
        project: shop
        name: arrivals
        eventGroups: [MachineAvailableForDeployment]
        eventCategories: [MachineDeploymentRelatedPropertyWasUpdated]
        environments: [production]
        \(settings)
        """
    }

    func applySample(project: String = shop, trigger: String = trigger()) async throws {
        try await apply([Self.environment, project, trigger].joined(separator: "\n---\n"))
    }

    /// Packs a site that says its version, pushes it and makes a release of it.
    func release(_ version: String, files: [String: String] = [:]) async throws {
        let site = folder.appending(path: "site-\(version)")
        try FileManager.default.createDirectory(at: site, withIntermediateDirectories: true)
        for (name, text) in files.merging(
            ["index.html": "shop \(version)\n"],
            uniquingKeysWith: { given, _ in given }
        ) {
            try text.write(to: site.appending(path: name), atomically: true, encoding: .utf8)
        }
        let archive = folder.appending(path: "shop-\(version).tar.gz")
        let tar = Process()
        tar.executableURL = URL(filePath: "/bin/tar")
        tar.arguments = ["-czf", archive.path, "-C", site.path, "."]
        try tar.run()
        tar.waitUntilExit()
        try await tidemark("package", "push", "shop", version, archive.path)
        try await tidemark("release", "create", "shop", version)
    }

    /// A release that is the environment's: rolled out while there is no machine.
    func settledRelease(_ version: String) async throws {
        try await release(version)
        try await tidemark("deploy", "shop", version, "--to", "production", "--wait")
    }
}
