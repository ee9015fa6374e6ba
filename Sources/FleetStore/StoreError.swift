/// Why a request could not be carried out, in terms of the product; each maps to one HTTP answer.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `what` names the kind and `which` the name or id that was asked for.
    case notFound(what: String, which: String)
    /// The state of things forbids it; the text says what to do.
    case conflict(String)
    /// The input cannot be used; `field` says where.
    case invalid(field: String, String)
    /// Several faults in one input.
    case faults([Fault])
    case unauthenticated(String)
    case forbidden(String)

    package struct Fault: Sendable, Equatable {
        package let field: String
        package let message: String

        package init(_ field: String, _ message: String) {
            self.field = field
            self.message = message
        }
    }

    package var description: String {
        switch self {
        case .notFound(let what, let which): "\(what) '\(which)' was not found"
        case .conflict(let text), .unauthenticated(let text), .forbidden(let text): text
        case .invalid(let field, let text): "\(field): \(text)"
        case .faults(let faults): faults.map { "\($0.field): \($0.message)" }.joined(separator: "; ")
        }
    }
}
