/// Finds which needles end at each byte of a stream in one pass, however many there are (Aho and Corasick, 1975).
///
/// The states are numbered breadth first, so that the children of a state are neighbours: one number says where they begin,
/// the next state's where they end. A state takes 17 bytes; there are at most as many as the needles have bytes, and one.
struct NeedleAutomaton: Sendable {
    struct State: Sendable {
        /// The children are from here to the next state's `firstChild`, in the order of their bytes.
        var firstChild: Int32 = 0
        /// The state of the longest proper suffix that begins a needle.
        var fallback: Int32 = 0
        /// How many bytes of a needle were read.
        var depth: Int32
        /// Length of the longest needle that ends here; 0: none does.
        var matched: Int32 = 0
    }

    static let root: Int32 = 0

    /// One more than there are: the last one only ends the children of the one before.
    private(set) var states: [State] = [State(depth: 0)]
    /// The byte that leads to a state.
    private(set) var labels: [UInt8] = [0]
    /// Where each byte leads from the root: most of the work is here.
    private(set) var fromRoot = [Int32](repeating: 0, count: 256)

    /// - Parameter needles: none of them empty.
    init(_ needles: Set<[UInt8]>) {
        let sorted = needles.sorted { $0.lexicographicallyPrecedes($1) }
        // A state's needles, those that begin with what leads to it, are neighbours too.
        var ranges = [0..<sorted.count]
        var state = 0
        while state < ranges.count {
            let depth = Int(states[state].depth)
            var rest = ranges[state]
            states[state].firstChild = Int32(states.count)
            if let first = rest.first, sorted[first].count == depth {
                states[state].matched = states[state].depth
                rest = rest.dropFirst()
            } else {
                states[state].matched = states[Int(states[state].fallback)].matched
            }
            while let first = rest.first {
                let byte = sorted[first][depth]
                let end = rest.first { sorted[$0][depth] != byte } ?? rest.endIndex
                addChild(byte, of: Int32(state))
                ranges.append(first..<end)
                rest = end..<rest.endIndex
            }
            state += 1
        }
        states.append(State(firstChild: Int32(states.count), depth: 0))
    }

    private mutating func addChild(_ byte: UInt8, of parent: Int32) {
        let child = Int32(states.count)
        var state = State(depth: states[Int(parent)].depth + 1)
        if parent == Self.root {
            fromRoot[Int(byte)] = child
        } else {
            state.fallback = next(states[Int(parent)].fallback, byte)
        }
        states.append(state)
        labels.append(byte)
    }

    /// The state after one more byte.
    func next(_ state: Int32, _ byte: UInt8) -> Int32 {
        states.withUnsafeBufferPointer { states in
            labels.withUnsafeBufferPointer { labels in
                var state = Int(state)
                while state != 0 {
                    var child = Int(states[state].firstChild)
                    let end = Int(states[state + 1].firstChild)
                    while child < end, labels[child] < byte { child += 1 }
                    if child < end, labels[child] == byte { return Int32(child) }
                    state = Int(states[state].fallback)
                }
                return fromRoot[Int(byte)]
            }
        }
    }

    /// Whether no needle goes on from here; what follows is then found from the fallback as well.
    func isLeaf(_ state: Int32) -> Bool {
        states[Int(state)].firstChild == states[Int(state) + 1].firstChild
    }
}
