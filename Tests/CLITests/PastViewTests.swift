import FleetModel
import Testing

@testable import CommandLineKit

@Suite("Views of the past")
struct PastViewTests {
    @Test("E3: history says what was on a machine at the time, and what had happened by then")
    func history() {
        let lines = MachineHistoryView(palette: Samples.plain, width: 100).lines(Samples.history)
        #expect(lines[0].hasPrefix("web-3  machine 17, number 2 of that name  in production"))
        #expect(lines[1].contains("deleted "))
        #expect(lines.contains { $0.hasPrefix("shop") && $0.contains("1.4") && $0.contains("deployment 41") })
        #expect(
            lines.contains { $0.hasPrefix("base") && $0.contains("nothing") && $0.contains("3.0 was begun") }
        )
        #expect(lines.contains { $0.hasPrefix("there was more before: look with --at ") })
        #expect(lines.last?.hasSuffix("run of shop 1.4 ended as succeeded") == true)
        var gone = Samples.history
        gone.presence = .deleted
        #expect(
            MachineHistoryView(palette: Samples.plain, width: 100).lines(gone)[3].hasSuffix(
                "it was deleted already"
            )
        )
    }

    @Test(
        "E2: a preview says what would be deployed how often, what is cut off, and that nothing was written"
    )
    func preview() {
        let table = Table(columns: TriggerPreviewView.columns(now: Samples.now))
            .lines(of: Samples.preview.triggers[0].machines, width: 120, palette: Samples.plain)
        #expect(table[1].contains("web-3") && table[1].hasSuffix("1.4 would be deployed to it 2 times"))
        let remarks = TriggerPreviewView.remarks(Samples.preview)
        #expect(
            remarks[0].hasPrefix(
                "shop/arrivals: 5 events would have fired it for 2 machines, 1 of them shown"
            )
        )
        #expect(remarks.last == "nothing was written")
    }
}
