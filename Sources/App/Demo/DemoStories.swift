import Foundation
import Kernel

/// What happens in the demo city and how people write about it: `Data/demo/stories.json`.
struct DemoStories: Sendable, Decodable {
    struct Story: Sendable, Decodable {
        /// What the rider chose.
        let category: String
        /// What the intake desk finds it to be.
        let becomes: String?
        /// What it turns out to be after the first office gave it back.
        let returnsAs: String?
        let returnNote: String?
        /// The other body that answers for it.
        let body: String?
        let photos: [String]
        /// The picture of what it looks like once it is put right; without one it is closed without a second look.
        let after: String?
        let shops: [String]
        let texts: [String]
        let check: [String]?
        let results: [String]
        let orders: [String]?
        let fixes: [String]?
        let closings: [String]?

        var isOfAnotherBody: Bool { body != nil }
        var isRectifiable: Bool { after != nil }
        /// Whether samples of it are tested.
        var isTested: Bool { ["0103", "0107", "0601"].contains(category) && returnsAs == nil }
    }

    struct Words: Sendable, Decodable {
        let accept, reclassify, dispatch, forward, assign, note: [String]
        let askExtension, grantExtension, refuseExtension, pause, resume: [String]
        let rateNote, askReopen, reopen, keepClosed, rectifyAgain: [String]
        /// With `{year}` and `{number}`.
        let receipt: String
    }

    let streets, spots, surnames, givenNames: [String]
    let stories: [Story]
    let words: Words

    init(_ root: Root) throws {
        self = try JSONDecoder().decode(DemoStories.self, from: root.data("demo/stories.json"))
    }

    /// Every picture that some story shows, by name.
    var pictures: Set<String> {
        Set(stories.flatMap { $0.photos + [$0.after].compactMap(\.self) })
    }
}

/// The texts that nobody has sent yet. Each is used once before any is used again.
struct DemoTexts {
    private let stories: [DemoStories.Story]
    private var rest: [(story: Int, text: Int)]

    init(_ stories: [DemoStories.Story]) {
        self.stories = stories
        rest = Self.all(stories)
    }

    mutating func draw(
        _ fits: (DemoStories.Story) -> Bool, using generator: inout SeededGenerator
    ) -> (story: DemoStories.Story, text: String)? {
        for _ in 0..<2 {
            let fitting = rest.indices.filter { fits(stories[rest[$0].story]) }
            if let index = fitting.randomElement(using: &generator) {
                let drawn = rest.remove(at: index)
                let story = stories[drawn.story]
                let shop = story.shops.randomElement(using: &generator) ?? ""
                return (story, story.texts[drawn.text].replacing("{shop}", with: shop))
            }
            rest += Self.all(stories).filter { fits(stories[$0.story]) }
        }
        return nil
    }

    private static func all(_ stories: [DemoStories.Story]) -> [(story: Int, text: Int)] {
        stories.indices.flatMap { story in stories[story].texts.indices.map { (story, $0) } }
    }
}
