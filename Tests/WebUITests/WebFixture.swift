import Cluster
import Crypto
import FleetModel
import FleetStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Postgres
import TestSupport

@testable import HTTPAPI
@testable import WebUI

/// A node's pages on the database of the running test, through the real router.
struct WebFixture: Sendable {
    let store: Store
    let key: SecretToken
    let api: APIContext
    private let server: APIServer

    /// Of another `node` on the same database, the key has its name.
    init(
        node: String = "node-a",
        provider: ProviderDoor? = nil,
        limits: RateLimits = RateLimits(),
        secretKeys: SecretKeyRing? = nil
    ) async throws {
        store = Store(database: try TestDatabase.current.database, node: node)
        key = try await store.createAPIKey(name: node == "node-a" ? "ada" : node, by: "test")
        let status = NodeStatus()
        status.databaseAnswered(nil)
        status.enter(.ready)
        api = APIContext(
            store: store,
            status: status,
            work: WorkSignals(),
            cluster: ClusterSignals(),
            presence: PresenceBatch(),
            pollSeconds: 1,
            limits: limits,
            hasher: PasswordHasher(cost: .least),
            secretKeys: secretKeys,
            metrics: { MetricsSnapshot() }
        )
        let web = try WebUI(api: api, provider: provider)
        server = APIServer(api, pages: { web.routes }, host: "127.0.0.1", port: 0, logger: .quiet)
    }

    func run(_ body: @escaping @Sendable (Browser) async throws -> Void) async throws {
        try await server.application.test(.router) { client in try await body(Browser(client: client)) }
    }

    /// Runs `body` with a browser that is signed in on the sample fleet with a key that may do everything, and the token of its
    /// forms.
    static func signedIn(
        _ body: @escaping @Sendable (WebFixture, Browser, String) async throws -> Void
    ) async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            try await body(fixture, browser, try await browser.get("/join").formToken)
        }
    }

    func count(_ sql: SQL) async throws -> Int {
        try await store.database.query(sql)[0]["count"]
    }

    func events(_ category: EventCategory) async throws -> Int {
        try await count("SELECT count(*) AS count FROM event WHERE category = \(category)")
    }

    /// Two environments, two projects, four machines in every sort of state, one deployment that failed and one under way.
    func sampleFleet() async throws {
        _ = try await store.read { tx in
            try tx.run(Self.sample)
        }
    }

    private static let sample: SQL = """
        WITH e AS (
            INSERT INTO environment (name, description) VALUES ('production', 'the real one'), ('staging', 'to try')
            RETURNING id, name
        ), p AS (
            INSERT INTO project (name, description, process)
            VALUES ('shop', 'sells', '[{"name":"install","script":"echo hello","roles":["web"]}]'),
                   ('mail', 'sends', '[{"name":"send","script":"true","roles":["mail"]}]')
            RETURNING id, name, process
        ), r AS (
            INSERT INTO release (project_id, version, process, variables, created_by)
            SELECT p.id, v.version, p.process, '{}', 'key:ada' FROM p, (VALUES ('1.0'), ('1.1')) v(version)
            WHERE p.name = 'shop' RETURNING id, project_id, version
        ), m AS (
            INSERT INTO machine (name, environment_id, roles, health, public_key, facts, enabled)
            SELECT v.name, e.id, v.roles::text[], v.health, decode(md5(v.name) || md5('x' || v.name), 'hex'),
                   '{"hostName": "host<b>"}', v.enabled
            FROM (VALUES ('web-1', 'production', '{web}', 'Healthy', true), ('web-2', 'production', '{web}', 'Healthy', true),
                         ('web-3', 'production', '{web}', 'Unavailable', true), ('db-1', 'staging', '{db}', 'Unknown', false))
                 v(name, environment, roles, health, enabled)
            JOIN e ON e.name = v.environment
            RETURNING id, name, environment_id
        ), d AS (
            INSERT INTO deployment (project_id, release_id, environment_id, kind, state, reason, requested_by, finished_at)
            SELECT r.project_id, r.id, e.id, v.kind, v.state, v.reason, 'key:ada', CASE WHEN v.state = 'running' THEN NULL ELSE now() END
            FROM (VALUES ('1.0', 'rollout', 'succeeded', 'all is well'), ('1.1', 'rollout', 'failed', 'it did not work'),
                         ('1.0', 'automatic', 'running', 'web-3 arrived')) v(version, kind, state, reason)
            JOIN r ON r.version = v.version JOIN e ON e.name = 'production'
            RETURNING id, project_id, release_id, environment_id, kind, state
        ), er AS (
            INSERT INTO environment_release (environment_id, project_id, release_id, deployment_id)
            SELECT environment_id, project_id, release_id, id FROM d WHERE state = 'succeeded' RETURNING 1
        ), t AS (
            INSERT INTO project_trigger (project_id, name, event_groups)
            SELECT p.id, 'arrivals', '{MachineAvailableForDeployment}' FROM p WHERE p.name = 'shop' RETURNING id, project_id
        ), ev AS (
            INSERT INTO event (category, machine_id, project_id, deployment_id, actor, node, message)
            SELECT 'MachineHealthy', m.id, d.project_id, NULL, 'machine:web-3', 'node-a', 'machine web-3 was found Healthy'
            FROM m, d WHERE m.name = 'web-3' AND d.state = 'running' RETURNING id, machine_id
        ), dec AS (
            INSERT INTO decision (event_id, trigger_id, machine_id, project_id, deployment_id, release_id, kind, verdict, reason, term, node)
            SELECT ev.id, t.id, ev.machine_id, t.project_id, d.id, d.release_id, 'plan', 'deploying', 'it lacks the release', 3, 'node-a'
            FROM ev, t, d WHERE d.state = 'running' RETURNING 1
        ), run AS (
            INSERT INTO run (deployment_id, machine_id, project_id, release_id, state, reason, finished_at)
            SELECT d.id, m.id, d.project_id, d.release_id, v.state, v.reason, CASE WHEN v.state = 'pending' THEN NULL ELSE now() END
            FROM (VALUES ('succeeded', 'web-1', 'succeeded', ''), ('succeeded', 'web-2', 'succeeded', ''),
                         ('failed', 'web-1', 'failed', 'step install failed'), ('failed', 'web-2', 'succeeded', ''),
                         ('running', 'web-3', 'pending', '')) v(deployment, machine, state, reason)
            JOIN d ON d.state = v.deployment JOIN m ON m.name = v.machine
            RETURNING id, deployment_id, machine_id, state
        ), s AS (
            INSERT INTO step_run (run_id, deployment_id, machine_id, step_index, step_name, state, message, log_bytes, finished_at)
            SELECT run.id, run.deployment_id, run.machine_id, 0, 'install', run.state,
                   CASE WHEN run.state = 'failed' THEN 'exit code 7: <i>disk full</i>' ELSE '' END,
                   CASE WHEN run.state = 'failed' THEN 22 ELSE 0 END, CASE WHEN run.state = 'pending' THEN NULL ELSE now() END
            FROM run RETURNING id, state
        ), l AS (
            INSERT INTO log_chunk (step_run_id, log_offset, data)
            SELECT id, 0, convert_to(E'line <script>one\\nend\\n\\t', 'UTF8') FROM s WHERE state = 'failed' RETURNING 1
        ), n AS (
            INSERT INTO node (name, version, address, pid, state) VALUES ('node-a', '0.1', '10.0.0.1:8080', 7, 'ready') RETURNING 1
        )
        INSERT INTO machine_release (machine_id, project_id, actual_release_id)
        SELECT m.id, r.project_id, r.id FROM m, r WHERE (m.name, r.version) IN (('web-1', '1.0'), ('web-2', '1.1'))
        """
}

