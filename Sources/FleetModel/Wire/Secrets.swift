extension APIV1 {
    /// `PUT /projects/{project}/secrets/{secret}`
    package struct SecretRequest: Codable, Sendable {
        /// 8 bytes to 16 KiB of text.
        package var value: String

        package init(value: String) {
            self.value = value
        }
    }
}

extension APIV1.SecretRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the value.
    package var description: String { "SecretRequest(****)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
