internal import FleetModel

/// Collects what is proven to be on the machine, from the `state.json` of each project.
enum Inventory {
    static func read(_ directory: DataDirectory) throws -> [AgentV1.InventoryItem] {
        var items: [AgentV1.InventoryItem] = []
        for name in try Disk.names(in: directory.projects) {
            let folder = try directory.project(name)
            guard Disk.exists(folder.state) else { continue }
            items.append(try folder.loadState().inventoryItem(project: name))
        }
        return items
    }
}
