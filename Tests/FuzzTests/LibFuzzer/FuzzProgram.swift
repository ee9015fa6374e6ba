import Glibc

/// What libFuzzer's main feeds: TIDEMARK_FUZZ_PARSER names the parser. It sees what code an input reaches, and looks for
/// inputs that the parser does not stand. Built by `make fuzz` alone.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    guard size <= FuzzParser.mostBytes else { return 0 }
    guard let complaint = chosen.complaint(Array(UnsafeBufferPointer(start: data, count: size))) else {
        return 0
    }
    say("\(chosen.name): \(complaint)")
    abort()
}

private let chosen: FuzzParser = {
    let name = getenv("TIDEMARK_FUZZ_PARSER").map { String(cString: $0) } ?? ""
    guard let parser = FuzzParser.named(name) else {
        say("TIDEMARK_FUZZ_PARSER must be one of: \(FuzzParser.all.map(\.name).joined(separator: " "))")
        exit(64)
    }
    return parser
}()

private func say(_ text: String) {
    let line = Array("tidemark-fuzz: \(text)\n".utf8)
    _ = write(2, line, line.count)
}

/// SwiftPM wants a main of the program's own; libFuzzer's, as a function, is all there is to it.
@main
enum FuzzProgram {
    static func main() {
        var count = CommandLine.argc
        var words = CommandLine.unsafeArgv
        exit(runFuzzer(&count, &words, testOneInput))
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
