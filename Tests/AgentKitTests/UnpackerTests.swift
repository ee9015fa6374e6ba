import Glibc
import Testing

@testable import AgentKit

@Suite("F3: an archive changes nothing outside its release folder")
struct UnpackerTests {
    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: String
        let archive: [UInt8]

        init(_ description: String, refusedBecause reason: String, _ build: (inout TarBuilder) -> Void) {
            testDescription = description
            self.reason = reason
            var tar = TarBuilder()
            build(&tar)
            archive = tar.gzipped
        }

        init(_ description: String, refusedBecause reason: String, raw: [UInt8]) {
            testDescription = description
            self.reason = reason
            archive = raw
        }
    }

    static let hostile: [Hostile] = [
        Hostile("a path with ..", refusedBecause: "has a '..'") { $0.file("../outside", "x") },
        Hostile("a path with .. inside", refusedBecause: "has a '..'") { $0.file("a/../../outside", "x") },
        Hostile("an absolute path", refusedBecause: "is absolute") { $0.file("/tmp/outside", "x") },
        Hostile("an absolute pax path", refusedBecause: "is absolute") {
            $0.pax([("path", "/tmp/outside")])
            $0.file("harmless", "x")
        },
        Hostile("a GNU long name with ..", refusedBecause: "has a '..'") {
            $0.gnuLong("L", "../" + String(repeating: "a", count: 120))
            $0.file("harmless", "x")
        },
        Hostile("a prefix with ..", refusedBecause: "has a '..'") {
            $0.header("outside", type: "0", prefix: "../..")
        },
        Hostile("no name", refusedBecause: "has no name") { $0.file("", "x") },
        Hostile("a pax path with a NUL", refusedBecause: "has a NUL") {
            $0.pax([("path", "a\u{0}b")])
            $0.file("harmless", "x")
        },
        Hostile("a name that is not UTF-8", refusedBecause: "is not UTF-8") {
            $0.header(name: [0x61, 0xff, 0xfe], type: "0")
        },
        Hostile("a name of 300 bytes", refusedBecause: "a name is too long") {
            $0.gnuLong("L", String(repeating: "a", count: 300))
            $0.file("harmless", "x")
        },
        Hostile("a path of a hundred levels", refusedBecause: "is too deep") {
            $0.gnuLong("L", String(repeating: "d/", count: 100) + "f")
            $0.file("harmless", "x")
        },
        Hostile("a link to an absolute path", refusedBecause: "link is absolute") {
            $0.symbolicLink("link", to: "/etc")
        },
        Hostile("a link that leads out", refusedBecause: "leads out") {
            $0.symbolicLink("link", to: "../outside")
        },
        Hostile("a deeper link that leads out", refusedBecause: "leads out") {
            $0.symbolicLink("a/b/link", to: "../../../outside")
        },
        Hostile("a file through a link of the same archive", refusedBecause: "File exists") {
            $0.symbolicLink("a", to: "b")
            $0.file("a/file", "x")
        },
        Hostile("two hops: a link over a link by its letters", refusedBecause: "'..' after a name") {
            $0.symbolicLink("a/b/up", to: "..")
            $0.symbolicLink("out", to: "a/b/up/../..")
        },
        Hostile("two hops: a link and a file below it", refusedBecause: "leads out") {
            $0.symbolicLink("a", to: ".")
            $0.symbolicLink("b", to: "..")
            $0.file("b/outside", "x")
        },
        Hostile("a hard link to outside", refusedBecause: "has a '..'") {
            $0.hardLink("link", to: "../outside")
        },
        Hostile("a hard link to an absolute path", refusedBecause: "is absolute") {
            $0.hardLink("link", to: "/etc/passwd")
        },
        Hostile("a hard link to nothing in the archive", refusedBecause: "no file of the archive") {
            $0.hardLink("link", to: "missing")
        },
        Hostile("a hard link to a link", refusedBecause: "no file of the archive") {
            $0.symbolicLink("a", to: "b")
            $0.hardLink("c", to: "a")
        },
        Hostile("a character device", refusedBecause: "is a device") { $0.header("null", type: "3") },
        Hostile("a block device", refusedBecause: "is a device") { $0.header("disk", type: "4") },
        Hostile("a fifo", refusedBecause: "is a fifo") { $0.header("pipe", type: "6") },
        Hostile("an unknown type", refusedBecause: "not supported") { $0.header("odd", type: "Z") },
        Hostile("a sparse file", refusedBecause: "sparse") { $0.header("sparse", type: "S") },
        Hostile("a setuid file", refusedBecause: "is setuid") { $0.file("su", "x", mode: 0o4755) },
        Hostile("a setgid file", refusedBecause: "is setuid or setgid") { $0.file("sg", "x", mode: 0o2755) },
        Hostile("a name twice", refusedBecause: "is in the archive twice") {
            $0.file("same", "1")
            $0.file("./same", "2")
        },
        Hostile("a file where a folder is", refusedBecause: "File exists") {
            $0.file("a/b", "1")
            $0.file("a", "2")
        },
        Hostile("a folder where a file is", refusedBecause: "a") {
            $0.file("a", "1")
            $0.file("a/b", "2")
        },
        Hostile("a folder with content", refusedBecause: "has content") {
            $0.header("a", type: "5", size: 3)
            $0.data([1, 2, 3])
        },
        Hostile("a global header that renames", refusedBecause: "global pax header") {
            $0.pax([("path", "x")], type: "g")
            $0.file("a")
        },
        Hostile("data after the end", refusedBecause: "after the archive's end") {
            $0.append([UInt8](repeating: 0, count: 1024))
            $0.file("late", "x")
        },
        Hostile("no end", refusedBecause: "cut off", raw: gzip(Array(oneFile.finished.dropLast(1024)))),
        Hostile("a file cut off", refusedBecause: "cut off", raw: gzip(Array(oneFile.finished.prefix(520)))),
        Hostile("gzip cut off", refusedBecause: "cut off", raw: Array(oneFile.gzipped.dropLast(9))),
        Hostile("bytes after the gzip", refusedBecause: "goes on after its end", raw: oneFile.gzipped + [1]),
        Hostile(
            "a second gzip member",
            refusedBecause: "goes on after its end",
            raw: oneFile.gzipped + oneFile.gzipped
        ),
        Hostile("no gzip", refusedBecause: "no gzip", raw: Array("hello".utf8)),
        Hostile("no tar", refusedBecause: "no tar archive", raw: gzip([UInt8](repeating: 65, count: 2048))),
        Hostile("a wrong checksum", refusedBecause: "damaged", raw: gzip(damaged)),
        Hostile("an empty file", refusedBecause: "cut off", raw: []),
    ]

    static let oneFile: TarBuilder = {
        var tar = TarBuilder()
        tar.file("file", "content")
        return tar
    }()

    static let damaged: [UInt8] = {
        var bytes = oneFile.finished
        bytes[0] ^= 1
        return bytes
    }()

    @Test("is refused, with the reason, and nothing of it is left", arguments: hostile)
    func hostileArchive(_ hostile: Hostile) throws {
        let folder = try TemporaryFolder()
        let archive = try folder.write("archive", hostile.archive)
        _ = try folder.write("outside", Array("untouched".utf8))
        let before = try TemporaryFolder.listing(folder.path)
        var message = "(not refused)"
        do {
            _ = try Unpacker().unpack(archive, into: "\(folder.path)/release")
        } catch {
            message = "\(error)"
        }
        #expect(message.contains(hostile.reason), "refused with: \(message)")
        #expect(try TemporaryFolder.listing(folder.path) == before)
    }

    @Test("A bomb is stopped by its ratio, by its size, by its number of entries")
    func bombs() throws {
        let folder = try TemporaryFolder()
        var tar = TarBuilder()
        for index in 0..<20 { tar.file("zeros\(index)", String(repeating: "0", count: 200_000)) }
        let archive = try folder.write("archive", tar.gzipped)
        func refusal(_ change: (inout UnpackLimits) -> Void) throws -> String {
            var limits = UnpackLimits()
            change(&limits)
            let error = #expect(throws: UnpackError.self) {
                try Unpacker(limits: limits).unpack(archive, into: "\(folder.path)/release")
            }
            #expect(!Disk.exists("\(folder.path)/release"))
            return error?.description ?? ""
        }
        #expect(try refusal { ($0.ratio, $0.ratioFloorBytes) = (50, 100_000) }.contains("50 times"))
        #expect(try refusal { $0.totalBytes = 1_000_000 }.contains("over 1000000 bytes"))
        #expect(try refusal { $0.entries = 10 }.contains("over 10 entries"))
    }

    @Test("An entry that says it is too large is refused by its header alone")
    func declaredSize() throws {
        let folder = try TemporaryFolder()
        var tar = TarBuilder()
        tar.header("large", type: "0", size: 2_000_000)
        let archive = try folder.write("archive", tar.gzipped)
        let error = #expect(throws: UnpackError.self) {
            try Unpacker(limits: UnpackLimits(totalBytes: 1_000_000)).unpack(
                archive,
                into: "\(folder.path)/release"
            )
        }
        #expect(error?.description == "'large': its size is 2000000 bytes")
    }

    @Test("A proper archive comes out whole: folders, modes, links, long names")
    func proper() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "n", count: 150)
        var tar = TarBuilder()
        tar.folder("./")
        tar.pax([("comment", "from git")], type: "g")
        tar.folder("bin/", mode: 0o2777)
        tar.file("./bin/run", "#!/bin/sh\n", mode: 0o777)
        tar.pax([("path", "dir/\(long)")])
        tar.file("short", "by pax")
        tar.gnuLong("L", "gnu/\(long)")
        tar.file("short", "by gnu")
        tar.symbolicLink("bin/latest", to: "../dir")
        tar.symbolicLink("here", to: "./bin/run")
        tar.hardLink("bin/copy", to: "bin/run")
        tar.file("empty")
        tar.file("private", "x", mode: 0)
        let archive = try folder.write("archive", tar.gzipped)
        let release = "\(folder.path)/release"
        let summary = try Unpacker().unpack(archive, into: release)
        #expect(summary.entries == 10)
        #expect(try TemporaryFolder.text("\(release)/dir/\(long)") == "by pax")
        #expect(try TemporaryFolder.text("\(release)/gnu/\(long)") == "by gnu")
        #expect(try TemporaryFolder.text("\(release)/bin/latest/\(long)") == "by pax")
        #expect(try TemporaryFolder.text("\(release)/here") == "#!/bin/sh\n")
        #expect(try TemporaryFolder.text("\(release)/bin/copy") == "#!/bin/sh\n")
        #expect(try TemporaryFolder.mode("\(release)/bin/run") == 0o755)
        #expect(try TemporaryFolder.mode("\(release)/bin") == 0o755)
        #expect(try TemporaryFolder.mode("\(release)/private") == 0o600)
        #expect(try TemporaryFolder.mode("\(release)/empty") == 0o644)
    }

    @Test("An archive of the system's tar and gzip comes out as it was", arguments: ["gnu", "pax", "ustar"])
    func systemTar(format: String) throws {
        let folder = try TemporaryFolder()
        let content = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try Disk.makeFolder("\(folder.path)/in")
        try Disk.makeFolder("\(folder.path)/in/sub")
        _ = try folder.write("in/sub/data", content)
        let command = "cd \(folder.path) && tar --format=\(format) -C in -czf archive ."
        #expect(shell(command) == 0)
        _ = try Unpacker().unpack("\(folder.path)/archive", into: "\(folder.path)/out")
        #expect(try Disk.read("\(folder.path)/out/sub/data") == content)
    }

    @Test("Pieces of any size read the same", arguments: [1, 7, 511, 512, 513, 4096])
    func pieces(size: Int) throws {
        var tar = TarBuilder()
        tar.file("a", String(repeating: "a", count: 700))
        tar.gnuLong("L", "long/name")
        tar.file("b", "b")
        var reader = TarReader(limits: UnpackLimits())
        var names: [String] = []
        var content = 0
        var rest = tar.finished[...]
        while !rest.isEmpty {
            try Array(rest.prefix(size)).withUnsafeBytes { piece in
                try reader.read(piece) { event in
                    switch event {
                    case .entry(let entry): names.append(String(decoding: entry.name, as: UTF8.self))
                    case .content(let bytes): content += bytes.count
                    case .contentEnd: break
                    }
                }
            }
            rest = rest.dropFirst(size)
        }
        try reader.finish()
        #expect(names == ["a", "long/name"])
        #expect(content == 701)
    }

    private func shell(_ command: String) -> Int32 {
        guard
            let pid = try? Spawn(
                command: ["/bin/sh", "-c", command],
                environment: ["PATH": ScriptEnvironment.defaultPath],
                directory: "/",
                standing: .group,
                output: nil
            ).start()
        else { return -1 }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        return status
    }
}
