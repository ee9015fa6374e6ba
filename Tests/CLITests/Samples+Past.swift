import FleetModel

@testable import CommandLineKit

extension Samples {
    static func pastLines(width: Int?, palette: Palette) -> [String] {
        MachineHistoryView(palette: palette, width: width).lines(history)
            + Table(columns: TriggerPreviewView.columns(now: now))
            .lines(of: preview.triggers[0].machines, width: width, palette: palette)
    }

    static let history = MachineHistory(
        id: ID(17),
        name: "web-3",
        incarnation: 2,
        environment: "production",
        joinedAt: at(-9000),
        deletedAt: at(-100),
        at: at(-600),
        presence: .present,
        releases: [
            .init(project: "shop", release: "1.4", incomplete: nil, since: at(-8000), deploymentID: ID(41)),
            .init(project: "base", release: nil, incomplete: "3.0", since: at(-700), deploymentID: nil),
        ],
        entries: [
            .init(
                at: at(-9000),
                kind: "event",
                what: "MachineAdded: web-3 joined",
                eventID: ID(7),
                deploymentID: nil
            ),
            .init(
                at: at(-8000),
                kind: "run",
                what: "run of shop 1.4 ended as succeeded",
                eventID: nil,
                deploymentID: ID(41)
            ),
        ],
        hasEarlier: true,
        eventsKeptSince: nil
    )

    static let preview = TriggerPreview(
        since: at(-86_400),
        until: now,
        windowSeconds: 15,
        eventsRead: 200,
        cutOffAt: nil,
        notes: ["machines are taken as they are now"],
        triggers: [
            .init(
                project: "shop",
                trigger: "arrivals",
                matches: 5,
                machineCount: 2,
                machines: [
                    .init(
                        machine: "web-3",
                        environment: "production",
                        project: "shop",
                        events: 4,
                        firstEventID: ID(998),
                        firstAt: at(-3600),
                        lastEventID: ID(1003),
                        lastAt: at(-240),
                        deployments: 2,
                        release: "1.4",
                        verdict: "deploying",
                        reason: "it would be deployed to"
                    )
                ]
            )
        ]
    )
}
