import AsyncHTTPClient
package import FleetModel
package import FleetRules
package import FleetStore
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends one delivery to its receiver, once, with a limit on everything, and tells what came of it.
///
/// The name is resolved here, every address of it is judged, and the connection goes to one that was judged: the HTTP
/// client gets the address as an override of the name, so it asks no name server a second time, while the Host header and
/// the certificate stay those of the name. Each attempt connects anew for this.
package struct Receiver: Sendable {
    /// To the head of the answer, name and connection included, with a few seconds for either.
    package static let wholeSeconds = 15
    private static let connectSeconds: Int64 = 5
    /// How many addresses of a name are tried when one does not connect.
    private static let mostAddresses = 3
    /// What is read of the answer's body, which nobody looks at: some receivers call it a failure when nobody reads.
    private static let bodyBytes = 64 * 1024
    private static let bodySeconds = 2

    private let guarding: AddressGuard
    private let resolve: @Sendable (String) async throws -> [NetworkAddress]

    package init(
        guarding: AddressGuard,
        resolve: @escaping @Sendable (String) async throws -> [NetworkAddress]
    ) {
        self.guarding = guarding
        self.resolve = resolve
    }

    package func send(_ delivery: ClaimedDelivery) async throws -> WebhookOutcome {
        do {
            let address = try WebhookAddress(delivery.url)
            let deadline = NIODeadline.now() + .seconds(Int64(Self.wholeSeconds))
            return try await post(delivery, to: address, at: places(of: address), deadline)
        } catch let error as WebhookAddress.Fault {
            return .unreachable("the address \(error)")
        } catch let error as NameResolver.Failure {
            return .unreachable(error.description)
        } catch let error as Refused {
            return .unreachable(error.description)
        }
    }

    /// The receiver is where no webhook may go.
    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// Every address must be one that may be sent to: a name with one good and one bad address is a trap.
    private func places(of address: WebhookAddress) async throws -> [NetworkAddress] {
        let places = try await resolve(address.host)
        for place in places {
            if let refusal = guarding.refusal(of: place) {
                throw Refused(description: "refused: \(refusal)")
            }
            guard address.isSecure || guarding.isNamed(place) else {
                throw Refused(
                    description:
                        "refused: only receivers in --webhook-allow-private may be sent to without TLS: use https"
                )
            }
        }
        guard !places.isEmpty else { throw Refused(description: "the name '\(address.host)' has no address") }
        return places
    }

    private func post(
        _ delivery: ClaimedDelivery,
        to address: WebhookAddress,
        at places: [NetworkAddress],
        _ deadline: NIODeadline
    ) async throws -> WebhookOutcome {
        var failure = "no connection"
        // Attempt after attempt begins with another address, so that one that swallows everything stops nobody for ever.
        let start = (delivery.attempt - 1) % places.count
        for place in (places[start...] + places[..<start]).prefix(Self.mostAddresses) {
            do {
                return try await exchange(delivery, address, place, deadline)
            } catch let error where Self.isOfConnecting(error) {
                failure = "\(Self.words(error)) (\(place))"
            } catch let error where !(error is CancellationError) && !Task.isCancelled {
                return .unreachable(Self.words(error))
            }
        }
        return .unreachable(failure)
    }

    private func exchange(
        _ delivery: ClaimedDelivery,
        _ address: WebhookAddress,
        _ place: NetworkAddress,
        _ deadline: NIODeadline
    ) async throws -> WebhookOutcome {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(Self.connectSeconds),
                read: .seconds(Int64(Self.wholeSeconds)),
                write: .seconds(Int64(Self.wholeSeconds))
            )
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.dnsOverride = [address.host: place.description]
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let response = try await client.execute(request(delivery, address), deadline: deadline)
            await drain(response.body)
            // No failure of an orderly end has a consequence: the answer is there.
            try? await client.shutdown()
            return .answered(
                status: Int(response.status.code),
                retryAfterSeconds: response.headers.first(name: "Retry-After").flatMap(Self.seconds)
            )
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private func request(_ delivery: ClaimedDelivery, _ address: WebhookAddress) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.text)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "tidemark/\(Version.current)")
        let signed = WebhookSignature.headers(
            messageID: delivery.messageID,
            at: delivery.startedAt,
            body: delivery.payload,
            secrets: delivery.secrets
        )
        for (name, value) in signed { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(string: delivery.payload))
        return request
    }

    private func drain(_ body: HTTPClientResponse.Body) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var read = 0
                do {
                    for try await piece in body {
                        read += piece.readableBytes
                        guard read < Self.bodyBytes else { return }
                    }
                } catch {
                    // The status is known; how the rest ends changes nothing.
                }
            }
            group.addTask { try? await Task.sleep(for: .seconds(Self.bodySeconds)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Seconds alone: the other form, a date, says less the more the clocks differ.
    private static func seconds(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func isOfConnecting(_ error: any Error) -> Bool {
        (error as? HTTPClientError) == .connectTimeout || error is NIOConnectionError
            || (error as? IOError)?.errnoCode == ECONNREFUSED
    }

    private static func words(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout: return "no connection within \(connectSeconds) s"
        case .deadlineExceeded, .readTimeout: return "no answer within \(wholeSeconds) s"
        case .remoteConnectionClosed: return "it closed the connection without an answer"
        default: break
        }
        if let failure = error as? NIOConnectionError, let last = failure.connectionErrors.last {
            return words(last.error)
        }
        if let failure = error as? IOError { return String(cString: strerror(failure.errnoCode)) }
        let text = "\(error)"
        return text.contains("CERTIFICATE_VERIFY_FAILED")
            ? "its certificate is none that this node trusts" : text
    }
}
