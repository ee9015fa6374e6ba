import Testing

@testable import HTTPAPI

struct RequestMetricsTests {
    @Test("Answers are counted by route and status; what is held has no time, and what is nowhere no name")
    func counts() {
        let metrics = RequestMetrics()
        metrics.answered("GET", "/api/v1/machines", status: 200, seconds: 0.003)
        metrics.answered("GET", "/api/v1/machines", status: 200, seconds: 0.3)
        metrics.answered("POST", "/agent/v1/poll", status: 204, seconds: nil)
        for word in ["DELETE", "BREW", "X"] { metrics.answered(word, nil, status: 404, seconds: 0.001) }
        let text = PrometheusText.write(MetricsSnapshot(families: metrics.families))
        for line in [
            #"tidemark_http_requests_total{method="GET",route="/api/v1/machines",status="200"} 2"#,
            #"tidemark_http_requests_total{method="POST",route="/agent/v1/poll",status="204"} 1"#,
            #"tidemark_http_requests_total{method="any",route="none",status="404"} 3"#,
            #"tidemark_http_request_seconds_bucket{le="0.005"} 4"#, "tidemark_http_request_seconds_count 5",
        ] { #expect(text.contains(line + "\n"), "\(line) in \(text)") }
    }
}
