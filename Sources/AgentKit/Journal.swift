internal import FleetModel

/// The steps in hand, one file each, on disk before anything is done about them.
struct Journal: Sendable {
    let directory: DataDirectory

    func write(_ record: JournalRecord) throws {
        try Disk.replaceJSON(path(record.assignment.stepRunID), with: record)
    }

    /// The step is closed: its result was acknowledged, or refused as out of date. Its files go too.
    func remove(_ id: ID<StepRun>) throws {
        // Renamed first: a request to stop the step that comes at this moment then finds no folder to write into.
        let gone = "\(directory.steps)/.gone-\(id)"
        if try Disk.moveIfThere(directory.step(id).path, to: gone) { try Disk.removeTree(gone) }
        // Last: after a crash in between, the result that is in it is sent again, which does no harm.
        try Disk.remove(path(id))
    }

    func load() throws -> [JournalRecord] {
        var records: [JournalRecord] = []
        for name in try Disk.names(in: directory.journal) where name.hasSuffix(".json") {
            if let record = try Disk.readJSON("\(directory.journal)/\(name)", as: JournalRecord.self) {
                records.append(record)
            }
        }
        return records.sorted { $0.assignment.stepRunID < $1.assignment.stepRunID }
    }

    /// Removes what belongs to no step in the journal: left by a crash between two removals.
    func removeLeftovers(_ records: [JournalRecord]) throws {
        let known = Set(records.map { "\($0.assignment.stepRunID)" })
        for name in try Disk.names(in: directory.steps) where !known.contains(name) {
            try Disk.removeTree("\(directory.steps)/\(name)")
        }
        for project in try Disk.names(in: directory.projects) {
            let releases = try directory.project(project).releases
            for name in try Disk.names(in: releases) where name.hasPrefix(".tmp-") {
                if !known.contains(String(name.dropFirst(5))) { try Disk.removeTree("\(releases)/\(name)") }
            }
        }
    }

    private func path(_ id: ID<StepRun>) -> String { "\(directory.journal)/\(id).json" }
}
