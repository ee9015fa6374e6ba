import Foundation
import Testing

/// F7: every sample in `Tests/Corpus`, and as many changed ones as TIDEMARK_FUZZ_RUNS says, through every parser that reads
/// bytes from outside. `make fuzz` looks longer, and deeper.
@Suite struct CorpusTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let runs = Int(environment["TIDEMARK_FUZZ_RUNS"] ?? "") ?? 400
    private static let seed = UInt64(environment["TIDEMARK_FUZZ_SEED"] ?? "") ?? 1
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Corpus")

    private static func samples(of parser: String) throws -> [(name: String, bytes: [UInt8])] {
        let place = folder.appending(path: parser)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        return try names.map { ($0, Array(try Data(contentsOf: place.appending(path: $0)))) }
    }

    @Test(
        "F7 no sample and no changed sample crashes a parser, takes it long, or is refused without a word",
        arguments: FuzzParser.all.map(\.name)
    )
    func holds(name: String) throws {
        let parser = try #require(FuzzParser.named(name))
        let samples = try Self.samples(of: name)
        #expect(samples.count >= 3, "too few to learn from")
        let last = LastInput(parser: name)
        for sample in samples {
            last.keep(sample.bytes)
            #expect(Self.checked(parser, sample.bytes) == nil, "Tests/Corpus/\(name)/\(sample.name)")
        }
        var mutator = Mutator(seed: Self.seed, words: parser.words, samples: samples.map(\.bytes))
        for run in 1...Self.runs {
            let bytes = mutator.next()
            last.keep(bytes)
            guard let complaint = Self.checked(parser, bytes) else { continue }
            Issue.record("\(name), seed \(Self.seed), run \(run): \(complaint); see \(last.path)")
            return
        }
        last.remove()
    }

    /// With the time it takes: generous, for a machine that does other things too.
    private static func checked(_ parser: FuzzParser, _ bytes: [UInt8]) -> String? {
        let clock = ContinuousClock()
        let start = clock.now
        let complaint = parser.complaint(bytes)
        let took = clock.now - start
        return complaint ?? (took < .seconds(5) ? nil : "took \(took) for \(bytes.count) bytes")
    }

    @Test("Every folder of samples has its parser")
    func folders() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(names) == Set(FuzzParser.all.map(\.name)))
    }
}

/// The input in hand, on disk: what ends the process cannot say which it was.
private struct LastInput {
    let path: String

    init(parser: String) {
        path = "/tmp/tidemark-fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(parser)"
    }

    func keep(_ bytes: [UInt8]) {
        _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
