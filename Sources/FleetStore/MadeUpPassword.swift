/// A password that nobody has to think of, and nobody can guess: 120 bits.
package enum MadeUpPassword {
    package static func next() -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        return (0..<4).map { _ in
            String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
        }.joined(separator: "-")
    }
}
