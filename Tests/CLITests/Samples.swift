import FleetModel

@testable import CommandLineKit

/// Everyday data for the views.
enum Samples {
    static let now = at(0)
    /// `now` as the HTTP date that the canned server tells.
    static let httpNow = "Fri, 15 Jan 2027 08:00:00 GMT"
    static let plain = Palette(isOn: false)

    static func at(_ seconds: Int) -> Instant {
        Instant(microseconds: 1_800_000_000_000_000).adding(seconds: seconds)
    }

    static func machine(
        _ name: String,
        id: Int64 = 17,
        health: MachineHealth = .healthy,
        enabled: Bool = true
    ) -> Machine {
        Machine(
            id: ID(id),
            name: name,
            incarnation: 2,
            environment: "production",
            roles: ["web", "api"],
            enabled: enabled,
            health: health,
            healthSince: at(-240),
            lastSeen: at(-2),
            facts: ["os": "Debian GNU/Linux 12", "arch": "x86_64", "agent": "0.1.0"],
            createdAt: at(-86_400)
        )
    }

    static let process = [
        Step(
            name: "install",
            roles: ["web"],
            maxParallel: 2,
            timeoutSeconds: 300,
            idempotent: true,
            action: .package(PackageInstall(name: "shop", version: "1.5", check: "test -f index.html"))
        ),
        Step(name: "restart", action: .script("set -e\nsystemctl restart shop\necho done")),
    ]

    static let release = Release(
        id: ID(4),
        project: "shop",
        version: "1.5",
        process: process,
        variables: ["PORT": "8080"],
        notes: "Faster search; fixes the basket that lost its last item",
        createdBy: "ci",
        createdAt: at(-3000)
    )

    static let deployment = Deployment(
        id: ID(57),
        project: "shop",
        release: "1.5",
        environment: "production",
        kind: .rollout,
        trigger: nil,
        state: .failed,
        reason: "a person asked for it",
        requestedBy: "ci",
        cancelRequested: false,
        createdAt: at(-90),
        finishedAt: at(-30),
        runCounts: ["succeeded": 11, "failed": 1, "skipped": 2]
    )

    static func run(_ machine: String, _ state: RunState, message: String = "") -> Run {
        let stepState: StepState = state == .failed ? .failed : .succeeded
        return Run(
            id: ID(1),
            deploymentID: ID(57),
            machineID: ID(17),
            machine: machine,
            state: state,
            reason: state == .failed ? "step 'restart' failed" : "",
            startedAt: at(-90),
            finishedAt: at(-85),
            steps: [
                step(0, "install", .succeeded, ""),
                step(1, "restart", stepState, message),
            ]
        )
    }

    static let explanation = Explanation(
        machine: machine("web-3"),
        projects: [
            ProjectExplanation(
                project: "shop",
                desired: "1.4",
                desiredReason: "last successful rollout to production, deployment 41",
                actual: nil,
                incomplete: "1.4",
                verdict: "retryLater",
                reason: "the last run failed: step 'restart' ended with exit code 1; attempt 2 of 5",
                needID: 9,
                nextLookAt: at(40),
                deploymentID: ID(57),
                chain: [
                    ProjectExplanation.Link(
                        eventID: ID(998),
                        at: at(-240),
                        what: "MachineHealthy: web-3 joined"
                    ),
                    ProjectExplanation.Link(
                        eventID: ID(1003),
                        at: at(-9),
                        what: "RunFailed: step 'restart' ended with exit code 1 on web-3 after 3 s"
                    ),
                ]
            ),
            ProjectExplanation(
                project: "base",
                desired: "3.0",
                desiredReason: "last successful rollout to production, deployment 12",
                actual: "3.0",
                incomplete: nil,
                verdict: "upToDate",
                reason: "the agent proved that it has it",
                needID: nil,
                nextLookAt: nil,
                deploymentID: nil,
                chain: []
            ),
        ]
    )

    static let event = Event(
        id: ID(1041),
        occurredAt: at(-12),
        category: "MachineDeploymentRelatedPropertyWasUpdated",
        machineID: ID(17),
        environmentID: nil,
        projectID: nil,
        releaseID: nil,
        triggerID: nil,
        deploymentID: nil,
        actor: "key:ci",
        node: "node-2",
        message: "web-3 in production now has the roles web and api, it had web"
    )

    static let cluster = ClusterStatus(
        nodes: ["node-1", "node-2", "node-3"].map { name in
            ClusterStatus.Node(
                name: name,
                version: Version.current,
                address: "10.0.0.4:8080",
                state: name == "node-1" ? "gone" : "ready",
                startedAt: at(-5000),
                seenAt: at(name == "node-1" ? -240 : -1)
            )
        },
        leader: ClusterStatus.Leader(
            node: "node-2",
            term: 7,
            timeline: "1",
            acquiredAt: at(-240),
            renewedAt: at(-1)
        ),
        scan: ClusterStatus.Scan(
            mark: "1234:1240:1236",
            lastCompletedAt: at(-3),
            eventsRead: 10_412,
            eventsWaiting: 0,
            openNeeds: 2
        ),
        leaseHistory: [
            ClusterStatus.Tenure(
                term: 7,
                node: "node-2",
                acquiredAt: at(-240),
                endedAt: nil,
                endReason: nil
            ),
            ClusterStatus.Tenure(
                term: 6,
                node: "node-1",
                acquiredAt: at(-5000),
                endedAt: at(-241),
                endReason: "its session ended: the connection to the server was lost"
            ),
        ]
    )

