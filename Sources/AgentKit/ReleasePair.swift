internal import FleetModel

/// What is believed to be on a machine of one project: the last whole release, and one that was begun.
struct ReleasePair: Codable, Sendable, Equatable {
    var releaseID: ID<Release>?
    var incompleteReleaseID: ID<Release>?
}
