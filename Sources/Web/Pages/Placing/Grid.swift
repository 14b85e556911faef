/// A table of texts with a heading for each row and column.
struct Grid {
    struct Row {
        var name: String
        /// Where the row's heading leads.
        var url: String?
        var cells: [String]

        init(_ name: String, url: String? = nil, _ cells: [String]) {
            self.name = name
            self.url = url
            self.cells = cells
        }
    }

    var caption: String
    var heads: [String]
    var rows: [Row]

    var values: Values {
        [
            "caption": caption, "heads": heads,
            "rows": rows.map { row -> Values in
                var values: Values = ["name": row.name, "cells": row.cells]
                if let url = row.url { values["link"] = ["url": url, "name": row.name] as Values }
                return values
            },
        ]
    }
}
