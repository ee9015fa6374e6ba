import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct WebhookStories {
        /// Prints each delivery's id and path as it comes; answers only when the file `hold` is gone.
        private static let holding = """
            import os, pathlib, sys, threading
            from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

            HOLD = pathlib.Path(os.environ["FOLDER"]) / "hold"


            class Receiver(BaseHTTPRequestHandler):
                def do_POST(self):
                    self.rfile.read(int(self.headers["content-length"]))
                    print(self.headers["webhook-id"], self.path, flush=True)
                    while HOLD.exists():
                        threading.Event().wait(0.05)
                    self.send_response(204)
                    self.end_headers()

                def log_message(self, *words):
                    pass


            ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
            """

        @Test(
            "events reach a receiver that was away, genuine as the page says, each once; a new secret may be had meanwhile"
        )
        func away() async throws {
            try await Story.tell(nodes: 2, settings: StoryReceiver.settings) { story in
                let port = try FreePort.find()
                try await story.applyWebhook("ops", port: port, "eventCategories: [ReleaseCreated]")
                try await story.applySample()
                try await story.release("1.0")
                try await story.count(
                    "SELECT count(*) AS n FROM webhook_delivery WHERE last_error LIKE 'Connection refused%'",
                    is: 1
                )
                let old = try await story.tidemark("webhook", "rotate", "ops", "-o", "name")
                _ = try await story.tidemark("webhook", "rotate", "ops", "-o", "name")
                // The receiver has not heard of the newest secret yet.
                let receiver = try StoryReceiver(
                    script: try StoryReceiver.page(),
                    secret: old.trimmingCharacters(in: .whitespacesAndNewlines),
                    port: port,
                    in: story.folder
                )
                defer { receiver.end() }
                try await story.tidemark("webhook", "replay", "ops", "--since", "1h")
                let first = try await receiver.line("what did not get through") { $0.contains("release 1.0") }
                #expect(first.contains(#""type": "ReleaseCreated""#) && first.contains(#""project": "shop""#))
                let id = try await story.tidemark(
                    "webhook",
                    "deliveries",
                    "ops",
                    "--state",
                    "delivered",
                    "-o",
                    "name"
                )
                .trimmingCharacters(in: .whitespacesAndNewlines)
                try await story.tidemark("webhook", "replay", "ops", id)
                try await story.release("1.1")
                _ = try await receiver.line("the next one") { $0.contains("release 1.1") }
                try await story.count(
                    "SELECT count(*) AS n FROM webhook_delivery WHERE state = 'delivered'",
                    is: 2
                )
                #expect(receiver.lines.count == 2, "the replay has the id that the receiver knows")
                let shown = try await story.tidemark("webhook", "show", "ops")
                #expect(shown.contains("on") && shown.contains("ReleaseCreated"))
                try await story.tidemark("webhook", "delete", "ops")
            }
        }

        @Test(
            "a node is killed while it delivers: another one delivers, under the same id; nobody else waited"
        )
        func killed() async throws {
            try await Story.tell(nodes: 2, settings: StoryReceiver.settings) { story in
                try story.mark("hold")
                let slow = try StoryReceiver(
                    script: Self.holding,
                    secret: "",
                    port: try FreePort.find(),
                    in: story.folder
                )
                defer { slow.end() }
                try await story.applyWebhook("slow", port: slow.port, "eventCategories: [ReleaseCreated]")
                let quick = try await StoryReceiver.documented(for: "quick", in: story)
                defer { quick.end() }
                try await story.applySample()
                try await story.release("1.0")
                let first = try await slow.line("the receiver has it") { $0.hasSuffix("/slow") }
                let node = try await story.texts(
                    "SELECT claimed_by AS t FROM webhook_delivery WHERE category = 'ReleaseCreated' AND claimed_by IS NOT NULL"
                )
                try await story.node(node[0]).end()
                try FileManager.default.removeItem(at: story.folder.appending(path: "hold"))
                try await story.tidemark("webhook", "ping", "quick")
                try await eventually("it is sent again", within: .seconds(60)) { slow.lines.count == 2 }
                #expect(slow.lines == [first, first])
                try await story.count(
                    """
                    SELECT count(*) AS n FROM webhook_delivery
                    WHERE category = 'ReleaseCreated' AND state = 'delivered' AND attempts = 2
                    """,
                    is: 1
                )
            }
        }
    }
}
