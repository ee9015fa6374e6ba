import FleetModel
import FleetRules

/// Deployments of a few projects that share machines, with agents that answer as the seed says.
struct FleetSimulation {
    struct Place {
        var project: Int
        /// The machine of each run.
        var machines: [Int]
        var facts: DeploymentFacts
    }

    private(set) var random: SplitMix64
    private(set) var accepting: [Bool]
    /// Older first.
    private(set) var deployments: [Place] = []
    /// What went against a rule, in words.
    private(set) var violations: [String] = []
    /// Its steps never succeed.
    let badMachine: Int?
    private var nextID: Int64 = 0

    init(seed: UInt64, badMachine: Int? = nil) {
        random = SplitMix64(seed: seed)
        accepting = Array(repeating: true, count: random.number(1...6))
        self.badMachine = badMachine
    }

    mutating func addDeployment() {
        let stepCount = random.number(1...3)
        let idempotent = (0..<stepCount).map { _ in random.chance(50) }
        let retries = (0..<stepCount).map { _ in random.chance(30) ? random.number(1...2) : 0 }
        let conditions = (0..<stepCount).map { index in
            index > 0 && random.chance(30) ? (random.chance(50) ? Step.RunWhen.failure : .always) : .success
        }
        let machines = accepting.indices.filter { _ in random.chance(70) }
        let kinds: [DeploymentKind] = [.rollout, .selected, .automatic]
        let runs = machines.map { _ in
            let indices = (0..<stepCount).filter { _ in random.chance(85) }
            return DeploymentFacts.RunFacts(
                id: ID(id()),
                state: .pending,
                steps: indices.map {
                    .init(
                        id: ID(id()),
                        index: $0,
                        state: .pending,
                        idempotent: idempotent[$0],
                        retries: retries[$0],
                        runWhen: conditions[$0]
                    )
                }
            )
        }
        let facts = DeploymentFacts(
            kind: kinds[random.number(0...2)],
            maxParallel: (0..<stepCount).map { _ in random.chance(50) ? random.number(1...3) : nil },
            settings: DeploymentSettings(
                unavailableTargets: random.chance(50) ? .skip : .fail,
                minimumHealthy: badMachine == nil && random.chance(30) ? random.number(1...100) : nil
            ),
            gates: random.chance(30) ? [gate(at: random.number(0...stepCount))] : [],
            runs: runs
        )
        deployments.append(Place(project: random.number(1...2), machines: machines, facts: facts))
    }

    /// Steps of machines may have the same index: where it stands among them is all that counts.
    private mutating func gate(at index: Int) -> DeploymentFacts.GateFacts {
        let choices: [Step.OnAutomatic] = [.run, .skip, .approve]
        return DeploymentFacts.GateFacts(
            index: index,
            name: "gate",
            action: random.chance(70) ? .approval : .healthCheck(includeNew: false),
            onAutomatic: choices[random.number(0...2)]
        )
    }

    /// A person answers an approval that waits.
    private mutating func decide(_ index: Int, _ state: GateState) {
        for gate in deployments[index].facts.gates.indices
        where deployments[index].facts.gates[gate].state == .waiting {
            deployments[index].facts.gates[gate].state = state
        }
    }

    private mutating func id() -> Int64 {
        nextID += 1
        return nextID
    }

    /// One thing happens somewhere, and perhaps somebody looks.
    mutating func happen() {
        switch random.number(0...9) {
        case 0 where deployments.count < 6: addDeployment()
        case 1: flip(random.number(0...accepting.count - 1))
        case 2 where random.chance(20): cancelSomething()
        case 3 where !deployments.isEmpty:
            decide(random.number(0...deployments.count - 1), random.chance(80) ? .passed : .refused)
        default: answerOne(outcome: random.number(0...9))
        }
        for index in deployments.indices where random.chance(60) { advance(index) }
    }

    private mutating func cancelSomething() {
        guard !deployments.isEmpty else { return }
        deployments[random.number(0...deployments.count - 1)].facts.cancelRequested = true
    }

    /// The machine goes or comes; when it goes, the sweep finds that nobody knows what became of its step.
    private mutating func flip(_ machine: Int) {
        accepting[machine].toggle()
        guard !accepting[machine], random.chance(50) else { return }
        changeStep(on: machine) { if $0.state == .running { $0.state = .unknown } }
    }

    /// An agent takes the step it was offered, or reports on the one it has.
    private mutating func answerOne(outcome: Int) {
        answer(on: random.number(0...accepting.count - 1), outcome: outcome)
    }

