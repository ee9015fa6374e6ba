/// One member of an archive, as its headers say.
struct TarEntry: Equatable {
    enum Kind: Equatable {
        case file
        case folder
        case symbolicLink(to: [UInt8])
        case hardLink(to: [UInt8])
    }

    var name: [UInt8]
    var kind: Kind
    var mode: UInt32
    var sizeBytes: Int64
}
