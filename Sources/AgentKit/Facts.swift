internal import FleetModel
internal import Glibc

/// What an agent tells about its machine, for people to see and filter by; nothing is decided by it.
enum Facts {
    static func read() -> [String: String] {
        var names = utsname()
        guard uname(&names) == 0 else { return ["agent": Version.current] }
        return [
            "agent": Version.current,
            "os": text(of: names.sysname),
            "kernel": text(of: names.release),
            "arch": text(of: names.machine),
            "hostname": text(of: names.nodename),
            "cpus": "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))",
        ]
    }

    static func hostName() -> String {
        read()["hostname"] ?? "machine"
    }

    private static func text<Field>(of field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
