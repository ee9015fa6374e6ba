/// Takes secrets out of a stream of output before anybody keeps it: pure, for pieces of any size, in one pass.
///
/// Found is every form of `SecretForms`, also where line ends break it, up to `mostLineEnds` in a row. `[masked]` stands for
/// each found one, once for those that overlap. What may become one is held back until the next bytes tell: at most
/// `mostHeldBytes`, the longest form with all the line ends that may be in it. For output in which nothing begins like a secret
/// that is nothing.
struct Masker: Sendable {
    static let mark = "[masked]"
    /// Line ends in a row that do not end a secret: four empty lines, with carriage returns too.
    static let mostLineEnds = 8

    private let automaton: NeedleAutomaton
    private let skip: NeedleSkip
    let mostHeldBytes: Int

    private var state = NeedleAutomaton.root
    /// What the state stands for and the line ends in it: from the first byte on that may belong to a secret.
    private var held = Held()
    private var lineEnds = 0

    /// - Parameter values: those that cannot be masked are not looked for, see `SecretForms.canBeMasked`.
    init(_ values: [[UInt8]]) {
        let needles = values.reduce(into: Set<[UInt8]>()) { $0.formUnion(SecretForms.needles(of: $1)) }
        automaton = NeedleAutomaton(needles)
        skip = NeedleSkip(needles)
        mostHeldBytes = (needles.map(\.count).max() ?? 0) * (1 + Self.mostLineEnds)
    }

    /// A whole text.
    func masked(_ text: String) -> String {
        var masker = self
        var output = masker.take(Array(text.utf8)[...])
        output += masker.finish()
        return String(decoding: output, as: UTF8.self)
    }

    /// What is settled once `bytes` came.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        bytes.withUnsafeBufferPointer { bytes in
            var ends = LineEnds(bytes)
            var place = 0
            while place < bytes.count {
                if state == NeedleAutomaton.root {
                    let next = beginning(in: bytes, from: place, &ends)
                    output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[place..<next]))
                    place = next
                }
                while place < bytes.count {
                    read(bytes[place], into: &output)
                    place += 1
                    if state == NeedleAutomaton.root { break }
                }
            }
        }
        return output
    }

    /// What was held back, at the end of the output.
    mutating func finish() -> [UInt8] {
        var output: [UInt8] = []
        restart(into: &output)
        return output
    }

    /// The first place from `start` on where a secret may begin.
    private func beginning(
        in bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        _ ends: inout LineEnds
    ) -> Int {
        var place = start
        while place < bytes.count {
            let end = ends.next(from: place)
            place = skip.candidate(in: bytes, from: place, to: end)
            while place < end {
                if skip.mayBegin(in: bytes, at: place) { return place }
                place = skip.candidate(in: bytes, from: place + 1, to: end)
            }
            if place < bytes.count { place += 1 }
        }
        return place
    }

    private mutating func read(_ byte: UInt8, into output: inout [UInt8]) {
        if SecretForms.isLineEnd(byte) {
            held.appendLineEnd(byte)
            lineEnds += 1
            if lineEnds > Self.mostLineEnds || state == NeedleAutomaton.root { restart(into: &output) }
            return
        }
        lineEnds = 0
        held.append(byte)
        state = automaton.next(state, byte)
        let matched = Int(automaton.states[Int(state)].matched)
        if matched > 0 { held.mask(last: matched) }
        // Nothing is gained by waiting where no longer secret can follow.
        while state != NeedleAutomaton.root, automaton.isLeaf(state) {
            state = automaton.states[Int(state)].fallback
        }
        held.release(keeping: Int(automaton.states[Int(state)].depth), into: &output)
    }

    private mutating func restart(into output: inout [UInt8]) {
        state = NeedleAutomaton.root
        lineEnds = 0
        held.release(keeping: 0, into: &output)
    }
}
