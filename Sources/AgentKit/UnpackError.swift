/// Why an archive was refused, or could not be unpacked; nothing of it is kept then.
struct UnpackError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// - Parameter name: from the archive, so hostile: shown with its control characters escaped.
    init(_ name: [UInt8], _ reason: String) {
        self.init("'\(Self.shown(name))': \(reason)")
    }

    static func shown(_ name: [UInt8]) -> String {
        String(decoding: name.prefix(200), as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
            text += scalar.value < 32 || scalar.value == 127 ? scalar.escaped(asASCII: true) : String(scalar)
        }
    }
}