    static let token = APIV1.Token(
        id: 3,
        token: nil,
        prefix: "tmj_4f9a",
        environment: "production",
        roles: ["web", "api"],
        usesLeft: 9,
        uses: 1,
        createdBy: "key:ci",
        expiresAt: at(3000),
        revoked: false
    )

    static let trigger = Trigger(
        id: ID(1),
        project: "shop",
        name: "arrivals",
        eventGroups: [.machineAvailableForDeployment],
        eventCategories: [.machineDeploymentRelatedPropertyWasUpdated],
        environments: ["production", "staging"],
        roles: ["web"],
        redeploy: false,
        enabled: true,
        batch: Trigger.Batch(quietSeconds: 2, longestSeconds: 30, size: 20)
    )

    static let decision = Decision(
        id: ID(5),
        eventID: ID(1041),
        triggerID: ID(1),
        machineID: ID(17),
        projectID: ID(2),
        needID: 9,
        deploymentID: ID(57),
        releaseID: ID(4),
        kind: "plan",
        verdict: "deploying",
        reason: "1.4 is the last successful release of production and web-3 lacks it",
        term: 7,
        node: "node-2",
        decidedAt: at(-12)
    )

    static let package = APIV1.Package(
        id: 1,
        name: "shop",
        version: "1.5",
        sizeBytes: 24 << 20,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        pushedBy: "key:ci",
        createdAt: at(-4000)
    )

    private static func step(_ index: Int, _ name: String, _ state: StepState, _ message: String) -> StepRun {
        StepRun(
            id: ID(Int64(index)),
            index: index,
            name: name,
            state: state,
            attempt: 1,
            exitCode: state == .failed ? 1 : 0,
            message: message,
            logBytes: 100,
            startedAt: at(-90),
            finishedAt: at(-85)
        )
    }
}

extension Samples {
    static let detail = APIV1.DeploymentDetail(
        deployment: deployment,
        runs: [
            run("web-1", .succeeded),
            run("web-2", .failed, message: "exit code 1: port 8080 is already in use by another process"),
        ]
    )

    static let doctorFacts = DoctorFacts(
        url: "http://tidemark.example.com:8080",
        live: .success(probe()),
        ready: .success(probe()),
        serverVersion: Version.current,
        hasKey: true,
        cluster: .success(cluster),
        unavailable: .success(APIV1.Page(items: [machine("web-9", health: .unavailable)], nextCursor: nil))
    )

    static func probe(status: Int = 200, detail: String = "", skew: Int = 0) -> Probe {
        Probe(status: status, nodeTime: now, localTime: at(skew), milliseconds: 4, detail: detail)
    }

    static func everyTable(width: Int?, palette: Palette = plain) -> [[String]] {
        let machines = [
            machine("web-3"), machine("ip-10-0-14-203", health: .unavailable),
            machine("db-1", health: .hasWarnings, enabled: false),
        ]
        let environment = Environment(
            id: ID(1),
            name: "production",
            description: "Where customers are; change it only through the pipeline, never by hand",
            createdAt: at(-90_000)
        )
        let project = Project(
            id: ID(2),
            name: "shop",
            description: "The shop window",
            process: process,
            variables: ["PORT": "8080"],
            createdAt: at(-90_000),
            updatedAt: at(-600)
        )
        return [
            Table(columns: MachineView.columns(now: now))
                .lines(of: machines, width: width, palette: palette),
            MachineView.sheet(machines[0], now: now).lines(width: width, palette: palette),
            Table(columns: EnvironmentView.columns(now: now))
                .lines(of: [environment], width: width, palette: palette),
            Table(columns: ProjectView.columns(now: now)).lines(
                of: [project],
                width: width,
                palette: palette
            ),
            ProjectView.lines(project, width: width, palette: palette),
            Table(columns: ReleaseView.columns(now: now)).lines(
                of: [release],
                width: width,
                palette: palette
            ),
            ReleaseView.lines(release, width: width, palette: palette),
            Table(columns: DeploymentView.columns(now: now))
                .lines(of: [deployment], width: width, palette: palette),
            DeploymentView.lines(detail, width: width, palette: palette),
            ExplanationView(palette: palette, width: width, now: now).lines(explanation),
            pastLines(width: width, palette: palette),
            Table(columns: EventView.columns(now: now)).lines(of: [event], width: width, palette: palette),
            Table(columns: DecisionView.columns(now: now)).lines(
                of: [decision],
                width: width,
                palette: palette
            ),
            ClusterView.lines(cluster, now: now, width: width, palette: palette),
            Table(columns: TokenView.columns(now: now)).lines(of: [token], width: width, palette: palette),
            Table(columns: TriggerView.columns).lines(of: [trigger], width: width, palette: palette),
            TriggerView.sheet(trigger).lines(width: width, palette: palette),
            Table(columns: PackageView.columns(now: now)).lines(
                of: [package],
                width: width,
                palette: palette
            ),
            Table(columns: DoctorView.columns)
                .lines(of: DoctorReport(doctorFacts).checks, width: width, palette: palette),
        ]
    }
}
