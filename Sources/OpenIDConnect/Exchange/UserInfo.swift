import FleetModel

/// Asks the provider about the person whose access token it gave (OpenID Connect Core section 5.3).
enum UserInfo {
    private static let mostBytes = 64 * 1024

    static func request(_ address: ProviderAddress, accessToken: String) -> ProviderRequest {
        ProviderRequest(
            what: ProviderFault.userInfo,
            address: address,
            form: nil,
            authorization: "Bearer \(accessToken)",
            mostBytes: mostBytes
        )
    }

    static func claims(in answer: ProviderAnswer) throws(ProviderFault) -> [String: JSONValue] {
        guard answer.status == 200 else { throw .status(what: ProviderFault.userInfo, answer.status) }
        guard case .object(let claims)? = try? JSONReader.read(answer.body) else {
            throw .unreadable(what: ProviderFault.userInfo, reason: "it is no JSON object")
        }
        return claims
    }
}
