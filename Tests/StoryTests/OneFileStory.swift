import Foundation
import Testing

struct OneFileStory {
    @Test("the agent is one file to copy: the Swift runtime is inside it")
    func agentIsOneFile() throws {
        let agent = Program.folder.appending(path: "tidemark-agent").path
        let libraries = try PrivatePostgres.shell("ldd '\(agent)'")
        #expect(libraries.contains("libc.so"))
        for runtime in ["libswift", "libFoundation", "libdispatch", "libpq"] {
            #expect(!libraries.contains(runtime))
        }
    }
}
