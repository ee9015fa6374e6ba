import FleetModel
import Testing

@testable import AgentKit

@Suite("What the agent claims to be on the machine")
struct ProjectStateTests {
    static let install = PackageInstall(name: "shop")

    private func pair(_ release: Int64?, _ incomplete: Int64?) -> ReleasePair {
        ReleasePair(releaseID: release.map { ID($0) }, incompleteReleaseID: incomplete.map { ID($0) })
    }

    private var onSeven: ProjectState { ProjectState(proven: pair(7, nil)) }

    @Test("A release counts only when its last step has succeeded")
    func lastStep() {
        var state = onSeven
        let first = AgentV1.Assignment.package(Self.install, deployment: 2, release: 8, isLast: false)
        let last = AgentV1.Assignment.script("", deployment: 2, release: 8, isFirst: false)
        state.begin(first)
        #expect(state.proven == pair(7, 8))
        state.succeeded(first)
        #expect(state.proven == pair(7, 8))
        state.begin(last)
        state.succeeded(last)
        #expect(state.proven == pair(8, nil))
    }

    @Test("B3: a package step that leaves nothing leaves the machine as it was, whole or not")
    func withdrawn() {
        for before in [pair(7, nil), pair(nil, nil), pair(6, 7)] {
            var state = ProjectState(proven: before)
            let step = AgentV1.Assignment.package(Self.install, deployment: 2, release: 8)
            state.begin(step)
            state.withdrew(step)
            #expect(state.proven == before)
        }
    }

    @Test("B3 after a script of the same run: the script is not undone, so the release stays incomplete")
    func withdrawnAfterScript() {
        var state = onSeven
        let script = AgentV1.Assignment.script("", deployment: 2, release: 8, isLast: false)
        let step = AgentV1.Assignment.package(Self.install, deployment: 2, release: 8, isFirst: false)
        state.begin(script)
        state.succeeded(script)
        state.begin(step)
        state.withdrew(step)
        #expect(state.proven == pair(7, 8))
    }

    @Test("A script that fails leaves its release incomplete, also when the release was whole before")
    func failedScript() {
        var state = onSeven
        state.begin(.script("", deployment: 2, release: 8))
        #expect(state.proven == pair(7, 8))
        var again = onSeven
        again.begin(.script("", deployment: 3, release: 7))
        #expect(again.proven == pair(7, 7))
    }

    @Test("A later step of a run that this state does not know is never withdrawn to a guess")
    func stateLost() {
        var state = ProjectState()
        let step = AgentV1.Assignment.package(Self.install, deployment: 2, release: 8, isFirst: false)
        state.begin(step)
        state.withdrew(step)
        #expect(state.proven == pair(nil, 8))
    }

    @Test(
        "Where current was pointed elsewhere, or is gone, nothing is claimed; during a run it is the run's matter"
    )
    func drift() {
        func claimed(_ state: ProjectState, _ found: String?) -> ReleasePair {
            let item = state.inventoryItem(project: "shop", currentFolder: found)
            return ReleasePair(releaseID: item.releaseID, incompleteReleaseID: item.incompleteReleaseID)
        }
        var state = onSeven
        #expect(claimed(state, "6") == pair(7, nil), "an older agent wrote no folder down")
        state.installedFolder = "7"
        #expect(claimed(state, "7") == pair(7, nil))
        #expect(claimed(state, "6") == pair(nil, nil))
        #expect(claimed(state, nil) == pair(nil, nil))
        state.begin(.package(Self.install, deployment: 2, release: 8))
        #expect(claimed(state, "8") == pair(7, 8))
    }

    @Test("Applied twice, as after a crash, every change is the same as applied once")
    func idempotent() {
        let step = AgentV1.Assignment.package(Self.install, deployment: 2, release: 8)
        let changes: [@Sendable (inout ProjectState) -> Void] = [
            { $0.begin(step) }, { $0.succeeded(step) }, { $0.withdrew(step) },
        ]
        for change in changes {
            var once = onSeven
            once.begin(step)
            change(&once)
            var twice = once
            change(&twice)
            #expect(once == twice)
        }
    }
}
