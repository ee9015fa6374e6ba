import ArgumentParser
import FleetClient
import FleetModel
import Foundation

/// `apply --prune`: what is not in the files any more goes, too, of the kinds that are named.
struct PruneOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Delete what the files do not have of this kind: environment, machine-policy, freeze or trigger. May be repeated.",
            valueName: "kind"
        )
    )
    var prune: [PrunedKind] = []

    @Flag(help: "Delete without asking.") var yes = false

    @Flag(help: "Even if more than half of a kind would be deleted.") var pruneMost = false
}

/// A kind whose things can be deleted because no file has them. Projects have a history, and are not among them.
enum PrunedKind: String, CaseIterable, ExpressibleByArgument, Sendable {
    // In the order in which they can be deleted.
    case trigger, freeze
    case machinePolicy = "machine-policy"
    case environment

    /// As documents call it.
    var kind: String {
        switch self {
        case .trigger: "Trigger"
        case .freeze: "Freeze"
        case .machinePolicy: "MachinePolicy"
        case .environment: "Environment"
        }
    }
}

/// What would be deleted, and what holds that back.
struct Pruning: Equatable, Sendable {
    struct Item: Equatable, Sendable {
        let kind: PrunedKind
        let name: String
        let path: String
    }

    let items: [Item]
    let refusal: Failure?

    /// - Parameters:
    ///   - there: everything that there is of each kind.
    ///   - kept: what the files have, as `Kind/name`.
    init(
        there: [(kind: PrunedKind, items: [Item])],
        kept: Set<String>,
        allowsMost: Bool
    ) {
        var gone: [Item] = []
        var tooMany: [String] = []
        for (kind, items) in there {
            let unknown = items.filter { !kept.contains("\(kind.kind)/\($0.name)") }
            gone += unknown
            if unknown.count * 2 > items.count {
                tooMany.append("\(unknown.count) of \(items.count) of kind \(kind.rawValue)")
            }
        }
        items = gone
        refusal =
            tooMany.isEmpty || allowsMost
            ? nil
            : Failure(
                .refused,
                "--prune would delete more than half: \(tooMany.joined(separator: ", "))",
                details: [
                    "is a file missing? Nothing was changed; --prune-most does it all the same",
                    gone.map { "\($0.kind.kind)/\($0.name)" }.joined(separator: ", "),
                ]
            )
    }
}

extension Pruning {
    private struct Named: Codable, Sendable {
        let name: String
        let project: String?
        let ephemeral: JSONValue?
    }

    /// Looks at what there is. What makes itself and ends itself, as ephemeral environments do, and the policy
    /// `default` are nobody's document.
    static func plan(
        _ options: PruneOptions,
        keeping applied: [APIV1.Applied],
        in session: Session
    ) async throws -> Pruning {
        var there: [(kind: PrunedKind, items: [Item])] = []
        for kind in PrunedKind.allCases where options.prune.contains(kind) {
            let list: APIV1.Page<Named> = try await session.list(
                APIPath.of(kind == .machinePolicy ? "machine-policies" : kind.rawValue + "s"),
                limit: ListOptions.most
            )
            let items = list.items.compactMap { found -> Item? in
                switch kind {
                case .environment where found.ephemeral != nil: return nil
                case .machinePolicy where found.name == MachinePolicy.defaultName: return nil
                case .trigger:
                    let project = found.project ?? ""
                    return Item(
                        kind: kind,
                        name: "\(project)/\(found.name)",
                        path: APIPath.of("triggers", project, found.name)
                    )
                case .environment:
                    return Item(kind: kind, name: found.name, path: APIPath.of("environments", found.name))
                case .machinePolicy:
                    return Item(
                        kind: kind,
                        name: found.name,
                        path: APIPath.of("machine-policies", found.name)
                    )
                case .freeze:
                    return Item(kind: kind, name: found.name, path: APIPath.of("freezes", found.name))
                }
            }
            there.append((kind, items))
        }
        let kept = Set(applied.map { "\($0.kind)/\($0.name)" })
        return Pruning(there: there, kept: kept, allowsMost: options.pruneMost)
    }

    /// Shows the list and asks; refuses where nobody can answer.
    func confirm(_ options: PruneOptions, in session: Session) throws {
        if let refusal { throw refusal }
        guard !items.isEmpty, !options.yes else { return }
        session.printer.say("these are in no file and would be deleted:")
        for item in items { session.printer.say("  \(item.kind.kind)/\(item.name)") }
        guard isatty(STDIN_FILENO) == 1, session.printer.terminal.isInteractive else {
            throw Failure(
                .refused,
                "--prune would delete \(items.count) things, and nobody is here to be asked",
                details: ["nothing was changed; pass --yes when the list is right"]
            )
        }
        session.printer.say("Delete them? Type yes:")
        guard readLine(strippingNewline: true) == "yes" else {
            throw Failure(.refused, "nothing was changed")
        }
    }

    func carryOut(in session: Session) async throws {
        for item in items {
            try await session.client.delete(item.path)
            session.printer.say("\(item.kind.kind)/\(item.name) deleted")
        }
    }
}
