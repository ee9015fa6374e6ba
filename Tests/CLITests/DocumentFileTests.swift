import FleetModel
import Testing

@testable import CommandLineKit

@Suite("YAML files")
struct DocumentFileTests {
    private func read(_ text: String) throws -> [SourceDocument] {
        try DocumentFile.read(text, file: "fleet.yaml")
    }

    private func failure(_ text: String) -> Failure? {
        do throws(Failure) {
            _ = try DocumentFile.read(text, file: "fleet.yaml")
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A scalar without quotes means what YAML 1.2 says",
        arguments: [
            ("8080", .int(8080)), ("-3", .int(-3)), ("9223372036854775807", .int(.max)), ("0x1F", .int(31)),
            ("0o17", .int(15)), ("017", .int(17)), ("1.10", .double(1.1)), ("1e3", .double(1000)),
            (".5", .double(0.5)), ("true", .bool(true)), ("no", .string("no")), ("on", .string("on")),
            ("~", .null), ("", .null), ("1.2.3", .string("1.2.3")), ("5m", .string("5m")),
            ("-", .string("-")),
            ("1_000", .string("1_000")), ("0x", .string("0x")), ("2026-01-02", .string("2026-01-02")),
            ("1e", .string("1e")), (".", .string(".")), ("0o8", .string("0o8")),
        ] as [(String, JSONValue)]
    )
    func plainScalar(text: String, value: JSONValue) {
        #expect(PlainScalar.value(of: text) == value)
    }

    @Test("Several documents are read, with exact numbers and quoted texts as texts")
    func documents() throws {
        let documents = try read(
            """
            kind: Environment
            name: production
            ---
            # nothing in this one
            ---
            kind: Project
            name: shop
            variables: {PORT: "8080", BIG: 9007199254740993, FLAG: !!str yes}
            process:
              - name: restart
                script: |
                  echo hello
                  exit 0
            """
        )
        #expect(documents.map(\.number) == [1, 3])
        #expect(documents.map(\.kind) == ["Environment", "Project"])
        #expect(
            documents[1].value
                == .object([
                    "kind": .string("Project"),
                    "name": .string("shop"),
                    "variables": .object([
                        "PORT": .string("8080"),
                        "BIG": .int(9_007_199_254_740_993),
                        "FLAG": .string("yes"),
                    ]),
                    "process": .array([
                        .object(["name": .string("restart"), "script": .string("echo hello\nexit 0")])
                    ]),
                ])
        )
    }

    @Test("Every value knows its line, and a missing one that of what is around it")
    func places() throws {
        let document = try read("kind: Project\nprocess:\n  - name: restart\n    timeout: 5\n")[0]
        #expect(
            document.place(of: "process[0].timeout")
                == SourceDocument.Place(line: 4, column: 14, unquoted: "5")
        )
        #expect(document.place(of: "process[0].script") == SourceDocument.Place(line: 3, column: 5))
        #expect(document.place(of: "name")?.line == 1)
    }

    @Test(
        "What is not YAML is named by file, line and column",
        arguments: [
            ("kind: Environment\nname: [a, b\n", "fleet.yaml:3:1: "),
            ("kind: Environment\n\tname: a\n", "fleet.yaml:2:1: "),
            ("kind: \"open\nname: a\n", "fleet.yaml:3:1: "),
            ("a: 1\nb: *nowhere\n", "fleet.yaml:2:4: "),
            ("kind: A\nkind: B\n", "fleet.yaml:1:1: fields stand twice here: 'kind'"),
            ("big: 99999999999999999999\n", "fleet.yaml:1:6: '99999999999999999999' is too large"),
            ("a: !!binary aGk=\n", "fleet.yaml:1:4: has the tag"),
            ("? [a, b]\n: 1\n", "fleet.yaml:1:3: is no name of a field"),
            ("a: &x {b: 1}\nc:\n  <<: *x\n", "fleet.yaml:3:3: merges"),
        ]
    )
    func malformed(text: String, message: String) {
        #expect(
            failure(text)?.message.hasPrefix(message) == true,
            "\(failure(text)?.message ?? "it was read")"
        )
        #expect(failure(text)?.status == .usage)
    }

    @Test("An empty file is refused", arguments: ["", "# only a comment\n", "---\n---\n"])
    func empty(text: String) {
        #expect(failure(text)?.message == "fleet.yaml: there is no document in it")
    }

    @Test("Aliases are expanded, and a bomb of them is refused before it fills the memory")
    func aliases() throws {
        let document = try read("kind: Project\na: &roles [web, api]\nb: *roles\n")[0]
        #expect(
            document.value
                == .object([
                    "kind": .string("Project"),
                    "a": .array([.string("web"), .string("api")]),
                    "b": .array([.string("web"), .string("api")]),
                ])
        )
        var bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let inner = Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "l\(level): &l\(level) [\(inner)]\n"
        }
        #expect(failure(bomb)?.message == "fleet.yaml: has more than 50000 values, aliases expanded")
    }

    @Test("Deep nesting is refused with its place, at any depth", arguments: [40, 900, 100_000])
    func nesting(depth: Int) {
        let text =
            "a: " + String(repeating: "[", count: depth)
            + String(repeating: "]", count: depth) + "\n"
        #expect(
            failure(text)?.message.hasPrefix("fleet.yaml:1:") == true,
            "\(String(describing: failure(text)))"
        )
    }

    @Test("A file over one MiB is refused")
    func size() {
        let text = "a: " + String(repeating: "x", count: DocumentFile.mostBytes)
        #expect(failure(text)?.message.contains("at most 1 MiB") == true)
    }
}

@Suite("Faults that the node names")
struct FaultReportTests {
    @Test("A fault is shown with file, line, document and kind, and with the quotes that would help")
    func lines() throws {
        let first = try DocumentFile.read("kind: Environment\nname: staging\n", file: "a.yaml")
        let second = try DocumentFile.read(
            "kind: Project\nname: shop\nvariables:\n  VERSION: 1.10\n",
            file: "b.yaml"
        )
        let report = FaultReport(documents: first + second)
        let lines = report.lines([
            Problem.Fault(field: "documents[1].variables.VERSION", message: "must be a text"),
            Problem.Fault(field: "documents[0].name", message: "is taken"),
            Problem.Fault(field: "documents[1]", message: "repeats Project shop"),
            Problem.Fault(field: "documents[7].name", message: "is odd"),
            Problem.Fault(field: "documents", message: "are too many"),
        ])
        #expect(
            lines == [
                "b.yaml:4:12: document 1 (Project): variables.VERSION must be a text",
                "  it is written without quotes; if a text is meant, write \"1.10\"",
                "a.yaml:2:7: document 1 (Environment): name is taken",
                "b.yaml:1:1: document 1 (Project): repeats Project shop",
                "documents[7].name: is odd",
                "documents: are too many",
            ]
        )
    }
}
