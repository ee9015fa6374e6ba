import Foundation
import Proof

/// One figure, with what it is compared to. Ratios hold on other machines; absolute figures are of this one.
struct Figure: Encodable {
    private enum Key: CodingKey { case name, value, unit, baseline, ratio, target, met }

    let name: String
    let value: Double
    let unit: String
    /// What the ratio is to, measured in the same run; or why it could not be had.
    let baseline: String?
    /// The value through the baseline's value.
    let ratio: Double?
    let target: String?
    /// nil: there is no target, or what it needs could not be had.
    let met: Bool?

    init(
        _ name: String,
        _ value: Double,
        _ unit: String,
        against baseline: Baseline? = nil,
        target: Target? = nil
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.baseline = baseline?.name
        let ratio = baseline?.value.map { value / $0 }
        self.ratio = ratio
        self.target = target?.text(unit)
        met = target.flatMap { $0.isMet(value: value, ratio: ratio) }
    }
}

extension Figure {
    /// Every field is there, null where there is nothing to say.
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(name, forKey: .name)
        try object.encode(value.isFinite ? value : nil, forKey: .value)
        try object.encode(unit, forKey: .unit)
        try object.encode(baseline, forKey: .baseline)
        try object.encode(ratio.flatMap { $0.isFinite ? $0 : nil }, forKey: .ratio)
        try object.encode(target, forKey: .target)
        try object.encode(met, forKey: .met)
    }
}

/// What a figure is compared to.
struct Baseline {
    let name: String
    /// nil: it could not be had, as the name says.
    let value: Double?

    init(_ name: String, _ value: Double?) {
        self.name = name
        self.value = value
    }

    static func missing(_ name: String, because reason: String) -> Baseline {
        Baseline("none: \(name): \(reason)", nil)
    }
}

/// What a figure is to be.
enum Target {
    case below(Double)
    case ratioAtLeast(Double)
    case ratioAtMost(Double)

    func text(_ unit: String) -> String {
        switch self {
        case .below(let most): "< \(most.short) \(unit)"
        case .ratioAtLeast(let least): ">= \(least.short) of it"
        case .ratioAtMost(let most): "<= \(most.short) of it"
        }
    }

    func isMet(value: Double, ratio: Double?) -> Bool? {
        switch self {
        case .below(let most): value < most
        case .ratioAtLeast(let least): ratio.map { $0 >= least }
        case .ratioAtMost(let most): ratio.map { $0 <= most }
        }
    }
}

extension Double {
    /// Three digits that count, for people.
    var short: String {
        magnitude >= 100 || self == rounded()
            ? digits(0) : digits(magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3)
    }
}
