package import FleetModel
import FleetRules

/// Somebody wanted what he may not; the text says what is missing. Whoever catches it at the edge writes it down.
package struct NotAllowed: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension Principal {
    /// Throws `NotAllowed` unless it has the right there.
    package func require(_ right: Right, at place: AccessPlace) throws {
        if case .refused(let why) = Authorization.decide(self, right, at: place) { throw NotAllowed(why) }
    }

    /// Whether it has the right there: for what is offered and not done yet.
    package func may(_ right: Right, at place: AccessPlace) -> Bool {
        Authorization.decide(self, right, at: place).isAllowed
    }
}

extension Changes {
    /// Throws `NotAllowed` unless whoever makes the changes has the right there. Commands ask before they change anything.
    package func require(_ right: Right, at place: AccessPlace) throws {
        try principal.require(right, at: place)
    }

    package func require(_ right: Right, at places: [AccessPlace]) throws {
        for place in places { try require(right, at: place) }
    }

    /// The same about a thing that is there, `which` as it was asked for: to whoever sees no place of it, it is not.
    package func require(_ right: Right, at places: [AccessPlace], of what: String, _ which: String) throws {
        guard places.isEmpty || places.contains(where: isSeen) else {
            throw StoreError.notFound(what: what, which: which)
        }
        try requireUnnamed(right, at: places)
    }

    /// The same where a thing already is. The refusal names no place that whoever asks does not see.
    func requireUnnamed(_ right: Right, at places: [AccessPlace]) throws {
        try require(right, at: places.filter(isSeen))
        if !places.allSatisfy(isSeen) { try require(right, at: .everywhere) }
    }

    /// Whether a part of it is seen.
    func isSeen(_ place: AccessPlace) -> Bool { Sight(of: principal).has(place) }
}

extension Store {
    /// Writes down that somebody was refused what he may not do.
    package func recordRefusal(of principal: Principal, _ what: String) async throws {
        try await unitOfWork(by: principal) { _, changes in
            changes.post(.accessRefused(EventSubject(), what: what))
        }
    }
}
