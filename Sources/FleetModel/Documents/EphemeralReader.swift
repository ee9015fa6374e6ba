/// Reads how an environment is made for a time.
enum EphemeralReader {
    static func read(_ field: String, of environment: inout ObjectReader) -> EphemeralOrder? {
        guard let value = environment.value(field) else { return nil }
        var reader = ObjectReader(value, at: "\(environment.path).\(field)")
        reader.refuseUnknownFields(except: [
            "from", "expiresIn", "idleLimit", "deleteWhenEmpty", "warnBefore",
        ])
        let from = reader.text("from", .name)
        _ = reader.required("expiresIn", "a time such as '4h' or '7d'")
        let expiresIn = reader.seconds("expiresIn", in: EphemeralOrder.expirySeconds)
        let order = EphemeralOrder(
            from: from ?? "",
            expiresInSeconds: expiresIn ?? 0,
            idleLimitSeconds: reader.seconds("idleLimit", in: EphemeralOrder.idleSeconds),
            deleteWhenEmpty: reader.flag("deleteWhenEmpty", default: false),
            warnBeforeSeconds: reader.seconds("warnBefore", in: EphemeralOrder.warnSeconds)
        )
        environment.adopt(reader)
        return from == nil || expiresIn == nil ? nil : order
    }
}
