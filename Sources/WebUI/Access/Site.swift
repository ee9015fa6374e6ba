import HTTPTypes
import Hummingbird

/// How this request reached us, as far as pages need to know.
struct Site: Sendable {
    /// As the browser sees it: a balancer that ends TLS says so.
    let isSecure: Bool
    /// Name and port that the browser asked for; nil when that is no name.
    let authority: String?

    init(_ request: Request) {
        let forwarded = request.headers[.forwardedProto]?.split(separator: ",").last.map { String($0) } ?? ""
        isSecure = forwarded.filter { $0 != " " }.lowercased() == "https" || request.head.scheme == "https"
        authority = request.head.authority.flatMap { Self.isAuthority($0) ? $0 : nil }
    }

    /// What machines and browsers reach us under.
    var url: String? { authority.map { (isSecure ? "https://" : "http://") + $0 } }

    /// It ends up in a command line that people copy.
    private static func isAuthority(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...58).contains(byte) || (65...91).contains(byte) || byte == 93
                    || (97...122).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
    }
}

extension Request {
    /// Where the browser is: the last address that a balancer wrote down, else whoever connected.
    func origin(_ remote: String) -> String {
        let last = headers[.forwardedFor]?.split(separator: ",").last?.filter { $0 != " " }
        guard let last, (1...45).contains(last.utf8.count),
            last.utf8.allSatisfy({ (48...58).contains($0) || (97...102).contains($0 | 32) || $0 == 46 })
        else { return remote }
        return String(last)
    }
}

extension HTTPField.Name {
    static let refresh = HTTPField.Name("Refresh") ?? .via
    static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .via
    static let forwardedProto = HTTPField.Name("X-Forwarded-Proto") ?? .via
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .via
}
