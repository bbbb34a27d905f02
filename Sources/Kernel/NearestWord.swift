extension Sequence<String> {
    /// What to write instead of a word that isn't one of these, as the end of a sentence: the nearest one when somebody has
    /// slipped by a few letters, else all of them.
    package func hint(insteadOf word: String) -> String {
        let near = map { (word: $0, slips: slips(from: word, to: $0)) }
            .filter { $0.slips <= Swift.max(1, word.count / 3) }
            .min { ($0.slips, $0.word) < ($1.slips, $1.word) }
        guard let near else { return "; known are \(sorted().joined(separator: ", "))" }
        return "; did you mean \(near.word)?"
    }
}

/// How many letters must be put in, taken out or changed to get from one word to the other (Levenshtein).
private func slips(from word: String, to other: String) -> Int {
    let (letters, others) = (Array(word), Array(other))
    var row = Array(0...others.count)
    for (index, letter) in letters.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, target) in others.enumerated() {
            let change = diagonal + (letter == target ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(change, row[column] + 1, diagonal + 1)
        }
    }
    return row[others.count]
}
