import FleetModel
import FleetStore

/// What a request for a preview may ask.
enum TriggerPreviewLimits {
    /// The interval of scans unless set otherwise.
    static let windowSeconds = 15
    private static let since = 1...(366 * 86_400)
    private static let window = 1...3600
    private static let documents = 1...20

    /// The triggers of the request, or everything that is wrong with it.
    static func documents(_ body: TriggerPreview.Request) throws -> [TriggerDocument] {
        var faults: [StoreError.Fault] = []
        if !documents.contains(body.documents.count) {
            faults.append(.init("documents", "are \(body.documents.count), and must be from 1 to 20"))
        }
        if !since.contains(body.sinceSeconds) {
            faults.append(.init("sinceSeconds", "is \(body.sinceSeconds), and must be from 1 to 366 days"))
        }
        if let seconds = body.windowSeconds, !window.contains(seconds) {
            faults.append(.init("windowSeconds", "is \(seconds), and must be from 1 to 3600"))
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
        return try DocumentReader.read(body.documents).enumerated().map { index, document in
            guard case .trigger(let trigger) = document else {
                throw StoreError.invalid(
                    field: "documents[\(index)].kind",
                    "is \(document.kind): only triggers can be previewed"
                )
            }
            return trigger
        }
    }
}
