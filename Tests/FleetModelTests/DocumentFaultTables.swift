import FleetModel

/// Documents and exactly what is wrong with each.
enum DocumentFaultTables {
    static let name =
        "a name of 1 to 63 lower-case letters, digits, '.', '_' and '-' that starts and ends with a letter or digit"
    static let label =
        "a name of 1 to 63 letters, digits, '.', '_' and '-' that starts and ends with a letter or digit"

    static let documents: [(String, [String])] = [
        ("[]", ["documents are 0; one apply takes 1 to 1000"]),
        (#"["hello"]"#, ["documents[0] is 'hello', and must be an object with fields"]),
        (
            #"[{"name": "a"}]"#,
            [
                "documents[0].kind is missing: it must be one of Environment, Freeze, MachinePolicy, Project, Trigger, Webhook"
            ]
        ),
        (
            #"[{"kind": "environment", "name": "a"}]"#,
            [
                "documents[0].kind is 'environment', and must be one of Environment, Freeze, MachinePolicy, Project, Trigger, Webhook: "
                    + "did you mean 'Environment'?"
            ]
        ),
        (#"[{"kind": "Environment"}]"#, ["documents[0].name is missing: it must be \(name)"]),
        (
            #"[{"kind": "Environment", "name": "Prod", "description": 7}]"#,
            [
                "documents[0].name is 'Prod' (4 bytes), and must be \(name)",
                "documents[0].description is the number 7, and must be a text of at most 1000 characters",
            ]
        ),
        (
            #"[{"kind": "Environment", "name": "a", "descripton": "x"}]"#,
            ["documents[0].descripton is not a field: did you mean 'description'?"]
        ),
        (
            #"[{"kind": "Environment", "name": "a", "owner": "x"}]"#,
            ["documents[0].owner is not a field: the fields here are kind, name, description, ephemeral"]
        ),
        (
            #"[{"kind": "Environment", "name": "a"}, {"kind": "Environment", "name": "a"}]"#,
            ["documents[1] repeats Environment a, which is documents[0] already"]
        ),
        (
            #"[{"kind": "Environment", "name": "a\u0000b"}]"#,
            ["documents[0].name holds the character U+0000, which no text may"]
        ),
        (
            #"[{"kind": "Environment", "name": "a\u001b[31m"}]"#,
            ["documents[0].name is 'a?[31m' (6 bytes), and must be \(name)"]
        ),
    ]

    static let projects: [(String, [String])] = [
        (
            #"[{"kind": "Project", "name": "a"}]"#,
            ["documents[0].process is missing: it must be a list of 1 to 100 steps"]
        ),
        (
            #"[{"kind": "Project", "name": "a", "circuit": {"count": 0, "share": 101, "fallBack": 1, "fallback": true}, "process": [{"name": "s", "script": "x"}]}]"#,
            [
                "documents[0].circuit.fallback is not a field: did you mean 'fallBack'?",
                "documents[0].circuit.count is the number 0, and must be a whole number from 1 to 1000",
                "documents[0].circuit.share is the number 101, and must be a whole number from 1 to 100",
                "documents[0].circuit.fallBack is the number 1, and must be true or false",
            ]
        ),
        (
            #"[{"kind": "Project", "name": "a", "process": []}]"#,
            ["documents[0].process is a list of 0, and must be a list of 1 to 100 steps"]
        ),
        (
            #"[{"kind": "Project", "name": "a", "variables": {"1A": "x", "TIDEMARK_X": "x", "PORT": 8080, "B": null}, "process": [{"name": "s", "script": "x"}]}]"#,
            [
                "documents[0].variables.1A as a variable's name is '1A' (2 bytes), and must be a name of 1 to 128 "
                    + "letters, digits and '_' that starts with no digit and not with TIDEMARK_",
                "documents[0].variables.PORT is the number 8080, and must be a text: put it in quotes",
                "documents[0].variables.TIDEMARK_X as a variable's name is 'TIDEMARK_X' (10 bytes), and must be a "
                    + "name of 1 to 128 letters, digits and '_' that starts with no digit and not with TIDEMARK_",
            ]
        ),
        (
            #"[{"kind": "Project", "name": "a", "environmentVariables": {"Prod": {"PORT": "1"}, "staging": {"1A": "x", "PORT": 1}, "test": "x"}, "process": [{"name": "s", "script": "x"}]}]"#,
            [
                "documents[0].environmentVariables.Prod as an environment's name is 'Prod' (4 bytes), and must be a name "
                    + "of 1 to 63 lower-case letters, digits, '.', '_' and '-' that starts and ends with a letter or digit",
                "documents[0].environmentVariables.staging.1A as a variable's name is '1A' (2 bytes), and must be a name "
                    + "of 1 to 128 letters, digits and '_' that starts with no digit and not with TIDEMARK_",
                "documents[0].environmentVariables.staging.PORT is the number 1, and must be a text: put it in quotes",
                "documents[0].environmentVariables.test is 'x', and must be an object with fields",
            ]
        ),
        (
            #"[{"kind": "Project", "name": "a", "process": [{"name": "s", "script": "x"}, {"name": "s", "script": "x"}]}]"#,
            ["documents[0].process[1].name is 's', like that of process[0]: step names are unique"]
        ),
    ]

    private static let missingAction =
        ".script is missing: it must be there, or 'package', 'manual' or 'healthCheck' must: a step has exactly one of them"

    /// Steps, with the path before the fault left out.
    static let steps: [(String, [String])] = [
        (#"{"script": "x"}"#, [".name is missing: it must be \(label)"]),
        (#"7"#, [" is the number 7, and must be an object with fields"]),
        (
            #"{"name": "s"}"#,
            [missingAction]
        ),
        (
            #"{"name": "s", "script": "x", "package": {"name": "p"}}"#,
            [".script stands beside 'package': a step has exactly one of the two"]
        ),
        (
            #"{"name": "s", "script": " \n"}"#,
            [".script is ' ?' (2 bytes), and must be a script of at most 100000 bytes"]
        ),
        (
            #"{"name": "s", "script": "x", "timeout": 300}"#,
            [".timeout is the number 300, and must be a time such as '90s', '5m' or '1h', from 1s to 1d"]
        ),
        (
            #"{"name": "s", "script": "x", "timeout": "1500ms"}"#,
            [".timeout is '1500ms', and must be a time such as '90s', '5m' or '1h', from 1s to 1d"]
        ),
        (
            #"{"name": "s", "script": "x", "timeout": "2d"}"#,
            [".timeout is '2d', and must be a time such as '90s', '5m' or '1h', from 1s to 1d"]
        ),
        (
            #"{"name": "s", "script": "x", "maxParallel": 0, "idempotent": "yes"}"#,
            [
                ".maxParallel is the number 0, and must be a whole number from 1 to 10000",
                ".idempotent is 'yes', and must be true or false",
            ]
        ),
        (
            #"{"name": "s", "script": "x", "roles": ["web", "a b", "web"]}"#,
            [
                ".roles[1] is 'a b' (3 bytes), and must be \(label)",
                ".roles[2] is 'web', which the list has already",
            ]
        ),
        (
            #"{"name": "s", "script": "x", "roles": "web"}"#,
            [".roles is 'web', and must be a list of at most 50"]
        ),
        (
            #"{"name": "s", "scirpt": "x"}"#,
            [
                ".scirpt is not a field: did you mean 'script'?",
                missingAction,
            ]
        ),
        (
            #"{"name": "s", "package": {"name": "p", "url": "ftp://example.org/x"}}"#,
            [
                ".package.url is 'ftp://example.org/x' (19 bytes), and must be an http:// or https:// address",
                ".package.sha256 is missing: it must be a SHA-256 of 64 digits 0-9 and a-f",
            ]
        ),
        (
            #"{"name": "s", "package": {"name": "p", "url": "https:///x", "sha256": "AB"}}"#,
            [
                ".package.url is 'https:///x' (10 bytes), and must be an http:// or https:// address",
                ".package.sha256 is 'AB' (2 bytes), and must be a SHA-256 of 64 digits 0-9 and a-f",
            ]
        ),
        (
            #"{"name": "s", "package": {"name": "p", "version": "1"}}"#,
            [
                ".package.version needs 'url': without it a release takes version and digest from the built-in store"
            ]
        ),
        (
            #"{"name": "s", "package": {"name": "p", "keep": 0, "checkTimeout": "0s"}}"#,
            [
                ".package.keep is the number 0, and must be a whole number from 1 to 100",
                ".package.checkTimeout is '0s', and must be a time such as '90s', '5m' or '1h', from 1s to 1d",
            ]
        ),
    ]

    /// What is added to a trigger that has a project and a name.
    static let triggers: [(String, [String])] = [
        (
            #""eventGroups": []"#,
            [".eventGroups and 'eventCategories' are empty: a trigger needs an event to fire it"]
        ),
        (
            #""eventGroups": ["MachineAvailable"]"#,
            [
                ".eventGroups[0] is 'MachineAvailable', and must be one of Machine, MachineCritical, "
                    + "MachineHealthChanged, MachineAvailableForDeployment, MachineUnavailableForDeployment"
            ]
        ),
        (
            #""eventCategories": ["MachineHealty", "DeploymentFailed"]"#,
            ["MachineHealty", "DeploymentFailed"].enumerated().map { index, word in
                ".eventCategories[\(index)] is '\(word)', and must be one of MachineAdded, MachineDeleted, "
                    + "MachineEnabled, MachineDisabled, MachineHealthy, MachineHasWarnings, MachineUnhealthy, "
                    + "MachineUnavailable, MachineDeploymentRelatedPropertyWasUpdated, MachineCleanupFailed, "
                    + "MachineDriftDetected" + (index == 0 ? ": did you mean 'MachineHealthy'?" : "")
            }
        ),
        (
            #""eventGroups": ["Machine"], "batch": {"quiet": "2h", "longest": "2d", "size": 0, "max": 1, "canary": 0}"#,
            [
                ".batch.max is not a field: the fields here are quiet, longest, size, canary",
                ".batch.quiet is '2h', and must be a time such as '90s', '5m' or '1h', from 0s to 1h",
                ".batch.longest is '2d', and must be a time such as '90s', '5m' or '1h', from 0s to 1d",
                ".batch.size is the number 0, and must be a whole number from 1 to 1000",
                ".batch.canary is the number 0, and must be true, false or a whole number from 1 to 100",
            ]
        ),
        (
            #""eventGroups": ["Machine"], "batch": {"quiet": "5m"}"#,
            [".batch.quiet is 5m, more than 'longest', which is 1m: nothing waits that long"]
        ),
        (
            #""eventGroups": ["Machine"], "retry": {"attempts": 0, "backoff": "0s", "jitter": 1}"#,
            [
                ".retry.jitter is not a field: the fields here are attempts, backoff, longest",
                ".retry.attempts is the number 0, and must be a whole number from 1 to 100",
                ".retry.backoff is '0s', and must be a time such as '90s', '5m' or '1h', from 1s to 1d",
            ]
        ),
        (
            #""eventGroups": ["Machine"], "retry": {"backoff": "5m", "longest": "1m"}"#,
            [".retry.backoff is 5m, more than 'longest', which is 1m: it only grows"]
        ),
    ]
}
