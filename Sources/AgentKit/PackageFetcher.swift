internal import Crypto
internal import FleetClient
internal import FleetModel
internal import Glibc
internal import NIOCore

/// Brings a package onto the machine: resumed where it broke off, bounded, and never used unless its digest fits (F4).
struct PackageFetcher: Sendable {
    /// Broken-off transfers in a row, without a byte of progress, before the step fails.
    private static let attempts = 5

    let cache: PackageCache
    let node: NodeLink
    let web: WebClient

    /// The path of the verified archive.
    func fetch(_ install: PackageInstall, log: StepLog) async throws -> String {
        guard let sha256 = install.sha256, Digest.isValid(sha256) else {
            throw AgentError("package '\(install.name)' has no SHA-256 digest: it cannot be verified")
        }
        let cache = cache
        if try await Blocking.run(stoppable: { try cache.holds(sha256, stop: $0) }) {
            try await log.write("package \(install.name): already here, digest verified")
            return cache.whole(sha256)
        }
        let source = install.url.map { $0.prefix { $0 != "?" } } ?? "the node"
        try await log.write("package \(install.name): downloading from \(source)")
        // One repetition from the first byte: the fault may have been in an old part, or on the way.
        for attempt in 1...2 {
            let (found, bytes) = try await download(install, sha256, log)
            if found == sha256 {
                try await Blocking.run { try cache.promote(sha256) }
                try await log.write("package \(install.name): \(bytes) bytes, digest verified")
                return cache.whole(sha256)
            }
            try await Blocking.run { try cache.discardPartial(sha256) }
            try await log.write(
                "package \(install.name): digest \(found) is not \(sha256) (attempt \(attempt) of 2)"
            )
        }
        throw AgentError(
            "package '\(install.name)' is refused: its content does not have the digest \(sha256)"
        )
    }

    /// Downloads to the end, over as many broken-off transfers as it takes; gives the digest and the length.
    private func download(
        _ install: PackageInstall,
        _ sha256: String,
        _ log: StepLog
    ) async throws -> (digest: String, bytes: Int64) {
        let cache = cache
        let ceiling = install.sizeBytes ?? Limits.packageBytes
        var backoff = Backoff(base: .milliseconds(500), cap: .seconds(10))
        while true {
            let before = try await Blocking.run(stoppable: {
                try Digest.over(cache.partial(sha256), stop: $0)
            })
            var part = PartialFile(hash: before.hash, bytes: before.bytes, ceiling: ceiling)
            do {
                if before.bytes < ceiling || install.sizeBytes == nil {
                    try await transfer(install, sha256, into: &part)
                }
                if let size = install.sizeBytes, part.bytes < size { throw Cut(bytes: part.bytes, of: size) }
                return (Digest.hexadecimal(part.hash), part.bytes)
            } catch let failure where Self.isTransient(failure) {
                if part.bytes > before.bytes { backoff.succeeded() }
                guard backoff.failures + 1 < Self.attempts else { throw failure }
                try await log.write("package \(install.name): broken off at byte \(part.bytes): \(failure)")
                try await Task.sleep(for: backoff.next(fraction: .random(in: 0..<1)))
            }
        }
    }

    private func transfer(_ install: PackageInstall, _ sha256: String, into part: inout PartialFile)
        async throws
    {
        let cache = cache
        let answer: RangedBody
        do {
            answer = try await open(install, sha256, from: part.bytes)
        } catch let problem as Problem where problem.status == 416 {
            try await Blocking.run { try cache.discardPartial(sha256) }
            throw Cut(bytes: 0, of: part.bytes)
        }
        if let total = answer.totalBytes, total > part.ceiling {
            throw AgentError(
                "package '\(install.name)' has \(total) bytes, over the \(part.ceiling) that are allowed"
            )
        }
        if answer.offset == 0 { part.restart() }
        if install.url != nil {
            try await Blocking.run { try cache.saveTag(answer.tag, for: sha256) }
        }
        let path = cache.partial(sha256)
        let flags = O_WRONLY | O_CREAT | (answer.offset == 0 ? O_TRUNC : O_APPEND)
        let file = try Descriptor(path, flags: flags, mode: 0o600)
        for try await piece in answer.body {
            guard part.bytes + Int64(piece.readableBytes) <= part.ceiling else {
                throw AgentError("package '\(install.name)' goes on beyond its \(part.ceiling) bytes")
            }
            let number = file.number
            try await Blocking.run { try PartialFile.append(piece, to: number, path: path) }
            part.took(piece)
        }
        if let total = answer.totalBytes, part.bytes < total { throw Cut(bytes: part.bytes, of: total) }
    }

    private func open(_ install: PackageInstall, _ sha256: String, from offset: Int64) async throws
        -> RangedBody
    {
        guard let url = install.url else {
            return try await node.call { try await $0.package(sha256: sha256, from: offset) }
        }
        let cache = cache
        let tag = try await Blocking.run { try cache.loadTag(sha256) }
        return try await web.file(url, from: offset, tag: tag)
    }

    /// Whether asking again can help.
    private static func isTransient(_ error: any Error) -> Bool {
        switch error {
        case let problem as Problem: problem.status >= 500 || problem.status == 429
        case ClientError.unreachable, is Cut: true
        default: false
        }
    }

    /// The transfer ended before the file did.
    private struct Cut: Error, CustomStringConvertible {
        let bytes: Int64
        let of: Int64
        var description: String { "the transfer ended at byte \(bytes) of \(of)" }
    }
}
