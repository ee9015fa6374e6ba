import FleetModel

/// A row of `machine_policy` or `machine_policy_in_force` as JSON: its columns by their names.
struct MachinePolicyColumns: Codable {
    let name: String
    var description: String?
    let check_kind: MachinePolicy.CheckKind?
    let check_script: String?
    let check_interval_seconds: Int?
    let check_cron: String?
    let check_timeout_seconds: Int?
    let warning_exit_codes: [Int]?
    let check_before_deployment: Bool?
    let unavailable_after_seconds: Int?
    let may_be_offline: Bool?
    let delete_unavailable: Bool?
    let delete_after_seconds: Int?
    let purge_after_seconds: Int?
    let guard_share_percent: Int?
    let guard_count: Int?
    let keep_releases: Int?
}

extension MachinePolicyColumns {
    init(_ document: MachinePolicyDocument) {
        let isDefault = document.name == MachinePolicy.defaultName
        let values = isDefault ? document.values.filled(from: .builtIn) : document.values
        self.init(
            name: document.name,
            description: document.description ?? "",
            check_kind: values.healthCheck.kind,
            check_script: values.healthCheck.script,
            check_interval_seconds: values.healthCheck.intervalSeconds,
            check_cron: values.healthCheck.cron,
            check_timeout_seconds: values.healthCheck.timeoutSeconds,
            warning_exit_codes: values.healthCheck.warningExitCodes,
            check_before_deployment: values.healthCheck.beforeDeployment,
            unavailable_after_seconds: values.unavailableAfterSeconds,
            may_be_offline: values.mayBeOffline,
            delete_unavailable: values.cleanup.deleteUnavailable,
            delete_after_seconds: values.cleanup.deleteUnavailableAfterSeconds,
            purge_after_seconds: values.cleanup.purgeAfterSeconds,
            guard_share_percent: values.cleanup.guard.sharePercent,
            guard_count: values.cleanup.guard.count,
            keep_releases: values.keepReleases
        )
    }

    var values: MachinePolicy.Values {
        var values = MachinePolicy.Values()
        values.healthCheck.kind = check_kind
        values.healthCheck.script = check_script
        values.healthCheck.intervalSeconds = check_interval_seconds
        values.healthCheck.cron = check_cron
        values.healthCheck.timeoutSeconds = check_timeout_seconds
        values.healthCheck.warningExitCodes = warning_exit_codes
        values.healthCheck.beforeDeployment = check_before_deployment
        values.unavailableAfterSeconds = unavailable_after_seconds
        values.mayBeOffline = may_be_offline
        values.cleanup.deleteUnavailable = delete_unavailable
        values.cleanup.deleteUnavailableAfterSeconds = delete_after_seconds
        values.cleanup.purgeAfterSeconds = purge_after_seconds
        values.cleanup.guard.sharePercent = guard_share_percent
        values.cleanup.guard.count = guard_count
        values.keepReleases = keep_releases
        return values
    }
}
