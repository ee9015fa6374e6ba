package import FleetModel
import Glibc
import NIOCore
import NIOPosix

/// Turns a receiver's name into addresses, so that they can be judged before anybody connects.
///
/// The system's resolver blocks, so it has threads of its own: a name server that is silent holds up no event loop, and
/// no other webhook before so many of its own attempts hang.
package struct NameResolver: Sendable {
    private static let threads = 16
    private static let seconds: Int64 = 5

    private let pool: NIOThreadPool

    package init() {
        pool = NIOThreadPool(numberOfThreads: Self.threads)
        pool.start()
    }

    package func close() async {
        try? await pool.shutdownGracefully()
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package func addresses(of host: String) async throws -> [NetworkAddress] {
        if let address = NetworkAddress(host) { return [address] }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: [NetworkAddress].self)
        let limit = loop.scheduleTask(in: .seconds(Self.seconds)) {
            answer.fail(Failure(description: "the name '\(host)' was not resolved within \(Self.seconds) s"))
        }
        pool.submit { state in
            guard state == .active else { return answer.fail(CancellationError()) }
            answer.completeWith(Result { try Self.ask(host) })
        }
        defer { limit.cancel() }
        return try await answer.futureResult.get()
    }

    private static func ask(_ host: String) throws -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        defer { if let first { freeaddrinfo(first) } }
        guard code == 0 else {
            throw Failure(
                description: "the name '\(host)' does not resolve: \(String(cString: gai_strerror(code)))"
            )
        }
        var addresses: [NetworkAddress] = []
        var next = first
        while let info = next?.pointee {
            next = info.ai_next
            if let address = address(info), !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }

    private static func address(_ info: addrinfo) -> NetworkAddress? {
        guard let pointer = info.ai_addr else { return nil }
        switch info.ai_family {
        case AF_INET:
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                withUnsafeBytes(of: four.pointee.sin_addr) { NetworkAddress(bytes: Array($0)) }
            }
        case AF_INET6:
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                withUnsafeBytes(of: six.pointee.sin6_addr) { NetworkAddress(bytes: Array($0)) }
            }
        default: return nil
        }
    }
}
