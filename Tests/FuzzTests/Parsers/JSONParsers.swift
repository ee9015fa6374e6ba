import FleetModel
import Foundation
import NIOCore

@testable import AgentKit
@testable import CommandLineKit
@testable import HTTPAPI

/// Bodies of the API, messages of agents, the agent's own files, and documents in YAML.
enum JSONParsers {
    private static let words = [
        "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\ud800", "null", "true", "-0", "1e999", "1.0", "-",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "\u{FEFF}", "\\",
    ]

    static let all = [
        FuzzParser(name: "json", words: words, complaint: syntax),
        FuzzParser(name: "api-body", words: words + fields) { bytes in
            firstComplaint(bodies.map { $0(bytes) })
        },
        FuzzParser(name: "agent-message", words: words + fields) { bytes in
            firstComplaint(messages.map { $0(bytes) })
        },
        FuzzParser(name: "documents", words: words + fields, complaint: documents),
        FuzzParser("yaml", words: fields + ["- ", ": ", "&a ", "*a", "!!str ", "<<: ", "|\n", "---\n", "\t"])
        {
            yaml($0)
        },
    ]

    private static let fields = [
        "kind", "name", "process", "script", "package", "timeout", "trigger", "expiresIn", "environment",
        "2026-01-02T03:04:05Z", "9999-12-31T23:59:59-23:59", "0 3 * * 0", "5m", "100%",
    ]

    private static func firstComplaint(_ complaints: [String?]) -> String? {
        complaints.compactMap { $0 }.first
    }

    /// Foundation's decoder reads the same tree, and a value survives being written.
    private static func syntax(_ bytes: [UInt8]) -> String? {
        let value: JSONValue
        do throws(JSONReader.Fault) {
            value = try JSONReader.read(bytes)
        } catch {
            return error.line >= 1 && error.column >= 1 ? nil : "a fault at no place: \(error)"
        }
        do {
            let theirs = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
            let again = try JSONReader.read(Array(try JSONEncoder().encode(value)))
            guard isAlike(value, theirs) else { return FuzzParser.unequal("another reader's", value, theirs) }
            return isAlike(value, again) ? nil : FuzzParser.unequal("written and read again", value, again)
        } catch {
            return "is no JSON to another reader, or cannot be written and read again: \(error)"
        }
    }

    /// Foundation takes a fraction beyond 2^53, which says nothing of the last digits, for a whole number, cuts it, and
    /// writes it as one.
    private static func isAlike(_ ours: JSONValue, _ theirs: JSONValue) -> Bool {
        switch (ours, theirs) {
        case (.double(let ours), .int(let theirs)):
            ours.magnitude >= 0x1p53 && (ours - Double(theirs)).magnitude <= ours.ulp
        case (.array(let ours), .array(let theirs)):
            ours.count == theirs.count && zip(ours, theirs).allSatisfy { isAlike($0, $1) }
        case (.object(let ours), .object(let theirs)):
            ours.count == theirs.count
                && ours.allSatisfy { name, value in theirs[name].map { isAlike(value, $0) } ?? false }
        default: ours == theirs
        }
    }

    private static let bodies: [@Sendable ([UInt8]) -> String?] = [
        { body(APIV1.ApplyRequest.self, "ApplyRequest", $0) },
        { body(APIV1.DeploymentRequest.self, "DeploymentRequest", $0) },
        { body(APIV1.ApprovalRequest.self, "ApprovalRequest", $0) },
        { body(APIV1.PinRequest.self, "PinRequest", $0) },
        { body(APIV1.ReasonRequest.self, "ReasonRequest", $0) },
        { body(APIV1.TokenRequest.self, "TokenRequest", $0) },
        { body(MachineChange.self, "MachineChange", $0) },
    ]

    /// It is read, or refused as the caller's fault with words that say where.
    private static func body<Body: Decodable>(
        _ type: Body.Type,
        _ schema: String,
        _ bytes: [UInt8]
    ) -> String? {
        do {
            _ = try JSONBody.read(type, schema: schema, from: ByteBuffer(bytes: bytes))
            return nil
        } catch let problem as Problem {
            let says = problem.errors?.allSatisfy { !$0.field.isEmpty && !$0.message.isEmpty } ?? true
            let isTheirs = (400..<500).contains(problem.status) && !problem.detail.isEmpty
            return says && isTheirs ? nil : "\(schema): an answer that says nothing: \(problem)"
        } catch {
            return "\(schema): not a problem but \(error)"
        }
    }

    private static let messages: [@Sendable ([UInt8]) -> String?] = [
        { message(AgentV1.JoinRequest.self, $0) }, { message(AgentV1.SessionRequest.self, $0) },
        { message(AgentV1.PollRequest.self, $0) }, { message(AgentV1.AcceptRequest.self, $0) },
        { message(AgentV1.ResultRequest.self, $0) }, { message(AgentV1.CheckResultRequest.self, $0) },
        { message(AgentV1.JoinResponse.self, $0) }, { message(AgentV1.SessionResponse.self, $0) },
        { message(AgentV1.PollResponse.self, $0) }, { message(JournalRecord.self, $0) },
        { message(StepExit.self, $0) },
    ]

    private static func message<Message: Codable & Equatable>(
        _ type: Message.Type,
        _ bytes: [UInt8]
    ) -> String? {
        do {
            let message = try JSONBody.decode(type, from: ByteBuffer(bytes: bytes))
            let again = try JSONDecoder().decode(type, from: try JSONEncoder().encode(message))
            return FuzzParser.unequal("\(type)", message, again)
        } catch let problem as Problem {
            return problem.status == 400 && problem.errors != nil || !problem.detail.isEmpty
                ? nil : "\(problem)"
        } catch {
            return "\(type): not a problem but \(error)"
        }
    }

    private static func documents(_ bytes: [UInt8]) -> String? {
        guard case .array(let values) = try? JSONReader.read(bytes) else { return nil }
        return refusal(of: values)
    }

    private static func yaml(_ text: String) -> String? {
        do throws(Failure) {
            return refusal(of: try DocumentFile.read(text, file: "a.yaml").map(\.value))
        } catch {
            return error.message.hasPrefix("a.yaml:") && error.status == .usage
                ? nil : "says neither where nor what: \(error)"
        }
    }

    private static func refusal(of values: [JSONValue]) -> String? {
        do throws(DocumentFaults) {
            _ = try DocumentReader.read(values)
            return nil
        } catch {
            let silent =
                error.faults.isEmpty || error.faults.contains { $0.field.isEmpty || $0.message.isEmpty }
            return silent || error.faults.count > DocumentReader.mostFaults + 1
                ? "faults that say nothing, or too much: \(error.faults.prefix(3))" : nil
        }
    }
}
