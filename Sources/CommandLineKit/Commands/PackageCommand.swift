import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark package`
struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Files of the built-in store.",
        subcommands: [Push.self, List.self]
    )

    struct Push: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "push",
            abstract: "Put a tar.gz into the store.",
            discussion: """
                The digest of the file goes with it and the node checks what arrived. Pushing the same bytes again \
                does nothing; other bytes under the same version are refused.
                """
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Name of the package.") var name: String
        @Argument(help: "Its version.") var version: String
        @Argument(help: "The tar.gz file.", completion: .file()) var file: String

        func run() async throws {
            try await common.perform { session in
                let package = try await push(in: session)
                try session.printer.show(package, name: "\(package.name) \(package.version)") {
                    palette,
                    width in
                    PackageView.sheet(package).lines(width: width, palette: palette)
                }
                session.printer.suggest("tidemark release create PROJECT \(version)")
            }
        }

        private func push(in session: Session) async throws -> APIV1.Package {
            let digest = try FileDigest(of: file)
            guard digest.size <= Limits.packageBytes else {
                let most = ByteCount.describe(Limits.packageBytes)
                throw Failure(.usage, "\(file): is larger than \(most), the most that a package may have")
            }
            let printer = session.printer
            let title = "\(name) \(version)"
            let gate = ProgressGate()
            let package: APIV1.Package = try await session.client.upload(
                file: file,
                to: APIPath.of("packages", name, version),
                headers: [("Content-Digest", digest.header)]
            ) { done, total in
                guard printer.terminal.isInteractive, gate.passes(done: done, total: total) else { return }
                let width = (printer.terminal.width ?? 80) - 1
                printer.draw(ProgressBar.line(Inert.line(title), done: done, total: total, width: width))
            }
            if printer.terminal.isInteractive { printer.draw("") }
            guard package.sha256 == digest.hexadecimal else {
                throw Failure(
                    .failed,
                    "the node stored \(title) with the digest \(package.sha256), and the file has "
                        + "\(digest.hexadecimal): it was changed while it was read; push it again"
                )
            }
            return package
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Packages of the store."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only versions of this package.") var name: String?

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<APIV1.Package> = try await session.list(
                    APIPath.of("packages"),
                    query: ["name": name],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: PackageView.columns(now: session.now),
                    name: { "\($0.name) \($0.version)" },
                    none: "the store is empty: `tidemark package push` fills it"
                )
            }
        }
    }
}
