import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import WebUI

@Suite(.migratedSchema)
struct PageTests {
    private static let paths = [
        "/", "/machines", "/machines/web-1", "/environments", "/environments/production", "/projects",
        "/projects/shop", "/projects/shop/triggers", "/policies", "/policies/default", "/freezes",
        "/webhooks",
        "/deployments",
        "/events",
        "/decisions", "/cluster", "/join", "/people", "/keys", "/account",
    ]

    @Test("Every page answers on an empty installation, and every answer is kept to itself")
    func empty() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            let door = try await browser.get("/sign-in")
            try await browser.signIn(fixture.key.text)
            var pages = [door]
            for path in Self.paths where !["web-1", "shop", "production"].contains(where: path.contains) {
                let page = try await browser.get(path)
                #expect(page.status == 200, "\(path)")
                pages.append(page)
            }
            pages.append(try await browser.get("/machines/web-1"))
            #expect(pages.last?.status == 404)
            pages.append(try await browser.get("/assets/tidemark.css"))
            for page in pages {
                let policy = page.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; script-src 'self'"))
                #expect(!policy.contains("unsafe"))
                #expect(page.headers[.xContentTypeOptions] == "nosniff")
            }
        }
    }

    @Test(
        "No page has a script or a style of its own, nor fetches anything from elsewhere, nor puts text in unescaped"
    )
    func templates() {
        for file in EmbeddedWeb.files where file.name.hasSuffix(".mustache") {
            #expect(!file.text.contains("{{{") && !file.text.contains("{{&"), "\(file.name)")
            #expect(!file.text.contains(" style=") && !file.text.contains("<style"), "\(file.name)")
            #expect(file.text.firstMatch(of: /\son[a-z]+=/) == nil, "\(file.name)")
            #expect(file.text.firstMatch(of: /(src|href|action)="(https?:)?\/\//) == nil, "\(file.name)")
            #expect(file.text.firstMatch(of: /<script(?! src="\/assets\/)/) == nil, "\(file.name)")
        }
    }

    static let known: [(path: String, facts: [String])] = [
        ("/", ["4 machines", "shop 1.0 ◐ deploying", "1 of 3", "deployment"]),
        ("/machines", ["web-1 production web ✓ healthy", "is 1.1", "db-1 staging db – unknown disabled"]),
        ("/machines?q=eb-2", ["web-2"]),
        ("/machines/web-2", ["should be 1.0", "is 1.1", "Every rule", "follows default", "host&lt;b&gt;"]),
        (
            "/environments",
            ["production – static ✕ 1 not healthy 2 of 3 available 1 1 the real one", "staging"]
        ),
        ("/projects", ["mail none yet", "shop 1.1"]),
        (
            "/projects/shop",
            [
                "arrivals ✓ enabled MachineAvailableForDeployment", "every environment", "1 machine",
                "install script; web",
            ]
        ),
        (
            "/deployments",
            [
                "automatic ◐ running shop 1.0 production 0 of 1",
                "rollout ✕ failed shop 1.1 production 2 of 2 ✕ 1 failed",
            ]
        ),
        ("/events", ["MachineHealthy machine web-3 was found Healthy web-3 shop"]),
        ("/decisions", ["web-3 shop 1.0 ◐ deploying it lacks the release deployment"]),
        ("/cluster", ["node-a this one ✓ ready 0.1 10.0.0.1:8080", "nobody leads"]),
        ("/join", ["Let a machine join", "db-1 in staging"]),
    ]

    @Test("Each page shows what is known of the fleet", arguments: known)
    func facts(_ path: String, _ facts: [String]) async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let page = try await browser.get(path)
            #expect(page.status == 200)
            for fact in facts { #expect(page.words.contains(fact), "\(fact) in \(page.words)") }
        }
    }

    @Test("A deployment shows what went wrong first, the log of that step, and the events that led to it")
    func deployment() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        let rows = try await fixture.store.database.query("SELECT id, state FROM deployment ORDER BY id")
        let ids = try Dictionary(
            uniqueKeysWithValues: rows.map { row -> (String, Int64) in (try row["state"], try row["id"]) }
        )
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let failed = try await browser.get("/deployments/\(ids["failed"] ?? 0)")
            #expect(
                failed.words.contains(
                    "What went wrong ✕ failed web-1 in install : exit code 7: &lt;i&gt;disk full&lt;/i&gt;"
                )
            )
            #expect(failed.text.contains("role=\"log\""))
            #expect(failed.text.contains("line &lt;script&gt;one\nend\n"))
            #expect(failed.text.contains("offset=22\""))
            #expect(!failed.text.contains("Cancel this deployment"))
            let running = try await browser.get("/deployments/\(ids["running"] ?? 0)")
            #expect(running.words.contains("The events that led to it"))
            #expect(running.words.contains("machine web-3 was found Healthy"))
            #expect(running.text.contains("Cancel this deployment"))
            let whole = try await browser.get(
                "/deployments/\(ids["failed"] ?? 0)/log?machine=web-1&step=install"
            )
            #expect(whole.text == "line <script>one\nend\n\t")
            #expect(whole.headers[.contentType] == "text/plain; charset=utf-8")
        }
    }

    @Test(
        "A machine that is named, and says of itself, what a browser could take for a script is shown as text"
    )
    func escaped() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        // The schema refuses such a name; pages do not rely on it.
        _ = try await fixture.store.database.query("ALTER TABLE machine DROP CONSTRAINT machine_name_check")
        let evil = #"<script>alert(1)</script>"'&"#
        _ = try await fixture.store.database.query(
            """
            UPDATE machine SET name = \(evil), facts = jsonb_build_object(\(evil)::text, \(evil)::text), roles = ARRAY[\(evil)::text, 'web']
            WHERE name = 'web-1'
            """
        )
        _ = try await fixture.store.database.query("UPDATE environment SET description = \(evil)")
        _ = try await fixture.store.database.query(
            "UPDATE deployment SET reason = \(evil), requested_by = \(evil)"
        )
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let id: Int64 = try await fixture.store.database.query("SELECT max(id) AS id FROM deployment")[0][
                "id"
            ]
            let query = Link.encode(evil)
            for path in [
                "/", "/?q=\(query)", "/machines", "/machines?q=\(query)&role=\(query)&verdict=\(query)",
                "/machines/\(query)",
                "/environments", "/deployments", "/deployments/\(id)", "/events?category=\(query)",
                "/events?machine=\(query)", "/decisions?machine=\(query)", "/join", "/sign-in?next=/\(query)",
                "/projects/\(query)", "/deployments/\(query)", "/events?machine=\(query)x",
            ] {
                let page = try await browser.get(path)
                #expect(!page.text.contains("<script>alert"), "\(path)")
                #expect(!page.text.contains("\"'&\""), "\(path)")
            }
            let page = try await browser.get("/machines/\(query)")
            #expect(page.status == 200)
            #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        }
    }

    @Test("Projects that have no step for a machine's roles are named on its page, and no more")
    func projectsForOthers() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        _ = try await fixture.store.database.query(
            """
            INSERT INTO environment_release (environment_id, project_id, release_id, deployment_id)
            SELECT m.environment_id, er.project_id, er.release_id, er.deployment_id
            FROM environment_release er, machine m WHERE m.name = 'db-1'
            """
        )
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let page = try await browser.get("/machines/db-1")
            #expect(page.text.contains("<summary>1 project without a step for its roles</summary>"))
            #expect(page.text.contains(#"<p><a href="/projects/shop">shop</a> </p>"#))
            #expect(!page.text.contains(#"<h3><a href="/projects/shop">"#))
            let web = try await browser.get("/machines/web-1")
            #expect(!web.text.contains("without a step"))
            #expect(web.text.contains(#"<h3><a href="/projects/shop">"#))
        }
    }

    @Test("A list goes on where its page ended, and its address says all of it")
    func paged() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        _ = try await fixture.store.database.query(
            """
            INSERT INTO machine (name, environment_id, roles, public_key)
            SELECT 'lab-' || lpad(n::text, 3, '0'), e.id, '{lab}', decode(md5(n::text) || md5('y' || n), 'hex')
            FROM generate_series(1, 120) n, environment e WHERE e.name = 'staging'
            """
        )
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            var path: String? = "/machines?role=lab"
            var names: [String] = []
            while let next = path, names.count < 500 {
                let page = try await browser.get(next)
                names += page.text.matches(of: /href="\/machines\/(lab-[0-9]+)"/).map { String($0.1) }
                path = page.text.firstMatch(of: /rel="next" href="([^"]+)"/).map {
                    String($0.1).replacing("&amp;", with: "&")
                }
            }
            #expect(names.count == 120)
            #expect(Set(names).count == 120)
            #expect(names == names.sorted())
        }
    }

    @Test(
        "The join page makes a token and shows the line for the machine, once; a mistake is said beside the form"
    )
    func join() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let token = try await browser.get("/join").formToken
            let fields = [("token_of_form", token), ("environment", "production"), ("lifetime", "3600")]
            let wrong = try await browser.post("/join", fields + [("roles", "a b a")])
            #expect(wrong.status == 422)
            #expect(wrong.words.contains("roles: name a role twice"))
            #expect(
                try await browser.post("/join", fields + [("roles", "web"), ("uses", "many")]).status == 422
            )
            let made = try await browser.post("/join", fields + [("roles", "web, edge"), ("uses", "3")])
            #expect(made.status == 200)
            #expect(
                made.text.firstMatch(of: #/tidemark-agent join --url http[^ ]+ --token tmj_[0-9A-Za-z]{49}/#)
                    != nil
            )
            #expect(
                try await fixture.count(
                    "SELECT count(*) AS count FROM join_token WHERE uses_left = 3 AND created_by = 'key:ada'"
                ) == 1
            )
        }
    }

    @Test("Style and script are kept by the browser until they change")
    func assets() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            let first = try await browser.get("/assets/tidemark.js")
            #expect(first.headers[.contentType] == "text/javascript; charset=utf-8")
            let tag = first.headers[.eTag] ?? ""
            #expect(try await browser.get("/assets/tidemark.js", headers: [.ifNoneMatch: tag]).status == 304)
            #expect(try await browser.get("/assets/layout.mustache").status == 404)
        }
    }
}
