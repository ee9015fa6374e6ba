import Testing

@testable import Cluster

struct LeaseSettingsTests {
    @Test(
        "signs of life are several times as frequent as the server requires, at every time to live",
        arguments: [500, 2000, 5000, 60000]
    )
    func margins(ttlMilliseconds: Int) {
        let settings = LeaseSettings(ttlMilliseconds: ttlMilliseconds)
        #expect(settings.heartbeat * 5 <= .milliseconds(ttlMilliseconds))
        #expect(settings.heartbeat < settings.trust)
        #expect(settings.trust < .milliseconds(ttlMilliseconds))
    }
}
