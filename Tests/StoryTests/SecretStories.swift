import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(4)))
    struct SecretStories {
        /// As somebody on a node's machine does.
        private static func admin(
            _ story: Story,
            _ arguments: [String],
            keys: String = ""
        ) async throws -> (code: Int32, output: String, errors: String) {
            try await Program.run(
                "tidemarkd",
                arguments,
                environment: [
                    "TIDEMARK_DATABASE_URL": story.database.conninfo,
                    "TIDEMARK_SCHEMA": story.database.schema, "TIDEMARK_SECRETS_KEY_FILE": keys,
                ],
                in: story.folder
            )
        }

        @Test(
            "Secrets are set, and their key is changed: a node without the key they were sealed with refuses to start"
        )
        func keys() async throws {
            try await Story.tell { story in
                var lines: [String] = []
                for _ in 0..<2 { lines.append(try await Self.admin(story, ["admin", "secrets-key"]).output) }
                let texts = [lines[0], "# the new one first\n" + lines[1] + lines[0], lines[1]]
                var files: [String] = []
                for (index, text) in texts.enumerated() {
                    let file = story.folder.appending(path: "keys-\(index)")
                    try text.write(to: file, atomically: true, encoding: .utf8)
                    files.append(file.path)
                }
                // Its name is the first of all, so that it is asked.
                try await story.launchNode("a-node", settings: ["TIDEMARK_SECRETS_KEY_FILE": files[0]])
                try await story.nodeIsReady("a-node")
                try await story.apply(Story.environment + "\n---\n" + Story.shop)
                let value = story.folder.appending(path: "value")
                try "hunter2hunter2\n".write(to: value, atomically: true, encoding: .utf8)
                let set = ["secret", "set", "shop", "TOKEN", "--from-file", value.path]
                #expect(
                    try await story.run(set)
                        == "secret TOKEN of shop in every environment is set, version 1\n"
                )
                _ = try await story.run(set + ["--environment", "production"])
                #expect(try await story.run(["secret", "list", "shop", "-o", "name"]) == "TOKEN\nTOKEN\n")
                let keyID = try await story.texts("SELECT DISTINCT key_id AS t FROM secret")[0]
                try await story.node("a-node").end()

                for keys in ["", files[2]] {
                    let port = try FreePort.find()
                    let refused = try await Self.admin(
                        story,
                        ["serve", "--listen", "127.0.0.1:\(port)"],
                        keys: keys
                    )
                    #expect(refused.code == 78)
                    #expect(
                        refused.errors.contains("sealed with key \(keyID), which this node does not have")
                    )
                    #expect(refused.errors.contains("TIDEMARK_SECRETS_KEY_FILE"))
                }
                #expect(try await Self.admin(story, ["admin", "reseal-secrets"]).code == 78)
                let resealed = try await Self.admin(story, ["admin", "reseal-secrets"], keys: files[1])
                #expect(resealed.output.hasPrefix("2 sealed anew with key "), "\(resealed.errors)")
                try await story.launchNode("a-node", settings: ["TIDEMARK_SECRETS_KEY_FILE": files[2]])
                try await story.nodeIsReady("a-node")
                #expect(
                    try await story.run(set)
                        == "secret TOKEN of shop in every environment is set, version 2\n"
                )
                try await story.tidemark("secret", "delete", "shop", "TOKEN")
                try await story.tidemark("secret", "delete", "shop", "TOKEN", code: 3)
            }
        }
    }
}
