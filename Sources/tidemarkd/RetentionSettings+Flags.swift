import FleetModel
import FleetStore

extension RetentionSettings {
    /// Only whole days and more: an hour is a mistake that would cost a history.
    init(_ flags: RetentionFlags, _ read: SettingReader) throws {
        self.init(
            eventSeconds: try Self.age("TIDEMARK_EVENT_RETENTION", flags.eventRetention, or: "forever", read),
            exportDirectory: read.text("TIDEMARK_EVENT_EXPORT_DIR", flags.eventExportDir),
            logSeconds: try Self.age("TIDEMARK_LOG_RETENTION", flags.logRetention, or: "90d", read),
            packageSeconds: try Self.age(
                "TIDEMARK_PACKAGE_RETENTION",
                flags.packageRetention,
                or: "forever",
                read
            )
        )
        if let exportDirectory, !exportDirectory.hasPrefix("/") {
            throw SettingsError(
                "TIDEMARK_EVENT_EXPORT_DIR is '\(exportDirectory)', and must be a path that begins with /"
            )
        }
    }

    /// nil: for ever.
    private static func age(
        _ variable: String,
        _ flag: String?,
        or fallback: String,
        _ read: SettingReader
    ) throws(SettingsError) -> Int? {
        try read(variable, flag, or: fallback, "forever, or a time of at least one day such as 90d") { text in
            if text == "forever" { return Int?.none as Int?? }
            return DurationText(text).flatMap { $0.seconds >= 86_400 ? Int?.some($0.seconds) : nil }
        }
    }
}
