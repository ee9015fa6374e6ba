import FleetModel

/// Names that lead nowhere, each as a fault at its place, so that all of them are told of at once.
enum UnknownNames {
    /// What to do about a name in a document.
    private static let advice = ": apply it first, or put its document into the same file"

    /// `path` is the list's own; `what` the kind of thing that is not there.
    static func faults<Subject>(
        _ names: [String],
        known: [String: ID<Subject>],
        _ what: String,
        at path: String,
        isDocument: Bool = true
    ) -> [StoreError.Fault] {
        names.enumerated().filter { known[$0.element] == nil }.map { position, name in
            fault(name, what, at: "\(path)[\(position)]", isDocument: isDocument)
        }
    }

    static func fault(
        _ name: String,
        _ what: String,
        at path: String,
        isDocument: Bool = true
    ) -> StoreError.Fault {
        StoreError.Fault(path, "there is no \(what) '\(name)'\(isDocument ? advice : "")")
    }
}