    private mutating func answer(on machine: Int, outcome: Int) {
        let isBad = machine == badMachine
        for index in deployments.indices {
            let isCancelled = deployments[index].facts.cancelRequested
            changeStep(on: machine, of: index) { step in
                switch step.state {
                case .offered:
                    step.state = .running
                    step.hasStarted = true
                case .running where isBad: step.state = outcome % 2 == 0 ? .failed : .unknown
                case .running:
                    step.state =
                        isCancelled
                        ? .cancelled : outcome == 0 ? .failed : outcome == 1 ? .unknown : .succeeded
                default: break
                }
            }
        }
    }

    private mutating func changeStep(on machine: Int, _ body: (inout DeploymentFacts.StepFacts) -> Void) {
        for index in deployments.indices { changeStep(on: machine, of: index, body) }
    }

    private mutating func changeStep(
        on machine: Int,
        of index: Int,
        _ body: (inout DeploymentFacts.StepFacts) -> Void
    ) {
        for (run, place) in deployments[index].machines.enumerated() where place == machine {
            for step in deployments[index].facts.runs[run].steps.indices {
                body(&deployments[index].facts.runs[run].steps[step])
            }
        }
    }

    /// Every agent is there and answers well (the bad one badly); true when all deployments ended.
    mutating func settle() -> Bool {
        accepting = accepting.map { _ in true }
        for _ in 0..<1000 {
            deployments.indices.forEach { advance($0) }
            if deployments.allSatisfy({ !$0.facts.state.isOpen }) { return true }
            for machine in accepting.indices { answer(on: machine, outcome: random.number(2...9)) }
            for index in deployments.indices { decide(index, .passed) }
        }
        return false
    }

    mutating func advance(_ index: Int) {
        look(at: index)
        let before = deployments[index].facts
        let actions = DeploymentMachine.advance(before)
        check(actions, on: before)
        deployments[index].facts.apply(actions)
        let again = DeploymentMachine.advance(deployments[index].facts)
        if !again.isEmpty { violations.append("asked again it answered \(again)") }
        checkMachines()
    }

    /// Fills in what the store reads about the machines.
    private mutating func look(at index: Int) {
        for (run, machine) in deployments[index].machines.enumerated() {
            deployments[index].facts.runs[run].absence = accepting[machine] ? nil : .unavailable
            deployments[index].facts.runs[run].machineIsBusy = deployments.indices.contains { other in
                guard other != index, let theirs = deployments[other].machines.firstIndex(of: machine) else {
                    return false
                }
                let run = deployments[other].facts.runs[theirs]
                let isOlder = other < index && deployments[other].project == deployments[index].project
                return run.steps.contains(where: \.state.isActive) || (isOlder && run.state.isOpen)
            }
        }
    }

    private mutating func check(_ actions: [DeploymentAction], on before: DeploymentFacts) {
        var after = before
        after.apply(actions)
        for action in actions {
            guard case .offer(let id) = action else { continue }
            for run in before.runs {
                guard let step = run.steps.first(where: { $0.id == id }) else { continue }
                if run.machineIsBusy { violations.append("step \(id) was offered to a busy machine") }
                if run.absence != nil {
                    violations.append("step \(id) was offered to a machine that is gone")
                }
                if step.attempt >= 1, !step.idempotent, step.hasStarted, step.state != .failed {
                    violations.append("step \(id) was started twice")
                }
                let isAhead = after.runs.contains { other in
                    other.state.isOpen && other.steps.contains { $0.state.isOpen && $0.index < step.index }
                }
                if before.gates.contains(where: { $0.index < step.index && $0.state == .waiting }) {
                    violations.append("step \(id) was offered before it was approved")
                }
                if isAhead {
                    violations.append("step \(id) was offered before all had passed the one before")
                }
            }
        }
        for (index, most) in after.maxParallel.enumerated() {
            let active = after.steps.count { $0.index == index && $0.state.isActive }
            if let most, active > most {
                violations.append("\(active) at a time in step \(index), not \(most)")
            }
        }
        for run in after.runs
        where run.state == .succeeded
            && run.steps.contains(where: { $0.state != .succeeded && $0.runWhen != .failure })
        {
            violations.append("run \(run.id) succeeded without all its steps")
        }
        for run in after.runs where run.state == .skipped && run.steps.contains(where: \.hasStarted) {
            violations.append("run \(run.id) is said to be skipped although a step of it was started")
        }
    }

    /// One step in hand, and one run begun of each project, on every machine: the schema says so too.
    private mutating func checkMachines() {
        for machine in accepting.indices {
            let runs = deployments.flatMap { place in
                place.machines.indices.filter { place.machines[$0] == machine }
                    .map { (project: place.project, run: place.facts.runs[$0]) }
            }
            let active = runs.flatMap(\.run.steps).count(where: \.state.isActive)
            if active > 1 { violations.append("machine \(machine) has \(active) steps in hand") }
            for project in 1...2
            where runs.count(where: { $0.project == project && $0.run.state == .running }) > 1 {
                violations.append("two runs of project \(project) have begun on machine \(machine)")
            }
        }
    }
}
