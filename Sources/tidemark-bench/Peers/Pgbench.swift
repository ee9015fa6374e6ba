import Postgres
import Proof

/// Transactions a second, as PostgreSQL's own pgbench counts them.
struct Pgbench {
    static let clients = 8

    let stage: Stage
    let postgres: PrivatePostgres

    /// Runs the transaction in the file again and again, over several sessions at once. Statements are sent as Tidemark
    /// sends them: parsed anew each time, values apart.
    func rate(of script: String, seconds: Int) async throws -> Double {
        let output = try await Tool.run(
            "pgbench",
            "--no-vacuum",
            "--protocol=extended",
            "--client=\(Self.clients)",
            "--jobs=2",
            "--time=\(seconds)",
            "--file=\(script)",
            postgres.conninfo
        )
        for line in output.split(separator: "\n") where line.hasPrefix("tps = ") {
            if let rate = line.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) {
                return rate
            }
        }
        throw ProofError("pgbench said nothing of its rate: \(output)")
    }
}
