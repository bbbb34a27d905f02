/// Who stands above whom, by codes, as it would be after an import.
struct ImportedTree {
    private var parents: [String: String]

    init(_ existing: [String: String?], changedBy drafts: [(code: String, parent: String?)]) {
        parents = existing.compactMapValues { $0 }
        for draft in drafts { parents[draft.code] = draft.parent }
    }

    func isCircular(at code: String) -> Bool { height(of: code) > parents.count }

    /// How many stand above one; more than there are when they go round in a circle.
    func height(of code: String) -> Int {
        var height = 0
        var current = code
        while let parent = parents[current], height <= parents.count {
            height += 1
            current = parent
        }
        return height
    }
}
