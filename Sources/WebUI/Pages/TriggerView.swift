import FleetModel
import FleetStore

/// The trigger editor as it is shown.
struct TriggerView {
    enum Past {
        case known(TriggerPreview)
        case faulty(String)
    }

    static let linesShown = 10

    let frame: Frame
    let projectHref: String
    let address: String
    let saveHref: String
    let deleteHref: String?
    let maySave: Bool
    let takesToSave: String
    let isNew: Bool
    let problem: String?
    let form: TriggerForm
    let groups: [Box]
    let categories: [Box]
    let environments: [Box]
    let matches: String
    let matchNames: String
    let firings: String?
    let fault: String?
    let lines: [Line]
    let notes: [String]
    let moreLines: Int?

    /// One box to tick.
    struct Box {
        let field: String
        let label: String
        let meaning: String?
        let isChosen: Bool
    }

    /// What it would have done for one machine.
    struct Line {
        let machine: String
        let href: String
        let environment: String
        let events: String
        let release: String?
        let badge: Badge
        let reason: String
    }

    init(
        frame: Frame,
        form: TriggerForm,
        isNew: Bool,
        problem: String?,
        environments: [String],
        reach: TriggerReachRows.Reach,
        past: Past
    ) {
        let base = "\(Link.project(form.project))/triggers"
        let own = "\(base)/\(Link.encode(form.name))"
        self.frame = frame
        projectHref = Link.project(form.project)
        address = isNew ? base : own
        saveHref = base
        let isMine = AccessPlace.each(environments: form.environments.sorted(), projects: [form.project])
            .allSatisfy { frame.may(.configure, at: $0) }
        deleteHref = isNew || !isMine ? nil : "\(own)/delete"
        maySave = frame.may(
            .configure,
            at: AccessPlace(environment: .some, project: .named(form.project))
        )
        takesToSave = Words.takes(.configure, "for \(form.project)")
        self.isNew = isNew
        self.problem = problem
        self.form = form
        groups = EventGroup.firingTriggers.map { group in
            Box(
                field: TriggerForm.event + group.rawValue,
                label: group.rawValue,
                meaning: group.categories.map(\.rawValue).sorted().joined(separator: ", "),
                isChosen: form.events.contains(group.rawValue)
            )
        }
        categories = EventCategory.firingTriggers.map { category in
            Box(
                field: TriggerForm.event + category.rawValue,
                label: category.rawValue,
                meaning: nil,
                isChosen: form.events.contains(category.rawValue)
            )
        }
        let known = environments + form.environments.subtracting(environments).sorted()
        self.environments = known.map {
            Box(
                field: TriggerForm.environment + $0,
                label: $0,
                meaning: nil,
                isChosen: form.environments.contains($0)
            )
        }
        matches = Words.count(reach.machines, "machine")
        let more = reach.machines > reach.names.count ? ", …" : ""
        matchNames = reach.names.joined(separator: ", ") + more
        let outcome: TriggerPreview.Outcome?
        switch past {
        case .known(let preview):
            outcome = preview.triggers.first
            fault = nil
            notes = preview.notes
        case .faulty(let text):
            outcome = nil
            fault = text
            notes = []
        }
        firings = outcome.map {
            "\(Words.count($0.matches, "time")), for \(Words.count($0.machineCount, "machine"))"
        }
        lines = (outcome?.machines ?? []).prefix(Self.linesShown).map(Line.init)
        moreLines = outcome.flatMap {
            $0.machineCount > Self.linesShown ? $0.machineCount - Self.linesShown : nil
        }
    }
}

extension TriggerView.Line {
    init(_ line: TriggerPreview.Line) {
        machine = line.machine
        href = Link.machine(line.machine)
        environment = line.environment
        events = Words.count(line.events, "event")
        release = line.release
        badge = Badge(verdict: line.verdict)
        reason = line.reason
    }
}
