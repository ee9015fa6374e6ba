import ArgumentParser
import FleetModel

/// A grant as it is typed: `viewer`, `deployer@staging,test`, `deployer@staging:shop`, `admin:shop`.
struct GrantText: ExpressibleByArgument, Sendable {
    let grant: Grant

    static let help: ArgumentHelp = ArgumentHelp(
        "What it may do: \(Role.allCases.map(\.rawValue).joined(separator: ", ")), and where: "
            + "'deployer@staging,test:shop' is in staging and test, for shop. May be repeated.",
        valueName: "role[@environments][:projects]"
    )

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let before = (parts.first ?? "").split(
            separator: "@",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let role = before.first.flatMap({ Role(rawValue: String($0)) }) else { return nil }
        let environments = before.count > 1 ? Self.names(before[1]) : nil
        let projects = parts.count > 1 ? Self.names(parts[1]) : nil
        // "deployer@" is a mistake, not a grant for everything.
        guard (before.count > 1) == (environments != nil), (parts.count > 1) == (projects != nil) else {
            return nil
        }
        grant = Grant(role, environments: environments, projects: projects)
    }

    private static func names(_ text: Substring) -> [String]? {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return names.contains("") ? nil : names
    }
}
