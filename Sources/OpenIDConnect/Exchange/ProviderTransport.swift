package import FleetClient

/// How the provider is asked. What is sent holds secrets, so it is not shown by any error.
package protocol ProviderTransport: Sendable {
    func send(_ request: ProviderRequest) async throws(ProviderFault) -> ProviderAnswer
}

/// A GET, or a POST of a form.
package struct ProviderRequest: Sendable {
    /// For messages: "its keys".
    package let what: String
    package let address: ProviderAddress
    /// nil: it is a GET.
    package let form: String?
    package let authorization: String?
    /// A longer answer is not read.
    package let mostBytes: Int
}

package struct ProviderAnswer: Sendable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// The real one: over HTTP, within ten seconds in all, following no redirect.
package struct HTTPProviderTransport: ProviderTransport {
    private static let limit = Duration.seconds(10)

    private let client: BoundedClient

    package init(_ client: BoundedClient) {
        self.client = client
    }

    package func send(_ request: ProviderRequest) async throws(ProviderFault) -> ProviderAnswer {
        var headers = [("Accept", "application/json")]
        if let authorization = request.authorization { headers.append(("Authorization", authorization)) }
        if request.form != nil { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        do {
            let answer = try await client.send(
                request.form == nil ? "GET" : "POST",
                request.address.text,
                headers: headers,
                body: request.form.map { Array($0.utf8) },
                upTo: request.mostBytes,
                within: Self.limit
            )
            return ProviderAnswer(status: answer.status, body: answer.body)
        } catch let error as ClientError {
            throw .unreachable(what: request.what, reason: "\(error)")
        } catch {
            throw .unreachable(what: request.what, reason: "it was given up")
        }
    }
}
