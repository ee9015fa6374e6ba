/// How far back a preview of a trigger reads, and how much it tells: the log may have any number of events.
package struct TriggerPreviewBounds: Sendable {
    /// How many machines are told of one by one for each trigger, unless said otherwise.
    package static let usualMachines = 1000

    /// How many events of whatever kind are read; the latest count.
    let events: Int
    /// After how many of a kind that matters no further page of the log is read.
    let matters: Int
    /// How many machines are told of one by one for each trigger.
    let machines: Int
    /// How many events a transaction reads, so that none is open for long.
    let page: Int

    package init(
        events: Int = 200_000,
        matters: Int = .max,
        machines: Int = usualMachines,
        page: Int = 10_000
    ) {
        self.events = events
        self.matters = matters
        self.machines = machines
        self.page = page
    }
}
