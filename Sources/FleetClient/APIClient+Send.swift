internal import AsyncHTTPClient
internal import FleetModel
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

extension APIClient {
    /// Sends until there is an answer that is no error, or the retry rule gives up.
    ///
    /// - Parameter mayRepeat: repeating has no second effect.
    /// - Throws: `Problem` for an error answer, `ClientError` for none.
    func send(
        _ method: String,
        _ path: String,
        query: [String: String] = [:],
        headers: [(String, String)] = [],
        body: [UInt8]? = nil,
        mayRepeat: Bool
    ) async throws -> [UInt8] {
        var rule = mayRepeat ? retries : .never
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            var request = request(method, path, query: query, headers: headers)
            if let body {
                request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
                request.body = .bytes(ByteBuffer(bytes: body))
            }
            let failure: RetryRule.Failure
            let error: any Error
            do {
                let response = try await transport.send(request, timeout: timeout)
                let bytes = try await collect(response, request.url)
                guard let problem = Self.problem(response, bytes, request.url) else { return bytes }
                failure = .status(problem.status, retryAfterSeconds: problem.retryAfterSeconds)
                error = problem
            } catch let unreachable as ClientError {
                failure = .transport
                error = unreachable
            }
            guard
                let wait = rule.wait(
                    after: failure,
                    elapsed: clock.now - start,
                    fraction: Double.random(in: 0..<1)
                )
            else { throw error }
            try await Task.sleep(for: wait)
        }
    }

    func request(
        _ method: String,
        _ path: String,
        query: [String: String] = [:],
        headers: [(String, String)] = []
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path + APIPath.query(query))
        request.method = .init(rawValue: method)
        request.headers.add(name: "Accept", value: "application/json, application/problem+json")
        if let key {
            request.headers.add(name: "Authorization", value: "Bearer \(key)")
        }
        for (name, value) in headers {
            request.headers.replaceOrAdd(name: name, value: value)
        }
        return request
    }

    func collect(_ response: HTTPClientResponse, _ url: String) async throws -> [UInt8] {
        do {
            return Array(buffer: try await response.body.collect(upTo: Self.answerBytes))
        } catch is NIOTooManyBytesError {
            throw ClientError.unreadable(
                url: Transport.withoutQuery(url),
                reason: "it is over \(Self.answerBytes) bytes"
            )
        } catch {
            throw Transport.translate(error, url: url)
        }
    }

    /// The problem that an answer is, if it is one; a proxy's page in its place becomes one too.
    static func problem(_ response: HTTPClientResponse, _ body: [UInt8], _ url: String) -> Problem? {
        let status = Int(response.status.code)
        guard !(200..<300).contains(status) else { return nil }
        if var problem = try? JSONDecoder().decode(Problem.self, from: Data(body)) {
            // Callers decide by the status: the one that was really sent counts.
            problem.status = status
            problem.retryAfterSeconds = retryAfterSeconds(response)
            return problem
        }
        let line = String(decoding: body.prefix(200), as: UTF8.self).split(separator: "\n").first ?? ""
        let location = response.headers.first(name: "Location").map { " (to \($0))" } ?? ""
        var problem = Problem(
            type: "about:blank",
            title: "\(status) \(response.status.reasonPhrase)",
            status: status,
            detail: "\(Transport.withoutQuery(url)) answered \(status)\(location) \(line)"
        )
        problem.retryAfterSeconds = retryAfterSeconds(response)
        return problem
    }

    /// Only the form in seconds; a date would need the server's clock.
    private static func retryAfterSeconds(_ response: HTTPClientResponse) -> Int? {
        response.headers.first(name: "Retry-After").flatMap { Int($0) }.map { max(0, $0) }
    }
}
