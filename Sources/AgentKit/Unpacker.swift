internal import Glibc

/// Unpacks a tar.gz into a folder that does not exist yet; blocking. A failure leaves nothing.
struct Unpacker: Sendable {
    var limits = UnpackLimits()

    struct Summary: Equatable {
        var entries: Int
        var bytes: Int64
    }

    /// - Parameter folder: its parent exists; it is made, and removed again on a failure.
    func unpack(_ archive: String, into folder: String, stop: StopFlag = StopFlag()) throws -> Summary {
        guard mkdir(folder, 0o755) == 0 else { throw SystemError("mkdir", folder) }
        do {
            guard chmod(folder, 0o755) == 0 else { throw SystemError("chmod", folder) }
            return try fill(folder, from: archive, stop: stop)
        } catch {
            try? Disk.removeTree(folder)
            throw error
        }
    }

    private func fill(_ folder: String, from archive: String, stop: StopFlag) throws -> Summary {
        let packed = try Descriptor(archive, flags: O_RDONLY)
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { space.deallocate() }
        let root = try Descriptor(folder, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        var tree = ReleaseTree(root: root, limits: limits)
        var gunzip = try Gunzip()
        var tar = TarReader(limits: limits)
        var meter = UnpackMeter(limits: limits)
        var file = OpenFile()
        while true {
            try stop.check()
            let count = try packed.read(into: space, path: archive)
            guard count > 0 else { break }
            meter.packedBytes += Int64(count)
            try gunzip.read(UnsafeRawBufferPointer(rebasing: space[..<count])) { piece in
                try meter.add(piece.count)
                try tar.read(piece) { event in
                    switch event {
                    case .entry(let entry):
                        // Told before a byte of it is written, so that a bomb costs nothing.
                        guard entry.sizeBytes <= limits.totalBytes else {
                            throw UnpackError(entry.name, "its size is \(entry.sizeBytes) bytes")
                        }
                        try file.replace(with: tree.add(entry), name: entry.name)
                    case .content(let bytes): try file.write(bytes)
                    case .contentEnd: file.close()
                    }
                }
            }
        }
        guard gunzip.isAtEnd else { throw UnpackError("the archive is cut off") }
        try tar.finish()
        try tree.finish()
        return Summary(entries: tree.entries, bytes: meter.unpackedBytes)
    }
}

/// Counts what an archive costs, and stops it.
private struct UnpackMeter {
    let limits: UnpackLimits
    var packedBytes: Int64 = 0
    var unpackedBytes: Int64 = 0

    mutating func add(_ count: Int) throws(UnpackError) {
        unpackedBytes += Int64(count)
        guard unpackedBytes <= limits.totalBytes else {
            throw UnpackError("it unpacks to over \(limits.totalBytes) bytes")
        }
        let isBomb = unpackedBytes > limits.ratioFloorBytes && unpackedBytes / limits.ratio > packedBytes
        guard !isBomb else { throw UnpackError("it unpacks to over \(limits.ratio) times its size") }
    }
}

/// The file that content goes into, if any.
private struct OpenFile: ~Copyable {
    private var file: Descriptor?
    private var name = ""

    mutating func replace(with number: Int32?, name: [UInt8]) {
        file = number.map { Descriptor(owning: $0) }
        self.name = UnpackError.shown(name)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        let name = name
        try file?.write(bytes, path: name)
    }

    mutating func close() {
        file = nil
    }
}
