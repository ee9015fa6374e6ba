package import FleetModel

/// A change of state, posted inside the unit of work that makes it. Only `DomainEventListener` decides whether it
/// becomes a row of `event`.
package enum DomainEvent: Sendable, Equatable {
    case machineJoined(EventSubject, name: String, incarnation: Int, tokenPrefix: String)
    case machineDeleted(EventSubject, name: String, reason: String)
    case machineEnabledChanged(EventSubject, name: String, enabled: Bool)
    case machineHealthChanged(
        EventSubject,
        name: String,
        from: MachineHealth,
        to: MachineHealth,
        reason: String
    )
    /// `changes` says what changed, such as `roles web -> web, db`; empty: nothing did.
    case machinePropertiesChanged(EventSubject, name: String, changes: [String])
    case machineIdentityDuplicated(EventSubject, name: String, detail: String)
    /// The agent's inventory differs from what was recorded; equal: nothing happened.
    case inventoryReported(EventSubject, name: String, project: String, recorded: String?, proven: String?)
    case drift(DriftEvent)

    case cleanup(CleanupEvent)
    case environment(EnvironmentEvent)
    case machinePolicy(MachinePolicyEvent)
    case healthCheck(HealthCheckEvent)

    case environmentApplied(EventSubject, name: String, created: Bool)
    case projectApplied(EventSubject, name: String, created: Bool)
    case triggerApplied(EventSubject, name: String, created: Bool)
    case triggerDeleted(EventSubject, name: String)
    case packagePushed(name: String, version: String, sha256: String)
    case releaseCreated(EventSubject, project: String, version: String)

    case deploymentCreated(EventSubject, description: String, machines: Int)
    case deploymentCancelRequested(EventSubject, description: String)
    case deploymentFinished(EventSubject, description: String, state: DeploymentState, reason: String)
    case runFinished(EventSubject, machine: String, description: String, state: RunState, reason: String)
    case approval(EventSubject, description: String, ApprovalEvent)
    case stepOutcomeUnknown(EventSubject, machine: String, step: String, reason: String)

    case promotion(PromotionEvent)
    case pinning(PinEvent)
    case failing(FailingEvent)

    case tokenCreated(EventSubject, prefix: String, roles: [String])
    case tokenRevoked(EventSubject, prefix: String)
    case keyCreated(name: String, prefix: String)
    case keyRevoked(name: String, prefix: String)
    case accessRefused(EventSubject, what: String)
    case signIn(SignInEvent)
    case access(AccessEvent)

    case nodeStarted(version: String, address: String)
    case nodeStopped
    /// It is to take no requests and not to lead, until it is taken back.
    case nodeDrained(name: String)
    case nodeUndrained(name: String)
    case leaseAcquired(term: Int64, previous: String?)
    case leaseResigned(term: Int64)
    case leaseHolderTerminated(term: Int64, holder: String, staleSeconds: Int)
    case markRebased(unread: Int64, reason: String)

    case retention(RetentionEvent)
    case webhook(WebhookEvent)
    case secret(SecretEvent)
}
