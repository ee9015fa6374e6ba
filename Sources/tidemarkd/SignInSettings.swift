import Foundation
import OpenIDConnect
import WebUI

/// How people sign in at an OpenID provider; nil when nobody set one.
struct SignInSettings: Sendable {
    let provider: ProviderSettings
    let publicURL: String

    /// Longer ones than any provider makes.
    private static let mostSecretBytes = 4096

    init?(_ flags: SignInFlags, _ read: SettingReader) throws {
        let issuer = read.text("TIDEMARK_OIDC_ISSUER", flags.oidcIssuer)
        let clientID = read.text("TIDEMARK_OIDC_CLIENT_ID", flags.oidcClientID)
        let secretFile = read.text("TIDEMARK_OIDC_CLIENT_SECRET_FILE", flags.oidcClientSecretFile)
        let nameClaim = read.text("TIDEMARK_OIDC_NAME_CLAIM", flags.oidcNameClaim)
        let scopes = read.text("TIDEMARK_OIDC_SCOPES", flags.oidcScopes)
        let signOut = read.text("TIDEMARK_OIDC_SIGN_OUT", flags.oidcSignOut)
        let publicURL = try read.text("TIDEMARK_PUBLIC_URL", flags.publicURL).map(Self.publicURL)
        guard let issuer else {
            guard clientID == nil, secretFile == nil, nameClaim == nil, scopes == nil, signOut == nil else {
                throw SettingsError(
                    "TIDEMARK_OIDC_ISSUER is not set, and the other TIDEMARK_OIDC settings need it"
                )
            }
            return nil
        }
        if let complaint = ProviderSettings.complaint(aboutIssuer: issuer) {
            throw SettingsError("TIDEMARK_OIDC_ISSUER is '\(issuer)', and must be \(complaint)")
        }
        guard let clientID else {
            throw SettingsError(
                "TIDEMARK_OIDC_CLIENT_ID is not set: give it the name that the provider has for this cluster"
            )
        }
        guard let publicURL else {
            throw SettingsError(
                """
                TIDEMARK_PUBLIC_URL is not set: the provider sends browsers back to it; give it the address of the cluster \
                as browsers see it, such as https://tidemark.example.com
                """
            )
        }
        self.publicURL = publicURL
        provider = ProviderSettings(
            issuer: issuer,
            clientID: clientID,
            clientSecret: try secretFile.map(Self.secret),
            redirect: publicURL + ProviderDoor.callback,
            signedOutRedirect: try Self.signsOutThere(signOut) ? publicURL + ProviderDoor.signedOut : nil,
            scopes: scopes.map(Self.words) ?? ProviderSettings.usualScopes,
            nameClaim: nameClaim
        )
    }

    /// Whoever signs out at a machine that others use, too, expects that nobody comes in after him with one click.
    private static func signsOutThere(_ text: String?) throws -> Bool {
        switch text {
        case nil, "provider": return true
        case "here": return false
        case let text?:
            throw SettingsError(
                "TIDEMARK_OIDC_SIGN_OUT is '\(text)', and must be provider, to sign out there as well, or here"
            )
        }
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// Without a slash at the end: codes come to it, so it is as safe as the provider must be.
    private static func publicURL(_ text: String) throws -> String {
        let address = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard ProviderAddress(address)?.isOrigin == true else {
            throw SettingsError(
                """
                TIDEMARK_PUBLIC_URL is '\(text)', and must be an address without a path, such as https://tidemark.example.com \
                (http on this machine alone)
                """
            )
        }
        return address
    }

    private static func secret(_ path: String) throws -> String {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw SettingsError("TIDEMARK_OIDC_CLIENT_SECRET_FILE is '\(path)', which cannot be read")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...mostSecretBytes).contains(secret.utf8.count) else {
            throw SettingsError("TIDEMARK_OIDC_CLIENT_SECRET_FILE is '\(path)', and holds no secret")
        }
        return secret
    }
}
