extension APIV1 {
    /// `POST /environments`
    package struct EnvironmentRequest: Codable, Sendable, Equatable {
        package var name: String
        package var description: String?
        package var from: String
        package var expiresInSeconds: Int
        package var idleLimitSeconds: Int?
        package var deleteWhenEmpty: Bool?
        package var warnBeforeSeconds: Int?

        package init(
            name: String,
            description: String? = nil,
            from: String,
            expiresInSeconds: Int,
            idleLimitSeconds: Int? = nil,
            deleteWhenEmpty: Bool? = nil,
            warnBeforeSeconds: Int? = nil
        ) {
            self.name = name
            self.description = description
            self.from = from
            self.expiresInSeconds = expiresInSeconds
            self.idleLimitSeconds = idleLimitSeconds
            self.deleteWhenEmpty = deleteWhenEmpty
            self.warnBeforeSeconds = warnBeforeSeconds
        }

        package var order: EphemeralOrder {
            EphemeralOrder(
                from: from,
                expiresInSeconds: expiresInSeconds,
                idleLimitSeconds: idleLimitSeconds,
                deleteWhenEmpty: deleteWhenEmpty,
                warnBeforeSeconds: warnBeforeSeconds
            )
        }
    }

    /// `POST /environments/{environment}/extend`
    package struct ExtensionRequest: Codable, Sendable, Equatable {
        package var bySeconds: Int

        package init(bySeconds: Int) {
            self.bySeconds = bySeconds
        }
    }

    /// `POST /environments/{environment}/protect`
    package struct ProtectionRequest: Codable, Sendable, Equatable {
        package var protected: Bool

        package init(protected: Bool) {
            self.protected = protected
        }
    }
}