/// A browser that keeps cookies and follows nothing by itself.
final class Browser: Sendable {
    struct Page: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String

        var location: String? { headers[.location] }

        /// The token of the first form in the page.
        var formToken: String {
            text.firstMatch(of: /name="token_of_form" value="([0-9a-f]+)"/).map { String($0.1) } ?? ""
        }

        /// What a reader sees: no tags, white space as one blank.
        var words: String {
            text.replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    private let client: any TestClientProtocol
    private let jar = Jar()

    init(client: any TestClientProtocol) {
        self.client = client
    }

    /// Another browser at the same pages, with cookies of its own.
    func another() -> Browser { Browser(client: client) }

    private actor Jar {
        private(set) var cookies: [String: String] = [:]

        func keep(_ header: String) {
            let pair = header.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = pair.first else { return }
            cookies[name] = header.contains("Max-Age=0") ? nil : (pair.count > 1 ? pair[1] : "")
        }
    }

    var cookies: [String: String] {
        get async { await jar.cookies }
    }

    /// The same browser, before another node.
    func take(from other: Browser) async {
        for (name, value) in await other.cookies { await jar.keep("\(name)=\(value)") }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields = [:],
        form: [(String, String)]? = nil
    ) async throws -> Page {
        var headers = headers
        let cookies = await jar.cookies
        if !cookies.isEmpty {
            headers[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        }
        if form != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let body = form.map { $0.map { "\($0)=\(Link.encode($1))" }.joined(separator: "&") }
        let answer = try await client.executeRequest(
            uri: path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) }
        )
        for header in answer.headers[values: .setCookie] { await jar.keep(header) }
        return Page(status: answer.status.code, headers: answer.headers, text: String(buffer: answer.body))
    }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Page {
        try await send(.get, path, headers: headers)
    }

    func post(_ path: String, _ form: [(String, String)], headers: HTTPFields = [:]) async throws -> Page {
        try await send(.post, path, headers: headers, form: form)
    }

    @discardableResult
    func signIn(_ key: String, next: String = "/", headers: HTTPFields = [:]) async throws -> Page {
        let page = try await get("/sign-in", headers: headers)
        return try await post(
            "/sign-in",
            [("key", key), ("next", next), ("token_of_form", page.formToken)],
            headers: headers
        )
    }
}
