import Hummingbird

/// The way from one page of a long list to the next.
struct Pager {
    /// Counted from zero.
    let page: Int
    let count: Int
    let pageSize: Int
    /// Where the pages are, with `?` and other parameters where there are any.
    let address: String

    /// Nil where all of it stands on one page.
    func values(_ scope: PageScope) -> Values? {
        let last = max(0, (count - 1) / pageSize)
        if last == 0 { return nil }
        let mark = address.contains("?") ? "&" : "?"
        var values: Values = [
            "here": scope.text("pager.here", ["page": "\(page + 1)", "last": "\(last + 1)"])
        ]
        if page > 0 { values["previous"] = "\(address)\(mark)page=\(page)" }
        if page < last { values["next"] = "\(address)\(mark)page=\(page + 2)" }
        return values
    }

    /// The page that the address asks for, counted from zero.
    static func asked(_ request: Request) -> Int {
        let asked = request.uri.queryParameters["page"].flatMap { Int(String($0)) } ?? 1
        return max(0, min(asked, 100_000) - 1)
    }
}
