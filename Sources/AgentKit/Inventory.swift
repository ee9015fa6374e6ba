internal import FleetModel

/// Collects what is proven to be on the machine, from the `state.json` of each project and the link `current` beside it.
enum Inventory {
    static func read(_ directory: DataDirectory) throws -> [AgentV1.InventoryItem] {
        var items: [AgentV1.InventoryItem] = []
        for name in try Disk.names(in: directory.projects) {
            let folder = try directory.project(name)
            guard Disk.exists(folder.state) else { continue }
            items.append(try item(name, folder))
        }
        return items
    }

    /// A step may end while this looks: the link is judged only by a state that stood still around it.
    private static func item(_ name: String, _ folder: ProjectFolder) throws -> AgentV1.InventoryItem {
        let before = try folder.loadState()
        let found = folder.provenFolder()
        let state = try folder.loadState()
        return state.inventoryItem(
            project: name,
            currentFolder: state == before ? found : state.installedFolder
        )
    }
}
