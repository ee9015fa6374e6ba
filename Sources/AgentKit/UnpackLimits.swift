/// What an archive may cost: against bombs, not against large packages.
struct UnpackLimits: Sendable {
    var entries = 100_000
    var totalBytes: Int64 = 8 * 1024 * 1024 * 1024
    /// Unpacked to packed, looked at beyond `ratioFloorBytes`. Deflate reaches 1032 on zeros; real packages 20.
    var ratio: Int64 = 200
    var ratioFloorBytes: Int64 = 64 * 1024 * 1024
    var pathBytes = 4000
    var depth = 64
    /// Of a pax header or a GNU long name.
    var metadataBytes: Int64 = 1024 * 1024
}
