/// One parser that reads bytes from outside, with what must hold whatever it is fed: it does not crash, it says what is
/// wrong, and what it reads it reads again from what it writes.
struct FuzzParser: Sendable {
    /// The folder of its samples in `Tests/Corpus`.
    let name: String
    /// Words of its language, which random bytes would take for ever to spell.
    let words: [String]
    /// What does not hold for these bytes; nil: all is well.
    let complaint: @Sendable ([UInt8]) -> String?

    /// Longest input: the bounds against size are tests of their own.
    static let mostBytes = 16 * 1024

    static let all: [FuzzParser] =
        JSONParsers.all + TextParsers.all + NetworkParsers.all + StreamParsers.all + ArchiveParsers.all
        + ProviderParsers.all

    static func named(_ name: String) -> FuzzParser? { all.first { $0.name == name } }
}

extension FuzzParser {
    /// A parser of text; bytes that are no UTF-8 are repaired as everywhere in the product.
    init(
        _ name: String,
        words: [String] = [],
        text: @escaping @Sendable (String) -> String?
    ) {
        self.init(name: name, words: words) { text(String(decoding: $0, as: UTF8.self)) }
    }

    /// Says what differs, with both values.
    static func unequal<Value: Equatable>(_ what: String, _ first: Value, _ second: Value) -> String? {
        first == second ? nil : "\(what): \(first) became \(second)"
    }
}
