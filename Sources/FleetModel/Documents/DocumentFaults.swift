/// Everything that is wrong with the documents of an apply, so that a person corrects them once and not fault by
/// fault. Becomes the `errors` of a `Problem`.
package struct DocumentFaults: Error, Sendable, Equatable {
    package let faults: [Problem.Fault]

    package init(_ faults: [Problem.Fault]) {
        self.faults = faults
    }
}

extension DocumentFaults: CustomStringConvertible {
    /// One line for each fault.
    package var description: String {
        faults.map { "\($0.field) \($0.message)" }.joined(separator: "\n")
    }
}
