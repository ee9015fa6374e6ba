import ArgumentParser
import Cluster
import FleetStore
import Foundation
import NIOCore
import Postgres

/// The published exit codes, after sysexits.h; ArgumentParser itself ends with 64 on wrong usage.
enum Exit: Int32 {
    case databaseUnavailable = 69
    case innerFault = 70
    case addressInUse = 71
    case tryLater = 75
    case configuration = 78

    /// Runs a command; an error becomes one clear line on stderr and the code that stands for it.
    static func explaining(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ExitCode {
            throw error
        } catch {
            let (code, text) = explain(error)
            FileHandle.standardError.write(Data("tidemarkd: \(text)\n".utf8))
            throw ExitCode(code.rawValue)
        }
    }

    static func explain(_ error: any Error) -> (code: Exit, text: String) {
        switch error {
        case let error as SettingsError: (.configuration, error.description)
        case let error as MigrationError: (code(of: error), error.description)
        case let error as StartCheckFailure: (.configuration, error.description)
        case let error as StoreError: (.configuration, error.description)
        case let error as SecretsUnavailable: (.configuration, error.description)
        case let error as PostgresError where error.kind == .invalidConfiguration:
            (.configuration, error.message)
        case let error as PostgresError where error.isRetryable || error.kind == .commitUnknown:
            (.databaseUnavailable, "the database cannot be used: \(error)")
        case let error as PostgresError: (.innerFault, "the database refused: \(error)")
        case let error as AddressInUse: (.addressInUse, error.description)
        default: (.innerFault, "\(error)")
        }
    }

    private static func code(of error: MigrationError) -> Exit {
        switch error {
        case .lockTimeout: .tryLater
        case .databaseIsNewer, .gap, .changed: .configuration
        case .badFileName, .endsTransaction, .badNumbering: .innerFault
        }
    }
}

/// Somebody listens there already.
struct AddressInUse: Error, CustomStringConvertible {
    let address: ListenAddress

    /// nil when the error says something else.
    init?(_ error: any Error, address: ListenAddress) {
        guard let error = error as? IOError, error.errnoCode == EADDRINUSE else { return nil }
        self.address = address
    }

    var description: String {
        "\(address) is in use: stop what listens there, or choose another address with --listen or TIDEMARK_LISTEN"
    }
}
