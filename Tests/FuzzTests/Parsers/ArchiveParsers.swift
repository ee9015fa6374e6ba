import CZlib
import Foundation
import Glibc

@testable import AgentKit

/// Packages: gzip alone, tar alone, and both into a real folder.
enum ArchiveParsers {
    private static let words = [
        "ustar\0", "ustar  \0", "../", "/etc/", "././@LongLink", "11 path=a\n", "\u{0}\u{0}",
    ]

    static let all = [
        FuzzParser(name: "gzip", words: ["\u{1F}"], complaint: gzip),
        FuzzParser(name: "tar", words: words, complaint: tar),
        FuzzParser(name: "package", words: words, complaint: package),
    ]

    private static let limits = UnpackLimits(entries: 200, totalBytes: 1 << 20)

    private static func gzip(_ bytes: [UInt8]) -> String? {
        (try? unpacked(bytes, bySize: 1)) == (try? unpacked(bytes, bySize: bytes.count + 1))
            ? nil : "the pieces make a difference"
    }

    private static func unpacked(_ bytes: [UInt8], bySize size: Int) throws -> [UInt8] {
        var gunzip = try Gunzip()
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            try bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
                try gunzip.read(piece) { unpacked in
                    output += unpacked
                    guard output.count <= limits.totalBytes else { throw UnpackError("a bomb") }
                }
            }
        }
        guard gunzip.isAtEnd else { throw UnpackError("the archive is cut off") }
        return output
    }

    /// As it is, and with the sums of its headers mended, which a random change would hardly ever hit.
    private static func tar(_ bytes: [UInt8]) -> String? {
        for archive in [bytes, TarSums.mended(bytes)] {
            let whole = entries(archive, bySize: archive.count + 1)
            for size in [1, 511] where entries(archive, bySize: size) != whole {
                return "pieces of \(size) give \(entries(archive, bySize: size)), the whole \(whole)"
            }
        }
        return nil
    }

    private static func entries(_ bytes: [UInt8], bySize size: Int) -> [String] {
        var reader = TarReader(limits: limits)
        var said: [String] = []
        var content = 0
        do {
            for start in stride(from: 0, to: bytes.count, by: size) {
                try bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
                    try reader.read(piece) { event in
                        switch event {
                        case .entry(let entry):
                            let path = try EntryPath(entry.name, limits: limits)
                            if case .symbolicLink(let target) = entry.kind {
                                try path.check(target: target, limits: limits)
                            }
                            said.append("\(path.components) \(entry.kind) \(entry.mode)")
                        case .content(let bytes): content += bytes.count
                        case .contentEnd: said.append("\(content) bytes so far")
                        }
                    }
                }
            }
            try reader.finish()
        } catch {
            said.append("\(error)")
        }
        return said
    }

    /// Unpacked for real: what is beside the folder stays as it was, and a refusal leaves nothing.
    private static func package(_ bytes: [UInt8]) -> String? {
        do {
            let place = try UnpackPlace()
            return try place.complaint(about: Stored.gzip(TarSums.mended(bytes)), limits: limits)
        } catch {
            return "no place to unpack to: \(error)"
        }
    }
}

/// Two folders in memory, one to unpack into and one that nothing may touch.
private final class UnpackPlace {
    private let root: String

    init() throws {
        var template = Array("/dev/shm/tidemark-fuzz-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", "/dev/shm") }
        root = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        try Disk.replace("\(root)/beside", with: Array("untouched".utf8))
    }

    deinit { try? Disk.removeTree(root) }

    func complaint(about archive: [UInt8], limits: UnpackLimits) throws -> String? {
        let packed = "\(root)/archive"
        try Disk.replace(packed, with: archive)
        var isUnpacked = false
        do {
            _ = try Unpacker(limits: limits).unpack(packed, into: "\(root)/into")
            isUnpacked = true
        } catch let error as UnpackError {
            if error.description.isEmpty { return "a refusal without a word" }
        } catch let error as SystemError {
            if "\(error)".isEmpty { return "a failure without a word" }
        }
        let names = try Disk.names(in: root).sorted()
        let expected = ["archive", "beside"] + (isUnpacked ? ["into"] : [])
        guard names == expected, try Disk.read("\(root)/beside") == Array("untouched".utf8) else {
            return "what is beside the release is \(names) now"
        }
        return nil
    }
}

/// Right sums for every header of an archive.
enum TarSums {
    static func mended(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for start in stride(from: 0, through: bytes.count - 512, by: 512) {
            guard bytes[(start + 257)..<(start + 262)].elementsEqual("ustar".utf8) else { continue }
            for index in (start + 148)..<(start + 156) { bytes[index] = UInt8(ascii: " ") }
            let sum = bytes[start..<(start + 512)].reduce(0) { $0 + Int($1) }
            let digits = String(sum, radix: 8)
            let text = String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "\0 "
            bytes.replaceSubrange((start + 148)..<(start + 156), with: text.utf8)
        }
        return bytes
    }
}

/// gzip without compression, for archives that are to be as they are made.
enum Stored {
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        let blocks = stride(from: 0, to: max(bytes.count, 1), by: 65_535).map { start in
            bytes[start..<min(start + 65_535, bytes.count)]
        }
        for (index, block) in blocks.enumerated() {
            let count = UInt16(block.count)
            packed.append(index == blocks.count - 1 ? 1 : 0)
            packed += [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
            packed += block
        }
        let sum = UInt32(truncatingIfNeeded: crc32(0, bytes, uInt(bytes.count)))
        for number in [sum, UInt32(bytes.count)] {
            packed += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return packed
    }
}
