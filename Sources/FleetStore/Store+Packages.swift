import Crypto
package import FleetModel
import FleetRules
import Postgres

/// What became of a push.
package enum PackagePush: Sendable {
    case created(APIV1.Package)
    /// The same bytes were there already.
    case alreadyThere(APIV1.Package)
}

extension Store {
    /// Takes a package of any size: its pieces in a transaction each, and one more that makes it visible.
    ///
    /// A push that ends early leaves rows that nobody sees; `PackageUploadRows.deleteAbandoned` removes them.
    package func pushPackage<Body: AsyncSequence>(
        name: String,
        version: String,
        expectedSHA256: String? = nil,
        body: Body,
        by principal: Principal
    ) async throws -> PackagePush where Body.Element: Sequence<UInt8> {
        try principal.require(.release, at: .somewhere)
        try checkPackageName(name, version)
        if let expectedSHA256, let there = try await package(name: name, version: version) {
            return try sameBytes(there, sha256: expectedSHA256)
        }
        let upload = try await read { tx in
            try PackageUploadRows.begin(name: name, version: version, by: principal.actor, in: tx)
        }
        let sha256 = try await receive(body, into: upload)
        if let expectedSHA256, expectedSHA256 != sha256 {
            try await discard(upload)
            throw StoreError.invalid(
                field: "Content-Digest",
                "the body has the SHA-256 \(sha256), not \(expectedSHA256) as announced: push it again"
            )
        }
        return try await publish(upload, name: name, version: version, sha256: sha256, by: principal)
    }

    /// The bytes with a digest; nil when no package has them.
    package func storedPackage(sha256: String) async throws -> StoredPackage? {
        try await read { try PackageRows.stored(sha256: sha256, in: $0) }
    }

    /// The bytes with a digest for an agent: only those that an open run of its machine installs.
    package func storedPackage(sha256: String, for agent: AgentIdentity) async throws -> StoredPackage {
        try await read { tx in
            guard let stored = try PackageRows.stored(sha256: sha256, in: tx) else {
                throw StoreError.notFound(what: "package with SHA-256", which: sha256)
            }
            guard try PackageRows.isNeeded(sha256: sha256, by: agent.machineID, in: tx) else {
                throw StoreError.forbidden(
                    "no open run of machine \(agent.name) installs the package \(sha256)"
                )
            }
            return stored
        }
    }

    /// The piece that holds byte `offset`, from that byte on; empty at the end.
    package func packageBytes(_ stored: StoredPackage, from offset: Int64) async throws -> [UInt8] {
        let size = Int64(Limits.packageChunkBytes)
        guard offset < stored.sizeBytes else { return [] }
        let chunk = try await read { tx in
            try PackageRows.chunk(offset / size, of: stored.upload, in: tx)
        }
        guard let chunk else {
            throw StoreError.notFound(what: "piece of package", which: "\(stored.sha256) at \(offset)")
        }
        return Array(chunk.dropFirst(Int(offset % size)))
    }

    private func checkPackageName(_ name: String, _ version: String) throws {
        let faults = [
            TextRule.longLabel.fault(of: name).map { StoreError.Fault("name", $0) },
            TextRule.version.fault(of: version).map { StoreError.Fault("version", $0) },
        ].compactMap { $0 }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }

    private func package(name: String, version: String) async throws -> APIV1.Package? {
        try await read { try PackageRows.find(name: name, version: version, in: $0) }
    }

    /// Stores the pieces and returns the SHA-256 of the whole.
    private func receive<Body: AsyncSequence>(
        _ body: Body,
        into upload: ID<PackageUpload>
    ) async throws -> String where Body.Element: Sequence<UInt8> {
        var hasher = SHA256()
        var position: Int64 = 0
        var piece: [UInt8] = []
        piece.reserveCapacity(2 * Limits.packageChunkBytes)
        for try await bytes in body {
            piece.append(contentsOf: bytes)
            while piece.count >= Limits.packageChunkBytes {
                let full = Array(piece.prefix(Limits.packageChunkBytes))
                piece.removeFirst(Limits.packageChunkBytes)
                hasher.update(data: full)
                try await append(full, at: position, to: upload)
                position += 1
            }
        }
        if !piece.isEmpty {
            hasher.update(data: piece)
            try await append(piece, at: position, to: upload)
            position += 1
        }
        guard position > 0 else {
            try await discard(upload)
            throw StoreError.invalid(field: "body", "is empty: send the tar.gz file as the body")
        }
        return Hexadecimal.text(hasher.finalize())
    }

    private func append(_ data: [UInt8], at position: Int64, to upload: ID<PackageUpload>) async throws {
        let isThere = try await read { tx in
            try PackageUploadRows.append(data, at: position, to: upload, in: tx)
        }
        guard isThere else { throw StoreError.conflict("the push took longer than an hour: push it again") }
    }

    private func discard(_ upload: ID<PackageUpload>) async throws {
        try await read { try PackageUploadRows.abandon(upload, in: $0) }
    }

    private func publish(
        _ upload: ID<PackageUpload>,
        name: String,
        version: String,
        sha256: String,
        by principal: Principal
    ) async throws -> PackagePush {
        let pushed: PackagePush = try await unitOfWork(by: principal) { tx, changes in
            if let created = try PackageRows.insert(
                upload: upload,
                sha256: sha256,
                by: principal.actor,
                in: tx
            ) {
                changes.post(.packagePushed(name: name, version: version, sha256: sha256))
                return .created(created)
            }
            try PackageUploadRows.abandon(upload, in: tx)
            guard let there = try PackageRows.find(name: name, version: version, in: tx) else {
                throw StoreError.conflict("the push of \(name) \(version) was swept: push it again")
            }
            return .alreadyThere(there)
        }
        // Judged after the commit: a refusal must not bring the bytes back.
        guard case .alreadyThere(let there) = pushed else { return pushed }
        return try sameBytes(there, sha256: sha256)
    }

    private func sameBytes(_ there: APIV1.Package, sha256: String) throws -> PackagePush {
        guard there.sha256 == sha256 else {
            throw StoreError.conflict(
                """
                package \(there.name) \(there.version) is in the store with other bytes (SHA-256 \(there.sha256)), and \
                packages do not change: push under another version
                """
            )
        }
        return .alreadyThere(there)
    }
}
