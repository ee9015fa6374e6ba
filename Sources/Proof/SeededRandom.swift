/// Random numbers that a seed repeats: SplitMix64, of Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators" (2014).
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// True in this many of a hundred cases.
    package mutating func isOne(inPercent percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &self) < percent
    }
}
