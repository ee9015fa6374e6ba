import AsyncHTTPClient
import FleetModel
import Foundation
import NIOCore
import NIOHTTP1

/// One request to an open route, told whole: status, the node's clock, and how long it took. `APIClient` gives answers;
/// the doctor wants to see what is behind them.
struct Probe: Equatable, Sendable {
    static let bodyBytes = 64 * 1024

    let status: Int
    /// `Date` of the answer.
    let nodeTime: Instant?
    /// This machine's clock in the middle of the exchange.
    let localTime: Instant
    let milliseconds: Int
    /// The reason that an error answer gives, in one line.
    let detail: String

    init(status: Int, nodeTime: Instant?, localTime: Instant, milliseconds: Int, detail: String) {
        self.status = status
        self.nodeTime = nodeTime
        self.localTime = localTime
        self.milliseconds = milliseconds
        self.detail = detail
    }

    /// - Throws: whatever kept an answer from coming.
    init(_ url: String, timeout: Duration, now: () -> Instant) async throws {
        let clock = ContinuousClock()
        let (start, before) = (clock.now, now())
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: url),
            timeout: TimeAmount(timeout)
        )
        let body = String(buffer: try await response.body.collect(upTo: Self.bodyBytes))
        let took = clock.now - start
        status = Int(response.status.code)
        nodeTime = response.headers.first(name: "Date").flatMap(HTTPDate.instant)
        milliseconds = Int(took / .milliseconds(1))
        localTime = Instant(microseconds: before.microseconds + Int64(took / .microseconds(1)) / 2)
        detail = Self.reason(body)
    }

    /// `reason` of a readiness, `detail` of a problem, else the first line.
    static func reason(_ body: String) -> String {
        let fields = try? JSONDecoder().decode([String: JSONValue].self, from: Data(body.utf8))
        for name in ["reason", "detail"] {
            if case .string(let text)? = fields?[name] { return text }
        }
        return String((body.split(separator: "\n").first ?? "").prefix(200))
    }
}

/// The date of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, IMF-fixdate).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func instant(_ text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month + 1
        return Instant("\(parts[3])-\(number < 10 ? "0" : "")\(number)-\(parts[1])T\(parts[4])Z")
    }
}
