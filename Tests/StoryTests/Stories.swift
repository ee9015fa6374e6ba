import Testing

/// The stories of whole clusters, one after the other: each has several processes, and waits for them.
@Suite(.serialized)
enum Stories {}
