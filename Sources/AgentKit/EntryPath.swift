/// A name in an archive as path components, none of which can lead out of the folder that it is unpacked into.
struct EntryPath: Hashable {
    let components: [[UInt8]]

    var depth: Int { components.count }
    var parent: ArraySlice<[UInt8]> { components.dropLast() }

    /// Empty for the folder itself (`./`).
    init(_ name: [UInt8], limits: UnpackLimits) throws(UnpackError) {
        guard !name.isEmpty else { throw UnpackError("an entry has no name") }
        guard name.count <= limits.pathBytes else { throw UnpackError(name, "its path is too long") }
        guard name.first != UInt8(ascii: "/") else { throw UnpackError(name, "its path is absolute") }
        guard !name.contains(0) else { throw UnpackError(name, "its path has a NUL") }
        guard String(validating: name, as: UTF8.self) != nil else {
            throw UnpackError(name, "its path is not UTF-8")
        }
        components = name.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != Self.dot }
        guard !components.contains(Self.dotDot) else { throw UnpackError(name, "its path has a '..'") }
        guard components.allSatisfy({ $0.count <= 255 }) else {
            throw UnpackError(name, "a name is too long")
        }
        guard components.count <= limits.depth else { throw UnpackError(name, "its path is too deep") }
    }

    /// Checks the target of a symbolic link here: it must stay inside whatever other links there are.
    ///
    /// So `..` only at its beginning and no more often than the link is deep: the link's own folder is a real one,
    /// and from there on the way goes down only. `a/link/../..` would be inside by its letters, and outside when
    /// `a/link` is a link itself (the two-hop trick).
    func check(target: [UInt8], limits: UnpackLimits) throws(UnpackError) {
        let name = Array(components.joined(separator: [UInt8(ascii: "/")]))
        guard !target.isEmpty, target.count <= limits.pathBytes, !target.contains(0) else {
            throw UnpackError(name, "its link has no proper target")
        }
        guard target.first != UInt8(ascii: "/") else { throw UnpackError(name, "its link is absolute") }
        let steps = target.split(separator: UInt8(ascii: "/")).map(Array.init).filter { $0 != Self.dot }
        let ups = steps.prefix { $0 == Self.dotDot }.count
        guard ups <= depth - 1 else { throw UnpackError(name, "its link leads out of the release") }
        guard !steps.dropFirst(ups).contains(Self.dotDot) else {
            throw UnpackError(name, "its link has a '..' after a name")
        }
    }

    private static let dot = [UInt8(ascii: ".")]
    private static let dotDot = [UInt8(ascii: "."), UInt8(ascii: ".")]
}
