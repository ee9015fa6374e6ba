import FleetClient
import FleetModel
import Testing

@testable import AgentKit

@Suite("Waiting and repeating")
struct BackoffTests {
    @Test("The ceiling doubles up to the cap, and the wait is a random share of it")
    func ceilings() {
        var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
        var ceilings: [Duration] = []
        for _ in 0..<9 {
            ceilings.append(backoff.ceiling)
            let wait = backoff.next(fraction: 0.5)
            #expect(wait == ceilings[ceilings.count - 1] / 2)
        }
        let seconds: [Double] = [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
        #expect(ceilings == seconds.map { Duration.seconds($0) })
        backoff.succeeded()
        #expect(backoff.ceiling == .milliseconds(500))
    }

    @Test("A thousand failures do not overflow")
    func manyFailures() {
        var backoff = Backoff(base: .milliseconds(500), cap: .seconds(60))
        for _ in 0..<1000 { _ = backoff.next(fraction: 0.99) }
        #expect(backoff.next(fraction: 0) == .zero)
        #expect(backoff.ceiling == .seconds(60))
    }

    @Test(
        "What is repeated, and after how long",
        arguments: [
            (RetryRule.Failure.transport, Duration?.some(.milliseconds(125))),
            (.status(502, retryAfterSeconds: nil), .milliseconds(125)),
            (.status(503, retryAfterSeconds: 3), .milliseconds(3125)),
            (.status(504, retryAfterSeconds: nil), .milliseconds(125)),
            (.status(503, retryAfterSeconds: 100), nil),
            (.status(500, retryAfterSeconds: nil), nil),
            (.status(404, retryAfterSeconds: 1), nil),
            (.status(409, retryAfterSeconds: nil), nil),
        ]
    )
    func retries(failure: RetryRule.Failure, expected: Duration?) {
        var rule = RetryRule.standard
        #expect(rule.wait(after: failure, elapsed: .zero, fraction: 0.5) == expected)
    }

    @Test("The attempts and the deadline both end it")
    func ends() {
        var few = RetryRule(attempts: 3, deadline: .seconds(100), base: .seconds(1), cap: .seconds(1))
        #expect(few.wait(after: .transport, elapsed: .zero, fraction: 0) == .zero)
        #expect(few.wait(after: .transport, elapsed: .zero, fraction: 0) == .zero)
        #expect(few.wait(after: .transport, elapsed: .zero, fraction: 0) == nil)
        var late = RetryRule.standard
        #expect(late.wait(after: .transport, elapsed: .seconds(31), fraction: 0) == nil)
        var never = RetryRule.never
        #expect(never.wait(after: .transport, elapsed: .zero, fraction: 0) == nil)
    }
}

@Suite("Server-sent events")
struct ServerSentEventTests {
    @Test("Events come out whole from pieces of any size", arguments: [1, 3, 1000])
    func pieces(size: Int) throws {
        let text = ": hello\r\nid: 7\nevent: event\ndata: {\"a\":\ndata: 1}\n\ndata:plain\n\nevent: lost\n\n"
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            events += try parser.read(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(
            events == [
                ServerSentEvent(id: "7", event: "event", data: "{\"a\":\n1}"),
                ServerSentEvent(id: "7", event: "message", data: "plain"),
            ]
        )
    }

    @Test("A line without end is refused before it fills the memory")
    func oversized() {
        var parser = ServerSentEventParser()
        #expect(throws: ServerSentEventParser.Oversized.self) {
            try parser.read(repeatElement(UInt8(ascii: "x"), count: ServerSentEventParser.eventBytes + 1))
        }
    }

    @Test("Paths and queries encode whatever a name holds")
    func paths() {
        #expect(APIPath.of("projects", "a/b?c") == "/api/v1/projects/a%2Fb%3Fc")
        #expect(APIPath.query(["b": "ü &", "a": "1"]) == "?a=1&b=%C3%BC%20%26")
    }
}

@Suite("The bound on output")
struct OutputBoundTests {
    @Test("What fits is kept as it is")
    func fits() {
        var bound = OutputBound(limit: 10_000)
        var log = Array(bound.take(Array("hello".utf8)[...]))
        log += bound.finish()
        #expect(String(decoding: log, as: UTF8.self) == "hello")
        #expect(bound.droppedBytes == 0)
    }

    @Test("Head and tail are kept, the middle is counted, and all together stays within the limit")
    func cuts() {
        let limit = 400_000
        var bound = OutputBound(limit: limit)
        var log: [UInt8] = []
        var total = 0
        for number in 0..<200_000 {
            let line = Array("\(number)\n".utf8)
            total += line.count
            log += bound.take(line[...])
        }
        let written = log.count
        log += bound.finish()
        let text = String(decoding: log, as: UTF8.self)
        #expect(text.hasPrefix("0\n1\n2\n"))
        #expect(text.hasSuffix("\n199998\n199999\n"))
        #expect(text.contains("\n[tidemark: \(bound.droppedBytes) bytes of output were cut here]\n"))
        #expect(log.count <= limit)
        #expect(total == written + 100_000 - 32 + bound.droppedBytes)
    }

    @Test("A limit of nothing keeps nothing")
    func nothing() {
        var bound = OutputBound(limit: -5)
        #expect(bound.take([1, 2, 3]).isEmpty)
        _ = bound.finish()
        #expect(bound.droppedBytes == 3)
    }
}

@Suite("Which releases stay")
struct RetentionTests {
    @Test(
        "The newest stay, and always those in use; other names are left alone",
        arguments: [
            (["1", "2", "3", "4"], 2, ["4", "3"], ["2", "1"]),
            (["1", "2", "3", "4"], 2, ["1", "2"], ["4", "3"]),
            (["1", "2", "3", "4"], 1, ["1", "2"], ["4", "3"]),
            (["9", "10", "11"], 2, ["11"], ["9"]),
            (["7", "7.30", "7.4"], 2, ["7.30"], ["7"]),
            (["1", "2", "notes", ".tmp-5", "3.x", "1.2.3"], 1, ["2"], ["1"]),
            (["1", "2"], 5, ["2"], []),
        ] as [([String], Int, [String], [String])]
    )
    func expired(folders: [String], keep: Int, inUse: [String], expected: [String]) {
        #expect(Retention.expired(folders, keep: keep, inUse: Set(inUse)) == expected)
    }
}

@Suite("How a script is started")
struct ShebangTests {
    @Test(
        "By its first line, else by sh",
        arguments: [
            ("echo hi", ["/bin/sh", "S"]),
            ("#!/bin/bash\necho", ["/bin/bash", "S"]),
            ("#! /usr/bin/env  python3 -u \nprint()", ["/usr/bin/env", "python3 -u", "S"]),
            ("#!/bin/bash\r\necho", ["/bin/bash", "S"]),
            ("#!relative\n", ["/bin/sh", "S"]),
            ("#!", ["/bin/sh", "S"]),
            ("", ["/bin/sh", "S"]),
        ]
    )
    func command(script: String, expected: [String]) {
        #expect(Shebang.command(script: script, path: "S") == expected)
    }
}
