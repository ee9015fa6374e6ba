import ArgumentParser

/// How much of a list is fetched; pages are the command's business.
struct ListOptions: ParsableArguments {
    static let most = 100_000

    @Option(help: "Most items to show.")
    var limit = 100

    @OptionGroup var watch: WatchOptions

    func validate() throws {
        guard (1...Self.most).contains(limit) else {
            throw ValidationError("--limit is \(limit), and must be from 1 to \(Self.most)")
        }
    }
}
