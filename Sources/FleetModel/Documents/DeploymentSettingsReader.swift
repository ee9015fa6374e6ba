/// Reads what a project's deployments make of machines that cannot be deployed to.
enum DeploymentSettingsReader {
    static func read(_ field: String, of project: inout ObjectReader) -> DeploymentSettings {
        var settings = DeploymentSettings()
        guard let value = project.value(field) else { return settings }
        var reader = ObjectReader(value, at: "\(project.path).\(field)")
        reader.refuseUnknownFields(except: ["unavailableTargets", "unhealthyTargets", "minimumHealthy"])
        let absent = DeploymentSettings.Absent.self
        settings.unavailableTargets =
            reader.choice("unavailableTargets", absent) ?? settings.unavailableTargets
        settings.unhealthyTargets = reader.choice("unhealthyTargets", absent) ?? settings.unhealthyTargets
        settings.minimumHealthy = reader.number("minimumHealthy", in: 1...100)
        project.adopt(reader)
        return settings
    }
}
