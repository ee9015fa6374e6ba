/// A node cannot seal or open secrets; the text says what is missing and what to do, and never what was sealed.
package enum SecretsUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    case noKeys
    /// The ids of keys that secrets were sealed with, and that this node does not have.
    case unknownKeys([String])
    /// Which one, as `Secret.place` says it.
    case cannotBeOpened(String)

    package var description: String {
        switch self {
        case .noKeys:
            """
            this node has no key for secrets: make one with `tidemarkd admin secrets-key`, and give every node the file with it as \
            TIDEMARK_SECRETS_KEY_FILE or --secrets-key-file
            """
        case .unknownKeys(let ids):
            """
            there are secrets that were sealed with key \(ids.joined(separator: ", ")), which this node does not have: add that \
            key's line to the file that TIDEMARK_SECRETS_KEY_FILE or --secrets-key-file names; if the key is lost, the values are, \
            too: DELETE FROM secret WHERE key_id = '\(ids.first ?? "")', and set them again
            """
        case .cannotBeOpened(let which):
            """
            what the database has as \(which) was not sealed there with the key that it names: the row was changed or exchanged; \
            find out by whom, and set the secret again
            """
        }
    }
}
