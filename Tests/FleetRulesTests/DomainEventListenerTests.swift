import FleetModel
import FleetRules
import Testing

@Suite struct DomainEventListenerTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let event: DomainEvent
        let category: EventCategory?
        let message: String

        init(_ event: DomainEvent, _ category: EventCategory?, _ message: String = "") {
            testDescription = message.isEmpty ? "nothing of \(event)" : message
            self.event = event
            self.category = category
            self.message = message
        }
    }

    static let subject = EventSubject(
        machine: 7,
        environment: 2,
        project: 1,
        release: 15,
        trigger: 3,
        deployment: 12
    )

    static let machines = [
        Row(
            .machineJoined(subject, name: "m", incarnation: 1, tokenPrefix: "tmj_ab"),
            .machineAdded,
            "machine m joined with token tmj_ab"
        ),
        Row(
            .machineJoined(subject, name: "m", incarnation: 2, tokenPrefix: "tmj_ab"),
            .machineAdded,
            "machine m joined with token tmj_ab; it is machine 2 of that name and starts clean"
        ),
        Row(
            .machineDeleted(subject, name: "m", reason: "by hand"),
            .machineDeleted,
            "machine m was deleted: by hand"
        ),
        Row(
            .machineEnabledChanged(subject, name: "m", enabled: true),
            .machineEnabled,
            "machine m was enabled"
        ),
        Row(
            .machineEnabledChanged(subject, name: "m", enabled: false),
            .machineDisabled,
            "machine m was disabled"
        ),
        Row(.machineHealthChanged(subject, name: "m", from: .healthy, to: .healthy, reason: ""), nil),
        Row(.machineHealthChanged(subject, name: "m", from: .healthy, to: .unknown, reason: ""), nil),
        Row(
            .machineHealthChanged(subject, name: "m", from: .unknown, to: .healthy, reason: "it connected"),
            .machineHealthy,
            "machine m was found Healthy: it connected"
        ),
        Row(
            .machineHealthChanged(subject, name: "m", from: .healthy, to: .hasWarnings, reason: "disk"),
            .machineHasWarnings,
            "machine m was found HasWarnings: disk"
        ),
        Row(
            .machineHealthChanged(subject, name: "m", from: .healthy, to: .unhealthy, reason: "disk"),
            .machineUnhealthy,
            "machine m was found Unhealthy: disk"
        ),
        Row(
            .machineHealthChanged(
                subject,
                name: "m",
                from: .healthy,
                to: .unavailable,
                reason: "it said goodbye"
            ),
            .machineUnavailable,
            "machine m was found Unavailable: it said goodbye"
        ),
        Row(.machinePropertiesChanged(subject, name: "m", changes: []), nil),
        Row(
            .machinePropertiesChanged(
                subject,
                name: "m",
                changes: ["roles web -> db", "environment a -> b"]
            ),
            .machineDeploymentRelatedPropertyWasUpdated,
            "machine m changed: roles web -> db; environment a -> b"
        ),
        Row(
            .machineIdentityDuplicated(subject, name: "m", detail: "two boot ids"),
            .machineIdentityDuplicated,
            "two agents use the key of m: two boot ids"
        ),
        Row(.inventoryReported(subject, name: "m", project: "shop", recorded: "1.4", proven: "1.4"), nil),
        Row(
            .inventoryReported(subject, name: "m", project: "shop", recorded: "1.4", proven: nil),
            .machineDriftDetected,
            "machine m has nothing of shop, not 1.4 as recorded"
        ),
    ]

    static let approvals = [
        Row(
            .approval(
                subject,
                description: "deployment 12",
                .requested(step: "go", instructions: "look at the figures")
            ),
            .approvalRequested,
            "deployment 12 waits for approval of step go: look at the figures"
        ),
        Row(
            .approval(subject, description: "deployment 12", .given(step: "go", reason: "")),
            .approvalGiven,
            "step go of deployment 12 was approved"
        ),
        Row(
            .approval(subject, description: "deployment 12", .refused(step: "go", reason: "not on a Friday")),
            .approvalRefused,
            "step go of deployment 12 was not approved: not on a Friday"
        ),
    ]

    static let deployments = [
        Row(
            .deploymentCreated(subject, description: "deployment 12", machines: 1),
            .deploymentCreated,
            "deployment 12 was created for 1 machine"
        ),
        Row(
            .deploymentCancelRequested(subject, description: "deployment 12"),
            .deploymentCancelRequested,
            "deployment 12 is to be cancelled"
        ),
        Row(.deploymentFinished(subject, description: "deployment 12", state: .running, reason: ""), nil),
        Row(
            .deploymentFinished(
                subject,
                description: "deployment 12",
                state: .succeeded,
                reason: "2 machines"
            ),
            .deploymentSucceeded,
            "deployment 12 succeeded: 2 machines"
        ),
        Row(
            .deploymentFinished(subject, description: "deployment 12", state: .failed, reason: "1 failed"),
            .deploymentFailed,
            "deployment 12 failed: 1 failed"
        ),
        Row(
            .deploymentFinished(subject, description: "deployment 12", state: .cancelled, reason: "by ann"),
            .deploymentCancelled,
            "deployment 12 cancelled: by ann"
        ),
        Row(
            .runFinished(
                subject,
                machine: "m",
                description: "deployment 12",
                state: .failed,
                reason: "exit 1"
            ),
            .runFailed,
            "deployment 12 on m ended as failed: exit 1"
        ),
        Row(
            .runFinished(
                subject,
                machine: "m",
                description: "deployment 12",
                state: .unknown,
                reason: "killed"
            ),
            .runFailed,
            "deployment 12 on m ended as unknown: killed"
        ),
        Row(
            .runFinished(
                subject,
                machine: "m",
                description: "deployment 12",
                state: .skipped,
                reason: "gone"
            ),
            .runSkipped,
            "deployment 12 on m ended as skipped: gone"
        ),
        Row(.runFinished(subject, machine: "m", description: "d", state: .succeeded, reason: ""), nil),
        Row(.runFinished(subject, machine: "m", description: "d", state: .cancelled, reason: ""), nil),
        Row(
            .stepOutcomeUnknown(subject, machine: "m", step: "install", reason: "the agent was killed"),
            .stepOutcomeUnknown,
            "it cannot be known whether step install ran to its end on m: the agent was killed"
        ),
    ]

    static let others = [
        Row(
            .environmentApplied(subject, name: "production", created: true),
            .environmentCreated,
            "environment production was created"
        ),
        Row(
            .environmentApplied(subject, name: "production", created: false),
            .environmentModified,
            "environment production was changed"
        ),
        Row(
            .projectApplied(subject, name: "shop", created: true),
            .projectCreated,
            "project shop was created"
        ),
        Row(
            .projectApplied(subject, name: "shop", created: false),
            .projectModified,
            "project shop was changed"
        ),
        Row(.triggerApplied(subject, name: "t", created: true), .triggerCreated, "trigger t was created"),
        Row(.triggerApplied(subject, name: "t", created: false), .triggerModified, "trigger t was changed"),
        Row(.triggerDeleted(subject, name: "t"), .triggerDeleted, "trigger t was deleted"),
        Row(
            .packagePushed(name: "shop", version: "1.5", sha256: "ab"),
            .packagePushed,
            "package shop 1.5 was pushed"
        ),
        Row(
            .releaseCreated(subject, project: "shop", version: "1.5"),
            .releaseCreated,
            "release 1.5 of shop was created"
        ),
        Row(
            .tokenCreated(subject, prefix: "tmj_ab", roles: ["web", "db"]),
            .tokenCreated,
            "join token tmj_ab was created for roles web, db"
        ),
        Row(.tokenRevoked(subject, prefix: "tmj_ab"), .tokenRevoked, "join token tmj_ab was revoked"),
        Row(.keyCreated(name: "ci", prefix: "tmk_ab"), .keyCreated, "API key ci (tmk_ab) was created"),
        Row(.keyRevoked(name: "ci", prefix: "tmk_ab"), .keyRevoked, "API key ci (tmk_ab) was revoked"),
        Row(.accessRefused(subject, what: "GET /x"), .accessRefused, "refused: GET /x"),
        Row(
            .nodeStarted(version: "0.1.0", address: ":8080"),
            .nodeStarted,
            "node started, version 0.1.0, listening on :8080"
        ),
        Row(.nodeStopped, .nodeStopped, "node stopped"),
        Row(
            .nodeDrained(name: "b"),
            .nodeDrained,
            "node b is drained: it takes no requests and does not lead"
        ),
        Row(.nodeUndrained(name: "b"), .nodeUndrained, "node b is taken back"),
        Row(.leaseAcquired(term: 4, previous: "a"), .leaseAcquired, "lease acquired, term 4, after a"),
        Row(.leaseAcquired(term: 1, previous: nil), .leaseAcquired, "lease acquired, term 1"),
        Row(.leaseResigned(term: 4), .leaseResigned, "lease resigned, term 4"),
        Row(
            .leaseHolderTerminated(term: 4, holder: "a", staleSeconds: 9),
            .leaseHolderTerminated,
            "lease session of a, term 4, was ended: no sign of life for 9 s"
        ),
        Row(
            .markRebased(unread: 3, reason: "restored"),
            .markRebased,
            "the mark was re-based, 3 events were unread: restored"
        ),
    ]

    @Test(
        "A change becomes one event that says what happened, or none when nothing did",
        arguments: [
            machines, policies, deployments, approvals, others, failing, drift, cleanup, pinning, promotion,
            environmentLives,
        ].flatMap { $0 }
    )
    func records(_ row: Row) {
        let records = DomainEventListener.records(of: row.event)
        #expect(records.map(\.category) == (row.category.map { [$0] } ?? []))
        #expect(records.map(\.message) == (row.category == nil ? [] : [row.message]))
    }

    @Test("An event keeps what it is about")
    func keepsSubject() {
        let event = DomainEvent.machineDeleted(Self.subject, name: "m", reason: "by hand")
        #expect(DomainEventListener.records(of: event).map(\.subject) == [Self.subject])
    }

    @Test("Every category comes from some change")
    func everyCategory() {
        let raised = Set(
            [
                Self.machines, Self.policies, Self.deployments, Self.approvals, Self.others, Self.failing,
                Self.drift, Self.pinning, Self.promotion, Self.cleanup, Self.environmentLives,
            ].flatMap { $0 }
                .compactMap(\.category)
        ).union(
            RetentionEventTests.raised
        )
        let access =
            (SignInEventTests.rows + AccessEventTests.rows + WebhookEventTests.rows + SecretEventTests.rows)
            .compactMap(\.category)
        #expect(Set(EventCategory.allCases).subtracting(raised).subtracting(access).isEmpty)
    }

    @Test("A message is never longer than its column, nor holds what PostgreSQL cannot store")
    func storable() {
        let reason = "e\u{301}\0" + String(repeating: "e\u{301}", count: 4000)
        let event = DomainEvent.machineDeleted(Self.subject, name: "m", reason: reason)
        let messages = DomainEventListener.records(of: event).map(\.message)
        #expect(messages.map(\.unicodeScalars.count) == [4000])
        #expect(messages.allSatisfy { !$0.unicodeScalars.contains("\0") && $0.hasSuffix("...") })
    }
}
