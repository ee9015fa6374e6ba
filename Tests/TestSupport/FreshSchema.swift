import FleetStore
import Postgres
package import Testing

/// Gives each test a schema of its own; `TestDatabase.current` is the way to it.
package struct FreshSchema: TestTrait, SuiteTrait, TestScoping {
    let isMigrated: Bool

    /// A suite passes the trait on to its tests.
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestDatabase.with { current in
            guard isMigrated else { return }
            try await Schema.migrator().migrate(current.configuration, by: "test", logger: .quiet)
        } _: {
            try await function()
        }
    }
}

extension Trait where Self == FreshSchema {
    /// An empty schema.
    package static var freshSchema: Self { FreshSchema(isMigrated: false) }

    /// A schema with all migrations of `sql/` applied.
    package static var migratedSchema: Self { FreshSchema(isMigrated: true) }
}
