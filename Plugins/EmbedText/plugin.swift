import Foundation
import PackagePlugin

/// Embeds text files of the package into the target that uses them, so that a binary needs no files beside
/// it.
///
/// Which folder goes into which target is the table below. SwiftPM's own `.embedInCode` writes arrays of
/// bytes, which take the compiler a hundred times as long as the string literals written here.
@main
struct EmbedText: BuildToolPlugin {
    private static let folders = [
        "FleetStore": Folder(path: "sql", suffix: ".sql", enumName: "EmbeddedSQL"),
        // Templates, style and script side by side: every file of the folder.
        "WebUI": Folder(path: "Sources/WebUI/Web", suffix: "", enumName: "EmbeddedWeb"),
    ]

    private struct Folder {
        let path: String
        let suffix: String
        let enumName: String
    }

    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let folder = Self.folders[target.name] else {
            Diagnostics.error(
                "EmbedText knows no folder for the target '\(target.name)': add it to plugin.swift"
            )
            return []
        }
        let directory = context.package.directoryURL.appending(path: folder.path, directoryHint: .isDirectory)
        let files = try FileManager.default.contentsOfDirectory(
            at: directory,
            includingPropertiesForKeys: nil
        )
        .filter { $0.lastPathComponent.hasSuffix(folder.suffix) && !$0.lastPathComponent.hasPrefix(".") }
        // The folder is an input too, and the tool lists it itself: SwiftPM may reuse a plan that knows no new file.
        // After a file was removed it needs a new plan: touch Package.swift.
        let output = context.pluginWorkDirectoryURL.appending(path: "\(folder.enumName).swift")
        return [
            .buildCommand(
                displayName: "Embedding \(folder.path)/*\(folder.suffix)",
                executable: try context.tool(named: "embed-text").url,
                arguments: [folder.enumName, output.path(), directory.path(), folder.suffix],
                inputFiles: [directory] + files,
                outputFiles: [output]
            )
        ]
    }
}
