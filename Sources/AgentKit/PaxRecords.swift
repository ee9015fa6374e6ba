/// The records of a pax extended header that matter here: `LENGTH KEY=VALUE\n`, the length counting itself.
struct PaxRecords: Equatable {
    var path: [UInt8]?
    var linkPath: [UInt8]?
    var sizeBytes: Int64?

    init() {}

    init(_ bytes: [UInt8]) throws(UnpackError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 1, length <= rest.count
            else { throw UnpackError("a pax header is damaged") }
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "="))
            else { throw UnpackError("a pax header is damaged") }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            try take(key, Array(record[(equals + 1)...].dropLast()))
            rest = rest[(rest.startIndex + length)...]
        }
    }

    private mutating func take(_ key: String, _ value: [UInt8]) throws(UnpackError) {
        switch key {
        case "path": path = value
        case "linkpath": linkPath = value
        case "size":
            guard let size = Int64(String(decoding: value, as: UTF8.self)), size >= 0 else {
                throw UnpackError("a pax header has a size that is none")
            }
            sizeBytes = size
        case _ where key.hasPrefix("GNU.sparse."):
            throw UnpackError("sparse files are not supported: pack without --sparse")
        default: break  // times, owners, attributes: not kept
        }
    }
}
