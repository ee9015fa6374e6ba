import FleetModel
import TestProvider
import Testing

@testable import OpenIDConnect

@Suite struct ReplacedKeyTests {
    @Test("A provider that gives a new key the name of an old one is believed when its keys are fetched anew")
    func sameName() async throws {
        let old = try await TestKey(keyID: "the-key")
        let new = try await TestKey(keyID: "the-key")
        let fixture = try ProviderFixture(keys: [old])
        let start = ContinuousClock.now
        _ = try await fixture.identity(old.token(ProviderFixture.claims()), at: start)
        await fixture.transport.answer("/keys", with: try ScriptedTransport.keys([new]))
        let token = try new.token(ProviderFixture.claims())
        await #expect(throws: ProviderFault.token(.signature)) {
            try await fixture.identity(token, at: start + .seconds(29))
        }
        #expect(await fixture.transport.count("/keys") == 1)
        #expect(try await fixture.identity(token, at: start + .seconds(30)).subject == "s-1")
        #expect(await fixture.transport.count("/keys") == 2)
    }

    @Test("Signatures that hold with no key fetch the keys once in 30 seconds, however many come")
    func forged() async throws {
        let real = try await TestKey(keyID: "the-key")
        let forged = try await TestKey(keyID: "the-key")
        let fixture = try ProviderFixture(keys: [real])
        let start = ContinuousClock.now
        _ = try await fixture.identity(real.token(ProviderFixture.claims()), at: start)
        let token = try forged.token(ProviderFixture.claims())
        for second in 1...60 {
            await #expect(throws: ProviderFault.token(.signature)) {
                try await fixture.identity(token, at: start + .seconds(second))
            }
        }
        #expect(await fixture.transport.count("/keys") == 3)
        #expect(
            try await fixture.identity(
                real.token(ProviderFixture.claims()),
                at: start + .seconds(61)
            ).subject == "s-1"
        )
    }
}
