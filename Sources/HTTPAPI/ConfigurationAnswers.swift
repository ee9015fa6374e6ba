import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird

/// Configuration one by one, with entity tags: read with If-None-Match, written with If-Match or If-None-Match.
struct ConfigurationAnswers: Sendable {
    let api: APIContext

    func show(
        _ kind: ConfigurationKind,
        _ name: String,
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        let found = try await api.store.look(as: context.caller.principal) { tx, seen in
            try ConfigurationRows.find(kind, name, seen: seen, in: tx)
        }
        guard let found else { throw StoreError.notFound(what: kind.words, which: name) }
        let headers: HTTPFields = [.eTag: "\"\(found.tag)\""]
        if let header = request.headers[.ifNoneMatch],
            try header == "*" || EntityTags.read(header, of: "If-None-Match").contains(found.tag)
        {
            return Response(status: .notModified, headers: headers)
        }
        return .json(text: found.text, status: .ok, headers: headers)
    }

    /// The body is the document; `kind` and its names may be left out, since the path says them.
    func put(
        _ kind: ConfigurationKind,
        named names: [String: String],
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        let command = try await Command(request, context)
        let document = try Self.document(kind, names, try JSONBody.object(command.bytes))
        let condition = try ConfigurationCondition(request)
        let name = document.name
        let answer = try await api.store.unitOfWork(
            by: command.caller.principal,
            once: command.key,
            trace: command.trace
        ) { tx, changes in
            // Before the tags are compared: a refusal says how it is.
            try DocumentRights.check([document], in: tx, changes)
            let seen = try changes.seen(in: tx)
            try condition?.check(kind, name, seen: seen, in: tx)
            let action = try ApplyCommand.run([document], in: tx, &changes).applied.first?.action
            // Somebody else's was committed while this one waited to insert its own.
            if condition == .absent, action != "created" {
                try condition?.check(kind, name, seen: seen, in: tx)
            }
            guard let now = try ConfigurationRows.find(kind, name, seen: changes.seen(in: tx), in: tx) else {
                throw StoreError.notFound(what: kind.words, which: name)
            }
            return StoredAnswer(status: action == "created" ? 201 : 200, body: now.text)
        }
        let tag = try ConfigurationState(kind, text: answer.body).tag
        return .json(
            text: answer.body,
            status: HTTPResponse.Status(code: answer.status),
            headers: [.eTag: "\"\(tag)\""]
        )
    }

    private static func document(
        _ kind: ConfigurationKind,
        _ names: [String: String],
        _ body: [String: JSONValue]
    ) throws -> Document {
        let fixed = names.merging(["kind": kind.rawValue]) { $1 }.mapValues(JSONValue.string)
        let other = fixed.filter { body[$0.key] != nil && body[$0.key] != $0.value }.keys.sorted()
        guard other.isEmpty else {
            throw Problem.invalid(
                other.map { Problem.Fault(field: $0, message: "is not what the path says: leave it out") }
            )
        }
        do throws(DocumentFaults) {
            return try DocumentReader.read([.object(body.merging(fixed) { $1 })])[0]
        } catch {
            throw Problem.invalid(
                error.faults.map {
                    let field = $0.field.replacing("documents[0].", with: "")
                    return Problem.Fault(field: field == "documents[0]" ? "body" : field, message: $0.message)
                }
            )
        }
    }
}

/// A list of entity tags in If-Match or If-None-Match.
enum EntityTags {
    /// The strong ones without their quotes; weak ones as they are, which match nothing here.
    static func read(_ header: String, of name: String) throws -> [String] {
        try header.split(separator: ",", omittingEmptySubsequences: false).map { item in
            let tag = String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            let opaque = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
            guard opaque.utf8.count >= 2, opaque.first == "\"", opaque.last == "\"" else {
                throw Problem.badRequest(name, "must be '*' or ETags in quotes, as answers carry them")
            }
            return tag.hasPrefix("W/") ? tag : String(opaque.dropFirst().dropLast())
        }
    }
}

extension ConfigurationCondition {
    /// What the headers of a request ask for; nil: nothing.
    init?(_ request: Request) throws {
        if let header = request.headers[.ifMatch] {
            self = header == "*" ? .exists : .tags(try EntityTags.read(header, of: "If-Match"))
        } else if let header = request.headers[.ifNoneMatch] {
            guard header == "*" else {
                throw Problem.badRequest(
                    "If-None-Match",
                    "can only be '*' here: made only if it is not there yet"
                )
            }
            self = .absent
        } else {
            return nil
        }
    }
}
