/// Output that may be part of a secret, and what of it is.
///
/// It counts without line ends, as the automaton does: the bytes of a needle are neighbours here however they are broken into
/// lines. A line end belongs to a secret when the bytes on both sides of it do.
struct Held: Sendable {
    private var bytes: [UInt8] = []
    /// Where in `bytes` the first one is that was not released; those before are removed now and then.
    private var head = 0
    /// How many bytes came, and how many were released, without line ends.
    private var came = 0
    private var released = 0
    /// Secrets that end behind `released`: apart from each other, in order.
    private var secrets: ArraySlice<Range<Int>> = []
    /// `[masked]` was written for the first of them.
    private var isMarked = false

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
        came += 1
    }

    mutating func appendLineEnd(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// The last `count` bytes are a secret; with those that it overlaps it becomes one.
    mutating func mask(last count: Int) {
        var start = came - count
        while let last = secrets.last, last.upperBound > start {
            start = min(start, last.lowerBound)
            secrets.removeLast()
        }
        secrets.append(start..<came)
    }

    /// Gives out all but the last `count` bytes: no secret that is still to be found begins before those.
    mutating func release(keeping count: Int, into output: inout [UInt8]) {
        while released < came - count || (count == 0 && head < bytes.count) {
            let byte = bytes[head]
            head += 1
            var isWithin = false
            if SecretForms.isLineEnd(byte) {
                // In front of the first byte that came.
                output.append(byte)
            } else if let secret = secrets.first, secret.lowerBound <= released {
                if !isMarked { output.append(contentsOf: Masker.mark.utf8) }
                isWithin = released + 1 < secret.upperBound
                isMarked = isWithin
                if !isWithin { secrets.removeFirst() }
                released += 1
            } else {
                output.append(byte)
                released += 1
            }
            while head < bytes.count, SecretForms.isLineEnd(bytes[head]) {
                if !isWithin { output.append(bytes[head]) }
                head += 1
            }
        }
        if head == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 4096, head > bytes.count / 2 {
            bytes.removeFirst(head)
            head = 0
        }
    }
}
