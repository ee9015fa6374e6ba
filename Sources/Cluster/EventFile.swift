import FleetStore
import Foundation

/// A month of the event log as a file, one JSON object a line. It has its name only when it is whole and on disk.
struct EventFile: Sendable {
    private let directory: String
    private let partition: ExpiredPartition

    init(directory: String, partition: ExpiredPartition) {
        self.directory = directory
        self.partition = partition
    }

    var path: String { "\(directory)/\(partition.name).jsonl" }

    /// Returns how many events it holds.
    @concurrent func write(from store: Store) async throws -> Int64 {
        let unfinished = "\(path).part"
        guard
            FileManager.default.createFile(
                atPath: unfinished,
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            ),
            let handle = FileHandle(forWritingAtPath: unfinished)
        else { throw EventFileError(path: unfinished) }
        defer { try? handle.close() }
        var count: Int64 = 0
        var after: Int64 = 0
        while true {
            let page = try await store.exportEvents(
                from: partition.startsAt,
                before: partition.endsAt,
                after: after,
                as: "node:\(store.node)"
            )
            guard !page.isEnd else { break }
            try handle.write(contentsOf: Data(page.lines.map { $0 + "\n" }.joined().utf8))
            count += Int64(page.lines.count)
            after = page.lastID
        }
        try handle.synchronize()
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: unfinished, toPath: path)
        return count
    }
}

/// The file of an export cannot be made; nothing is dropped then.
struct EventFileError: Error, CustomStringConvertible {
    let path: String

    var description: String {
        "\(path) cannot be written: TIDEMARK_EVENT_EXPORT_DIR must be a folder that the node may write to"
    }
}
