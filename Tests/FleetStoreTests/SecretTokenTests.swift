import FleetStore
import Testing

@Suite struct SecretTokenTests {
    @Test(
        "A token is recognised by kind and checksum, and no two are alike",
        arguments: SecretToken.Kind.allCases
    )
    func recognised(_ kind: SecretToken.Kind) {
        let token = SecretToken(random: kind)
        #expect(token.text.hasPrefix(kind.rawValue))
        #expect(token.text.count == kind.rawValue.count + 49)
        #expect(SecretToken(kind, presented: token.text) == token)
        #expect(SecretToken(random: kind) != token)
        for other in SecretToken.Kind.allCases where other != kind {
            #expect(SecretToken(other, presented: token.text) == nil)
        }
    }

    @Test("A token with one character changed, left out or added is none")
    func mistyped() {
        let text = SecretToken(random: .join).text
        for index in text.indices {
            var wrong = text
            wrong.replaceSubrange(index...index, with: text[index] == "a" ? "b" : "a")
            #expect(SecretToken(.join, presented: wrong) == nil)
        }
        #expect(SecretToken(.join, presented: String(text.dropLast())) == nil)
        #expect(SecretToken(.join, presented: text + "a") == nil)
    }

    @Test("The same secret and context derive the same token, any other another")
    func derived() {
        let key = SecretToken(random: .apiKey)
        let token = SecretToken(.join, derivedFrom: key, context: [1, 2])
        #expect(SecretToken(.join, derivedFrom: key, context: [1, 2]) == token)
        #expect(SecretToken(.join, derivedFrom: key, context: [1, 3]) != token)
        #expect(SecretToken(.join, derivedFrom: SecretToken(random: .apiKey), context: [1, 2]) != token)
        #expect(SecretToken(.join, presented: token.text) == token)
    }

    @Test("Printing a token does not show it")
    func printed() {
        let token = SecretToken(random: .session)
        #expect(!"\(token)".contains(token.text.suffix(40)))
    }
}
