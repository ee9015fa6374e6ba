internal import Glibc

/// A system call that failed: which, on what, and the system's words.
struct SystemError: Error, Equatable, CustomStringConvertible {
    let call: String
    let path: String
    let code: Int32

    /// Takes the current `errno`.
    init(_ call: String, _ path: String, code: Int32 = errno) {
        self.call = call
        self.path = path
        self.code = code
    }

    var description: String { "\(call) \(path): \(String(cString: strerror(code)))" }
}

/// Repeats a system call that a signal interrupted.
@discardableResult
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
