import HTTPAPI
import Hummingbird

/// The fields of a form that was sent.
struct Form: Sendable {
    /// Forms here have a few short fields.
    private static let mostBytes = 16 * 1024

    private let fields: [String: String]

    init(_ fields: [String: String] = [:]) {
        self.fields = fields
    }

    init(_ request: Request) async throws {
        let bytes = try await request.bytes(upTo: Self.mostBytes)
        fields =
            (try? URLEncodedFormDecoder().decode([String: String].self, from: String(buffer: bytes))) ?? [:]
    }

    /// What comes after `prefix` in the names of the boxes that are ticked, in order: one box for each of many things.
    func names(after prefix: String) -> [String] {
        fields.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
    }

    /// Words with commas or blanks between them.
    func words(_ name: String) -> [String] { Self.words(of: self[name] ?? "") }

    static func words(of text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// As it was entered: white space is part of a password.
    func exactly(_ name: String) -> String? { fields[name] }

    /// Without white space around it; empty counts as absent.
    subscript(_ name: String) -> String? {
        guard let text = fields[name] else { return nil }
        let trimmed = text.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }
        return end.map { String(trimmed[...$0]) }
    }
}
