import Foundation
import Glibc

@testable import AgentKit

/// A folder of its own for each test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init(in folder: String = "/tmp") throws {
        var template = Array("\(folder)/tidemark-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp", folder) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        try? Disk.removeTree(path)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        try Disk.replace(file, with: bytes)
        return file
    }

    /// Every file below, with what it is and holds: two listings that are equal mean that nothing changed.
    static func listing(_ folder: String) throws -> [String] {
        try Disk.names(in: folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            switch try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType {
            case .typeDirectory: return ["\(path)/"] + (try listing(path))
            case .typeSymbolicLink: return ["\(path) link"]
            default: return ["\(path) \(try mode(path) ?? 0) \(try text(path))"]
            }
        }
    }

    static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try Disk.read(path) ?? Array("(missing)".utf8), as: UTF8.self)
    }
}
