/// Why a command could not do its work: what, which, and what to do next, with the exit code that says so to scripts.
struct Failure: Error, Equatable {
    var status: CommandStatus
    var message: String
    /// One line each: every single fault, or what to do.
    var details: [String]

    init(_ status: CommandStatus, _ message: String, details: [String] = []) {
        self.status = status
        self.message = message
        self.details = details
    }
}
