import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark release`
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Versions of a project, with a frozen copy of its process.",
        subcommands: [Create.self, List.self, Show.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Freeze a project's process, variables and packages under a version."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The project.", completion: NameCompletion.projects) var project: String
        @Argument(help: "The version.") var version: String
        @Option(
            help: ArgumentHelp(
                "Version of one package; without it a package has the release's version. May be repeated.",
                valueName: "name=version"
            )
        )
        var package: [PackageVersion] = []
        @Option(help: "What is new.") var notes: String?

        func validate() throws {
            let names = package.map(\.name)
            for name in Set(names) where names.filter({ $0 == name }).count > 1 {
                throw ValidationError("--package names '\(name)' twice")
            }
        }

        func run() async throws {
            try await common.perform { session in
                let packages = package.map { ($0.name, $0.version) }
                let release: Release = try await session.client.post(
                    APIPath.of("projects", project, "releases"),
                    APIV1.ReleaseRequest(
                        version: version,
                        packages: Dictionary(packages) { _, last in last },
                        notes: notes
                    )
                )
                try session.printer.show(release, name: release.version) { palette, width in
                    ReleaseView.lines(release, width: width, palette: palette)
                }
                session.printer.suggest("tidemark deploy \(project) \(version) --to ENVIRONMENT --wait")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Releases of a project, newest first."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Argument(help: "The project.", completion: NameCompletion.projects) var project: String

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Release> = try await session.list(
                    APIPath.of("projects", project, "releases"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: ReleaseView.columns(now: session.now),
                    name: \.version,
                    none: "'\(project)' has no release yet: `tidemark release create \(project) VERSION`"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One release.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "The project.", completion: NameCompletion.projects) var project: String
        @Argument(help: "The version.") var version: String

        func run() async throws {
            try await common.perform { session in
                let release: Release = try await session.client.get(
                    APIPath.of("projects", project, "releases", version)
                )
                try session.printer.show(release, name: release.version) { palette, width in
                    ReleaseView.lines(release, width: width, palette: palette)
                }
            }
        }
    }
}

/// `NAME=VERSION` on the command line.
struct PackageVersion: ExpressibleByArgument, Equatable {
    let name: String
    let version: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "=") else { return nil }
        name = String(argument[..<sign])
        version = String(argument[argument.index(after: sign)...])
        guard !name.isEmpty, !version.isEmpty else { return nil }
    }
}
