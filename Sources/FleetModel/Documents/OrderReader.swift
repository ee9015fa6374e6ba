/// Reads the names of the projects that come before one on a machine.
enum OrderReader {
    private static let most = 50

    static func read(_ field: String, of reader: inout ObjectReader, project: String?) -> [String] {
        let names = reader.texts(field, .name, most: most)
        if let project, names.contains(project) {
            reader.fail(field, "has '\(project)' itself: a project cannot come before itself")
        }
        return names
    }
}
