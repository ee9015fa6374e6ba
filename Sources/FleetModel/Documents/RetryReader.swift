/// Reads how often a trigger tries again.
enum RetryReader {
    static func read(_ field: String, of reader: inout ObjectReader) -> Trigger.Retry {
        var retry = Trigger.Retry()
        guard let value = reader.value(field) else { return retry }
        var part = ObjectReader(value, at: "\(reader.path).\(field)")
        part.refuseUnknownFields(except: ["attempts", "backoff", "longest"])
        retry.attempts = part.number("attempts", in: 1...100) ?? retry.attempts
        retry.backoffSeconds = part.seconds("backoff", in: 1...86_400) ?? retry.backoffSeconds
        let longest = part.seconds("longest", in: 1...604_800)
        // Who gives only a long back-off means it.
        retry.longestSeconds = longest ?? max(retry.longestSeconds, retry.backoffSeconds)
        if part.faults.isEmpty, retry.backoffSeconds > retry.longestSeconds {
            let texts = [retry.backoffSeconds, retry.longestSeconds].map(DurationText.text(seconds:))
            part.fail(
                "backoff",
                "is \(texts[0]), more than 'longest', which is \(texts[1]): it only grows"
            )
        }
        reader.adopt(part)
        return retry
    }
}
