import FoundationEssentials

/// This process's environment.
func ownEnvironment() -> [String: String] {
    ProcessInfo.processInfo.environment
}
