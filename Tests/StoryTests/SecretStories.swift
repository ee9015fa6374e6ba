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

        private static let shop = """
            kind: Project
            name: shop
            deployment: {unavailableTargets: skip}
            process:
              - name: show
                script: |
                  here=$PWD
                  cd "$TIDEMARK_SECRETS_DIR"
                  sha256sum PASSWORD PEM > "$here/seen"
                  stat -c '%a %n' PASSWORD PEM >> "$here/seen"
                  env | grep -c "$(cat PASSWORD)" >> "$here/seen"
                  echo "plain: $(cat PASSWORD)!"
                  echo "base64: $(printf 'user:%s' "$(cat PASSWORD)" | base64 -w 9)"
                  printf 'pieces: '; fold -w 5 PASSWORD | while IFS= read -r piece || [ "$piece" ]; do printf '%s' "$piece"; sleep 0.05; done; echo
                  echo "lines:"; fold -w 7 PASSWORD; echo
                  cat PEM
                  grep -h middle PEM
                  echo "the end" >&2
              - name: fail
                idempotent: true
                script: echo "again $(cat "$TIDEMARK_SECRETS_DIR/PASSWORD")"; exit 3
            """

        @Test(
            "F5 a secret that scripts print in pieces, in base64, over lines and line by line is in no log, no row, and no file of the machine"
        )
        func masked() async throws {
            try await Story.tell { story in
                let keys = story.folder.appending(path: "keys")
                try await Self.admin(story, ["admin", "secrets-key"]).output
                    .write(to: keys, atomically: true, encoding: .utf8)
                try await story.launchNode("a-node", settings: ["TIDEMARK_SECRETS_KEY_FILE": keys.path])
                try await story.nodeIsReady("a-node")
                // The first one has no keys, and would refuse to start now.
                try await story.node("node-1").end()
                try await story.applySample(project: Self.shop)
                let password = "correct horse/battery+staple"
                let pem = "-----BEGIN-----\nfirst line of it\nmiddle line of it\n-----END-----"
                let values = [
                    ("PASSWORD", [], "that of the project alone"), ("PEM", [], pem),
                    ("PASSWORD", ["--environment", "production"], password),
                ]
                for (name, place, value) in values {
                    let file = story.folder.appending(path: "value")
                    try (value + "\n").write(to: file, atomically: true, encoding: .utf8)
                    _ = try await story.run(
                        ["secret", "set", "shop", name, "--from-file", file.path] + place
                    )
                    try FileManager.default.removeItem(at: file)
                }
                try await story.join("web-1")
                try await story.release("1.0")
                let rollout = try await story.startRollout("1.0")
                try await story.tidemark("deployment", "wait", "\(rollout)", code: 1)

                let digests = try await story.texts(
                    "SELECT encode(sha256(convert_to(v, 'UTF8')), 'hex') AS t FROM unnest(\([password, pem])::text[]) v"
                )
                #expect(
                    story.read("seen", on: "web-1")
                        == "\(digests[0])  PASSWORD\n\(digests[1])  PEM\n400 PASSWORD\n400 PEM\n0\n"
                )
                let log = try await story.texts(
                    """
                    SELECT convert_from(string_agg(data, ''::bytea ORDER BY step_run_id, log_offset), 'UTF8') AS t FROM log_chunk
                    """
                )[0]
                #expect(
                    log.contains(
                        """
                        plain: [masked]!
                        base64: dXNlcjp[masked]
                        pieces: [masked]
                        lines:
                        [masked]
                        [masked][masked]
                        the end
                        """
                    ),
                    "\(log)"
                )
                #expect(log.contains("again [masked]"))

                // By themselves, and as parts of them: nothing of it is anywhere.
                let forms = [password, "battery+staple", "correct horse", "middle line", "first line"]
                let dump = try await Program.run(
                    "pg_dump",
                    ["--dbname", story.database.conninfo],
                    environment: [:],
                    from: URL(filePath: "/usr/bin"),
                    in: story.folder
                )
                #expect(dump.code == 0 && dump.output.contains("secret"), "\(dump.errors)")
                let files = FileManager.default.enumerator(at: story.folder, includingPropertiesForKeys: nil)
                var seen = 0
                while let file = files?.nextObject() as? URL {
                    guard let data = try? Data(contentsOf: file) else { continue }
                    seen += 1
                    for form in forms { #expect(data.range(of: Data(form.utf8)) == nil, "\(file.path)") }
                }
                #expect(seen > 5)
                for form in forms { #expect(!dump.output.contains(form)) }
            }
        }
    }
}
