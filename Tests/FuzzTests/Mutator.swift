/// Changes samples as a seed says: bits, bytes, numbers, words of the parser's language, pieces cut out, doubled, and
/// taken from another sample.
struct Mutator {
    private static let interesting: [UInt8] = [0, 1, 0x0A, 0x20, 0x22, 0x2F, 0x30, 0x7F, 0x80, 0xC3, 0xFF]

    private var random: SplitMix64
    private let words: [[UInt8]]
    private let samples: [[UInt8]]

    init(seed: UInt64, words: [String], samples: [[UInt8]]) {
        random = SplitMix64(seed: seed)
        self.words = words.map { Array($0.utf8) }
        self.samples = samples
    }

    mutating func next() -> [UInt8] {
        var bytes = samples.randomElement(using: &random) ?? []
        for _ in 0...Int.random(in: 0..<4, using: &random) { change(&bytes) }
        return Array(bytes.prefix(FuzzParser.mostBytes))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...16, using: &random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where place < bytes.count:
            bytes[place] = Self.interesting.randomElement(using: &random) ?? 0
        case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 5: bytes.insert(contentsOf: words.randomElement(using: &random) ?? [], at: place)
        case 6: bytes.replaceSubrange(place..<end, with: words.randomElement(using: &random) ?? [])
        default:
            let other = samples.randomElement(using: &random) ?? []
            let from = Int.random(in: 0...other.count, using: &random)
            bytes.replaceSubrange(place..., with: other[from...])
        }
    }
}

/// Random numbers that a seed repeats (Steele, Lea and Flood, 2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
