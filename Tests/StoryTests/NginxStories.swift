import Foundation
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(1)))
    struct NginxStories {
        @Test(
            "A node is reached through nginx, over TLS, with the configuration that installations start from",
            .enabled(
                if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx"),
                "needs the package nginx"
            )
        )
        func reached() async throws {
            try await Story.tell { story in
                let port = try FreePort.find()
                let node = String(try await story.url(of: "node-1").dropFirst("http://".count))
                let nginx = try Nginx(in: story.folder, port: port, node: node)
                defer { nginx.stop() }
                try await eventually("nginx answers for the node") {
                    try nginx.ask("/readyz") == "200"
                }
                #expect(try nginx.ask("/api/v1/machines") == "401")
            }
        }
    }
}

/// nginx as `deploy/nginx.conf` has it, with one node, and a port and a certificate of its own.
private struct Nginx {
    private let folder: URL
    private let port: Int

    init(in folder: URL, port: Int, node: String) throws {
        self.folder = folder
        self.port = port
        let path = folder.path
        try PrivatePostgres.shell(
            """
            openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=tidemark -keyout '\(path)/key' -out '\(path)/certificate' 2>&1
            """
        )
        var site = try String(
            contentsOf: PrivatePostgres.root.appending(path: "deploy/nginx.conf"),
            encoding: .utf8
        )
        for (installed, here) in [
            ("10.0.0.11:8080", node), ("listen 443 ", "listen 127.0.0.1:\(port) "),
            ("/etc/nginx/tidemark.crt", "\(path)/certificate"), ("/etc/nginx/tidemark.key", "\(path)/key"),
        ] {
            #expect(site.contains(installed))
            site = site.replacing(installed, with: here)
        }
        let others = site.split(separator: "\n").filter { !$0.contains("server 10.0.0.1") }
        try others.joined(separator: "\n").write(
            to: folder.appending(path: "site.conf"),
            atomically: true,
            encoding: .utf8
        )
        try """
        pid \(path)/nginx.pid;
        error_log \(path)/nginx.log;
        events {}
        http {
            access_log off;
            client_body_temp_path \(path)/body;
            proxy_temp_path \(path)/proxy;
            fastcgi_temp_path \(path)/fastcgi;
            uwsgi_temp_path \(path)/uwsgi;
            scgi_temp_path \(path)/scgi;
            include \(path)/site.conf;
        }
        """.write(to: folder.appending(path: "nginx.conf"), atomically: true, encoding: .utf8)
        try PrivatePostgres.shell("/usr/sbin/nginx -c '\(path)/nginx.conf' -e '\(path)/nginx.log' 2>&1")
    }

    /// The status of the answer.
    func ask(_ path: String) throws -> String {
        try PrivatePostgres.shell(
            "curl -sk -o /dev/null -w '%{http_code}' 'https://127.0.0.1:\(port)\(path)' || true"
        )
    }

    func stop() {
        _ = try? PrivatePostgres.shell("kill $(cat '\(folder.path)/nginx.pid')")
    }
}
