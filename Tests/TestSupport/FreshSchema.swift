package import Testing

/// Gives each test a database of its own with one schema; `TestDatabase.current` is the way to it.
package struct FreshSchema: TestTrait, SuiteTrait, TestScoping {
    let template: TestTemplate

    /// A suite passes the trait on to its tests.
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestDatabase.with(template) { try await function() }
    }
}

extension Trait where Self == FreshSchema {
    /// An empty schema.
    package static var freshSchema: Self { FreshSchema(template: .empty) }

    /// A schema with all migrations of `sql/` applied.
    package static var migratedSchema: Self { FreshSchema(template: .migrated) }
}
