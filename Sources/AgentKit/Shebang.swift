/// How to start a script: the interpreter of its `#!` line, else `/bin/sh`.
///
/// The line is read here, not by the kernel, so that the script's file need not be executable: a data directory
/// may be mounted `noexec`.
enum Shebang {
    /// The command with the script's path as its last argument.
    static func command(script: String, path: String) -> [String] {
        guard script.hasPrefix("#!") else { return ["/bin/sh", path] }
        let line = script.dropFirst(2).prefix { $0 != "\n" && $0 != "\r\n" }
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let words = line.split(maxSplits: 1, whereSeparator: blank)
        guard let interpreter = words.first, interpreter.hasPrefix("/") else { return ["/bin/sh", path] }
        // As in Linux, all that follows the interpreter is one argument.
        let argument = words.dropFirst().map { String(trimmed($0, blank)) }.filter { !$0.isEmpty }
        return [String(interpreter)] + argument + [path]
    }

    private static func trimmed(_ text: Substring, _ blank: (Character) -> Bool) -> Substring {
        var rest = text.drop(while: blank)
        while let last = rest.last, blank(last) { rest.removeLast() }
        return rest
    }
}
