import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct OrderStories {
        /// `base` and `shop`, each a script that writes down that it ran; `shop` comes after `base`, which fails as
        /// long as there is a file `broken`.
        private static func documents(in folder: URL) -> String {
            [
                Story.environment,
                """
                kind: Project
                name: base
                process:
                  - name: prepare
                    script: |
                      echo base >> \(folder.path)/order
                      ! [ -e \(folder.path)/broken ]
                """,
                """
                kind: Project
                name: shop
                after: [base]
                process:
                  - name: install
                    script: echo shop >> \(folder.path)/order
                """,
                Story.trigger(),
                Story.trigger().replacingOccurrences(of: "project: shop", with: "project: base"),
            ].joined(separator: "\n---\n")
        }

        private func settle(_ story: Story) async throws {
            try await story.apply(Self.documents(in: story.folder))
            for project in ["base", "shop"] {
                try await story.tidemark("release", "create", project, "1.0")
                try await story.tidemark("deploy", project, "1.0", "--to", "production", "--wait")
            }
        }

        private func order(_ story: Story) -> String? {
            try? String(contentsOf: story.folder.appending(path: "order"), encoding: .utf8)
        }

        @Test("A7 a machine that joins gets base before shop, as the order says, with no one acting")
        func baseBeforeShop() async throws {
            try await Story.tell { story in
                try await settle(story)
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.0")
                #expect(order(story) == "base\nshop\n")
                let overlaps = try await story.number(
                    """
                    SELECT count(*) AS n FROM run s JOIN project p ON p.id = s.project_id AND p.name = 'shop'
                    JOIN run b ON b.machine_id = s.machine_id AND b.project_id <> s.project_id
                    WHERE b.finished_at IS NULL OR s.created_at < b.finished_at
                    """
                )
                #expect(overlaps == 0, "shop's run was made after base's had ended")
            }
        }

        @Test("A7 while base fails shop waits and says so; when base is repaired shop follows by itself")
        func baseFails() async throws {
            try await Story.tell { story in
                try await settle(story)
                try story.mark("broken")
                try await story.join("web-1")
                try await story.count(
                    "SELECT count(*) AS n FROM need WHERE verdict = 'retryLater' AND attempts = 1",
                    is: 1
                )
                try await story.machine("web-1", is: .waitingForProject)
                let reason = try await story.explain("web-1").reason
                #expect(reason.hasPrefix("project base comes first: its release 1.0 was begun and did not"))
                #expect(order(story) == "base\n")
                try FileManager.default.removeItem(at: story.folder.appending(path: "broken"))
                try await story.tidemark("machine", "disable", "web-1")
                try await story.tidemark("machine", "enable", "web-1")
                try await story.machine("web-1", has: "1.0")
                #expect(order(story) == "base\nbase\nshop\n")
            }
        }
    }
}
