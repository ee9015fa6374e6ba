import ArgumentParser

/// `tidemark doctor`
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check address, credentials, clock, nodes, leader, scan and machines.",
        discussion: "Every finding that is not OK comes with what to do. Exit code 2: something is not OK."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform { session in
            let report = DoctorReport(await DoctorFacts.gather(session, hasKey: session.hasKey))
            try session.printer.show(
                report,
                items: report.checks,
                columns: DoctorView.columns,
                name: { "\($0.result.rawValue) \($0.name)" },
                none: ""
            )
            guard report.isWell else { throw ExitCode(CommandStatus.different.rawValue) }
        }
    }
}
