import Foundation
import Glibc
import Proof

/// File systems in memory, one for each server, so that one can be filled without harm to anybody else.
struct Disks: Sendable {
    private static let megabytes = 1500

    struct Disk: Sendable {
        fileprivate let folder: String
        private var ballast: String { "\(folder)/ballast" }

        fileprivate init(folder: String) {
            self.folder = folder
        }

        /// Takes all the space that is left.
        func fill() throws {
            let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            guard file >= 0 else { throw ProofError("\(ballast) cannot be written") }
            defer { close(file) }
            for size in [1 << 20, 4096] {
                let block = [UInt8](repeating: 0, count: size)
                while write(file, block, size) == size {}
            }
        }

        func free() {
            unlink(ballast)
        }
    }

    private let disks: [String: Disk]

    static func mount(_ folders: [String]) async throws -> Disks {
        for folder in folders {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try await Tool.run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=\(megabytes)m,mode=755",
                "tidemark-drill",
                folder
            )
        }
        return Disks(
            disks: Dictionary(uniqueKeysWithValues: folders.map { ($0, Disk(folder: $0)) })
        )
    }

    subscript(folder: String) -> Disk? { disks[folder] }

    func unmount() async {
        for folder in disks.keys { _ = try? await Tool.run("umount", "-l", folder) }
    }
}
