import Glibc

/// `tidemark-fuzz PARSER [libFuzzer's options and folders]`: lets libFuzzer, which sees what code an input reaches, look
/// for inputs that a parser does not stand. Built by `make fuzz` alone.
@main
enum FuzzProgram {
    nonisolated(unsafe) private static var parser: FuzzParser?

    static func main() {
        let words = CommandLine.arguments
        guard words.count > 1, let chosen = FuzzParser.named(words[1]) else {
            print(FuzzParser.all.map(\.name).joined(separator: "\n"))
            return
        }
        // Because libFuzzer's callback is a C function, which can capture nothing; set once, before any call.
        parser = chosen
        var count = Int32(words.count - 1)
        let kept = [words[0]] + words.dropFirst(2)
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = .allocate(
            capacity: kept.count + 1
        )
        for (index, word) in kept.enumerated() { arguments[index] = strdup(word) }
        arguments[kept.count] = nil
        exit(
            runFuzzer(&count, &arguments) { data, size in
                guard let parser = FuzzProgram.parser, size <= FuzzParser.mostBytes else { return 0 }
                let bytes = Array(UnsafeBufferPointer(start: data, count: size))
                guard let complaint = parser.complaint(bytes) else { return 0 }
                let line = Array("tidemark-fuzz: \(parser.name): \(complaint)\n".utf8)
                _ = write(2, line, line.count)
                abort()
            }
        )
    }
}

/// libFuzzer's own main, as a function.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
