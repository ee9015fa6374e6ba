internal import Glibc

/// Passes over output in which no needle begins, several bytes at a time (Wu and Manber, 1994).
///
/// The three bytes at the end of a window say how far the next needle's beginning is at least. A window lies within one line:
/// what begins in the last bytes of a line is left to the automaton, which alone knows how to go on behind a line end.
struct NeedleSkip: Sendable {
    private static let longestWindow = 16
    /// Spreads neighbours (Knuth's multiplicative hashing): the golden ratio of 2^32.
    private static let factor: UInt32 = 0x9E37_79B1
    /// In a slot: some needle begins with these three bytes.
    private static let isFirst: UInt8 = 0x80

    /// No needle is shorter.
    private let window: Int
    /// By a hash of three bytes: how far a window that ends with them may be moved, and `isFirst`.
    private var slots: [UInt8]
    private let hashShift: UInt32

    /// - Parameter needles: each of `SecretForms.leastBytes` at least.
    init(_ needles: Set<[UInt8]>) {
        window = min(Self.longestWindow, needles.map(\.count).min() ?? Self.longestWindow)
        // Few needles leave most slots empty in a table that the nearest cache holds.
        let bits: UInt32 = needles.count * window < 1000 ? 14 : 16
        hashShift = 32 - bits
        slots = Array(repeating: UInt8(window - 2), count: 1 << Int(bits))
        for needle in needles {
            for end in 3...window {
                let slot = slot(needle[end - 3], needle[end - 2], needle[end - 1])
                let first = slots[slot] & Self.isFirst | (end == 3 ? Self.isFirst : 0)
                slots[slot] = min(slots[slot] & ~Self.isFirst, UInt8(window - end)) | first
            }
        }
    }

    /// The first place from `start` on where a needle may begin; `end` when there is none.
    ///
    /// - Parameter end: where the line ends, or what came of it.
    func candidate(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        guard let base = UnsafeRawPointer(bytes.baseAddress), end - start >= 4 else { return start }
        return slots.withUnsafeBufferPointer { slots in
            // Three bytes in one load of four: the window is longer than that.
            func entry(endingAt place: Int) -> UInt8 {
                let four = base.loadUnaligned(fromByteOffset: place &- 4, as: UInt32.self)
                return slots[Int(((UInt32(littleEndian: four) >> 8) &* Self.factor) >> hashShift)]
            }
            var place = start
            while place &+ window <= end {
                let shift = entry(endingAt: place &+ window) & ~Self.isFirst
                if shift > 0 {
                    place &+= Int(shift)
                } else if slots[slot(bytes[place], bytes[place + 1], bytes[place + 2])] & Self.isFirst != 0 {
                    return place
                } else {
                    place &+= 1
                }
            }
            // A needle that goes on behind the end has no more than this in front of it.
            return max(place, end - window + Int(entry(endingAt: end) & ~Self.isFirst))
        }
    }

    /// Whether a needle may begin at `place`, by its first three bytes wherever the line ends are; yes where they have not come.
    func mayBegin(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        var three: UInt32 = 0
        var found: UInt32 = 0
        var lineEnds = 0
        var place = place
        while found < 3 {
            guard place < bytes.count else { return true }
            let byte = bytes[place]
            place += 1
            if SecretForms.isLineEnd(byte) {
                lineEnds += 1
                if lineEnds > Masker.mostLineEnds { return false }
            } else {
                lineEnds = 0
                three |= UInt32(byte) << (8 * found)
                found += 1
            }
        }
        return slots[Int((three &* Self.factor) >> hashShift)] & Self.isFirst != 0
    }

    private func slot(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
        let three = UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16
        return Int((three &* Self.factor) >> hashShift)
    }
}

/// Where the next line end is, each byte looked at once for each kind.
struct LineEnds {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var newline = -1
    private var carriageReturn = -1

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The first line end from `start` on, or the end of all.
    mutating func next(from start: Int) -> Int {
        if newline < start { newline = find(UInt8(ascii: "\n"), from: start) }
        if carriageReturn < start { carriageReturn = find(UInt8(ascii: "\r"), from: start) }
        return min(newline, carriageReturn)
    }

    private func find(_ byte: UInt8, from start: Int) -> Int {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(byte), bytes.count - start)
        else { return bytes.count }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
