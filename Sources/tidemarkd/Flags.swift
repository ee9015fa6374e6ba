import ArgumentParser

/// The flags of every command. None has a default here: it would hide the environment.
struct DatabaseFlags: ParsableArguments {
    @Option(help: "PostgreSQL as libpq takes it: conninfo or URI (TIDEMARK_DATABASE_URL).")
    var databaseURL: String?
    @Option(help: "Schema to use instead of the server's choice (TIDEMARK_SCHEMA).")
    var schema: String?
    @Option(
        help: "trace, debug, info, notice, warning, error or critical; info unless said (TIDEMARK_LOG_LEVEL)."
    )
    var logLevel: String?
    @Option(help: "text, or json: an object a line; text unless said (TIDEMARK_LOG_FORMAT).")
    var logFormat: String?
}

/// The flags of `serve`.
struct ServeFlags: ParsableArguments {
    @OptionGroup var database: DatabaseFlags
    @Option(help: "Address and port to listen on; 127.0.0.1:8080 unless said (TIDEMARK_LISTEN).")
    var listen: String?
    @Option(
        help: "Name of this node, unique in the cluster; host name and port unless said (TIDEMARK_NODE_NAME)."
    )
    var nodeName: String?
    @Option(help: "A scan at least this often; 15s unless said (TIDEMARK_SCAN_INTERVAL).")
    var scanInterval: String?
    @Option(help: "Scan at once when there is something new; true unless said (TIDEMARK_SCAN_WAKE).")
    var scanWake: String?
    @Option(help: "How long a silent leader keeps the lease; 5s unless said (TIDEMARK_LEASE_TTL).")
    var leaseTTL: String?
    @Option(
        help:
            "How long an agent may be silent before its machine is unavailable; 90s unless said (TIDEMARK_AGENT_SILENCE)."
    )
    var agentSilence: String?
    @Option(help: "How many seconds an agent's poll is held; 30 unless said (TIDEMARK_POLL_SECONDS).")
    var pollSeconds: String?
    @Option(
        help:
            "Internal networks that webhooks may be sent to, as 10.1.0.0/16,fd00:7::/48; none unless said (TIDEMARK_WEBHOOK_ALLOW_PRIVATE)."
    )
    var webhookAllowPrivate: String?
    @OptionGroup var rates: RateFlags
    @OptionGroup var retention: RetentionFlags
    @OptionGroup var signIn: SignInFlags
    @OptionGroup var secrets: SecretsFlags
}

/// The flags about what secrets are sealed with.
struct SecretsFlags: ParsableArguments {
    @Option(
        help:
            "File with the keys for secrets, the one that seals first; no secrets unless said (TIDEMARK_SECRETS_KEY_FILE)."
    )
    var secretsKeyFile: String?
}

/// The flags of `serve` about signing in at an OpenID provider.
struct SignInFlags: ParsableArguments {
    @Option(
        help:
            "Address of the cluster as browsers see it, such as https://tidemark.example.com; needed for signing in with a provider (TIDEMARK_PUBLIC_URL)."
    )
    var publicURL: String?
    @Option(
        help:
            "The OpenID provider that people may sign in with, as it calls itself; none unless said (TIDEMARK_OIDC_ISSUER)."
    )
    var oidcIssuer: String?
    @Option(help: "What the provider calls this cluster (TIDEMARK_OIDC_CLIENT_ID).")
    var oidcClientID: String?
    @Option(
        help: "File with the client's secret; a public client unless said (TIDEMARK_OIDC_CLIENT_SECRET_FILE)."
    )
    var oidcClientSecretFile: String?
    @Option(
        help:
            "Claim with a person's name; preferred_username, else email unless said (TIDEMARK_OIDC_NAME_CLAIM)."
    )
    var oidcNameClaim: String?
    @Option(help: "Scopes to ask for; 'openid profile email' unless said (TIDEMARK_OIDC_SCOPES).")
    var oidcScopes: String?
    @Option(
        help:
            "Where signing out ends a session: at the provider as well, or 'here' alone; 'provider' unless said (TIDEMARK_OIDC_SIGN_OUT)."
    )
    var oidcSignOut: String?
}

/// The flags of `serve` about how much one caller may ask.
struct RateFlags: ParsableArguments {
    @Option(
        help: "Requests per second of one API key, 0 for any number; 200 unless said (TIDEMARK_KEY_RATE)."
    )
    var keyRate: String?
    @Option(help: "Requests per second of one agent, 0 for any number; 50 unless said (TIDEMARK_AGENT_RATE).")
    var agentRate: String?
    @Option(
        help:
            "Requests per second of one address without credentials, 0 for any number; 200 unless said (TIDEMARK_ADDRESS_RATE)."
    )
    var addressRate: String?
}

/// The flags of `serve` about what is removed by age.
struct RetentionFlags: ParsableArguments {
    @Option(
        help:
            "How long events are kept after the end of their month; forever unless said (TIDEMARK_EVENT_RETENTION)."
    )
    var eventRetention: String?
    @Option(
        help:
            "Folder that a month of events is written to before it is dropped; none unless said (TIDEMARK_EVENT_EXPORT_DIR)."
    )
    var eventExportDir: String?
    @Option(
        help:
            "How long the logs of steps are kept after their deployment ended; 90d unless said (TIDEMARK_LOG_RETENTION)."
    )
    var logRetention: String?
    @Option(
        help:
            "How long packages that no release uses are kept; forever unless said (TIDEMARK_PACKAGE_RETENTION)."
    )
    var packageRetention: String?
}
