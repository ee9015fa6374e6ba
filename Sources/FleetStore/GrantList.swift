import FleetModel

/// One grant after the other, as pages have it. A grant for nothing any more, because what it named is deleted, falls out.
extension [Grant] {
    func adding(_ grant: Grant, to holder: String) throws -> [Grant] {
        guard !contains(grant) else {
            throw StoreError.conflict("\(holder) has that already: \(grant)")
        }
        return filter(\.isForSomething) + [grant]
    }

    /// `words` are those of `Grant.description`: what somebody saw, whatever was changed since.
    func takingBack(_ words: String, from holder: String) throws -> [Grant] {
        var left = self
        guard let index = left.firstIndex(where: { $0.description == words }) else {
            throw StoreError.conflict("\(holder) does not have that any more: \(words)")
        }
        left.remove(at: index)
        return left.filter(\.isForSomething)
    }
}

extension Grant {
    fileprivate var isForSomething: Bool { environments != [] && projects != [] }
}
