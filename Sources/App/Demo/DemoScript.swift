import Cases
import Foundation
import Kernel

/// Writes down, step by step, what becomes of one report.
struct DemoScript {
    let days: DemoDays
    let words: DemoStories.Words
    let story: DemoStories.Story
    let receivedAt: Date
    /// A number that differs from report to report.
    let number: Int
    private(set) var moves: [DemoMove] = []
    private(set) var generator: SeededGenerator

    init(
        _ days: DemoDays, _ words: DemoStories.Words, _ story: DemoStories.Story, receivedAt: Date, number: Int,
        generator: SeededGenerator
    ) {
        self.days = days
        self.words = words
        self.story = story
        self.receivedAt = receivedAt
        self.number = number
        self.generator = generator
    }

    mutating func write(_ fate: DemoFate) {
        switch fate.ending {
        case .received: break
        case .forwarded: forward()
        case .accepted: accept()
        case .dispatched: dispatch(age: fate.age)
        case .assigned: assign(age: fate.age)
        case .handedOver: handOver()
        case .transferred: transfer(age: fate.age)
        case .checking: check(age: fate.age)
        case .extensionAsked, .extensionGranted, .extensionRefused, .paused, .resumed: takeLonger(fate)
        case .verified: verify(age: fate.age, at: max(0, fate.age - 5))
        case .rectifying: rectify(age: fate.age, at: fate.last ?? 1)
        case .rechecking: recheck(age: fate.age, at: fate.last ?? 1)
        case .closed(let isRated): close(fate, isRated: isRated)
        case .rectifiedTwice: rectifyTwice(age: fate.age)
        case .reopenAsked, .keptClosed, .reopened: askAgain(fate)
        }
    }
}

// MARK: The desk

extension DemoScript {
    private var lastMoment: Date { moves.last?.at ?? receivedAt }

    private mutating func say(_ sentences: [String]?) -> String? {
        guard let sentence = sentences?.randomElement(using: &generator), !sentence.isEmpty else { return nil }
        return sentence
    }

    private mutating func atDesk(_ minutes: ClosedRange<Int>) -> Date {
        days.atDesk(after: lastMoment, minutes: minutes, using: &generator)
    }

    private mutating func forward() {
        var move = DemoMove("forward", by: .cityIntake, at: atDesk(12...40))
        move.note = say(words.forward)
        move.target = .desk(county: "210103")
        moves.append(move)
    }

    private mutating func accept() {
        var move = DemoMove("accept", by: .intake, at: atDesk(8...55))
        move.category = story.becomes
        move.note = story.becomes == nil ? say(words.accept) : say(words.reclassify)
        moves.append(move)
    }

    /// Sends it to the office that answers for it; what turns out to be another section's comes back and goes there.
    private mutating func dispatch(age: Int) {
        accept()
        sendOut()
        guard let category = story.returnsAs, age >= 3 else { return }
        var back = DemoMove("returnToIntake", by: .officer, at: days.moment(age - 1, 3, using: &generator))
        back.reason = "notOurs"
        back.note = story.returnNote
        moves.append(back)
        var classify = DemoMove("classify", by: .intake, at: atDesk(6...15))
        classify.category = category
        classify.note = say(words.reclassify)
        moves.append(classify)
        sendOut()
    }

    private mutating func sendOut() {
        var move = DemoMove("dispatch", by: .intake, at: atDesk(3...16))
        move.target = .dutiful
        move.namesHandler = Bool.random(using: &generator)
        move.note = say(words.dispatch)
        moves.append(move)
    }

    private mutating func assign(age: Int) {
        dispatch(age: age)
        var move = DemoMove("assign", by: .supervisor, at: days.moment(age - 2, 3, using: &generator))
        move.namesHandler = true
        move.note = say(words.assign)
        moves.append(move)
    }

    private mutating func handOver() {
        accept()
        var move = DemoMove("handOver", by: .intake, at: atDesk(6...35))
        move.body = story.body
        move.result = say(story.results)
        moves.append(move)
    }

    private mutating func transfer(age: Int) {
        handOver()
        let back = max(1, age - Int.random(in: 2...5, using: &generator))
        var move = DemoMove("recordReceipt", by: .intake, at: days.moment(back, 4, using: &generator))
        move.receipt = words.receipt.replacing("{year}", with: "\(days.day(back).year)")
            .replacing("{number}", with: "\(100 + number)")
        moves.append(move)
    }
}

// MARK: On the spot

extension DemoScript {
    private mutating func step(
        _ name: String, by actor: DemoMove.Actor = .officer, _ back: Int, _ part: Int
    ) -> DemoMove {
        DemoMove(name, by: actor, at: days.moment(back, part, using: &generator))
    }

    private mutating func photo(_ picture: String?) -> [DemoPhoto] {
        picture.map { [DemoPhoto(name: .random(using: &generator), picture: $0)] } ?? []
    }

    private mutating func check(age: Int) {
        dispatch(age: age)
        var move = step("check", max(0, age - (story.returnsAs == nil ? 1 : 2)), 2)
        move.note = say(story.check)
        moves.append(move)
        guard age > 6, Int.random(in: 0..<3, using: &generator) == 0 else { return }
        var note = step("note", age - 2, 4)
        note.note = say(words.note)
        moves.append(note)
    }

    private mutating func takeLonger(_ fate: DemoFate) {
        check(age: fate.age)
        let decided = fate.ending == .extensionGranted ? 6 : 1
        switch fate.ending {
        case .paused, .resumed:
            var pause = step("pause", fate.ending == .paused ? 5 : 10, 3)
            pause.reason = "testing"
            pause.note = say(words.pause)
            moves.append(pause)
            guard fate.ending == .resumed else { return }
            var resume = step("resume", 6, 1)
            resume.note = say(words.resume)
            moves.append(resume)
        default:
            var ask = step("requestExtension", decided + 1, 4)
            ask.note = say(words.askExtension)
            moves.append(ask)
            guard fate.ending != .extensionAsked else { return }
            let isGranted = fate.ending == .extensionGranted
            var answer = step(isGranted ? "approveExtension" : "refuseExtension", by: .supervisor, decided, 1)
            answer.note = say(isGranted ? words.grantExtension : words.refuseExtension)
            moves.append(answer)
        }
    }

    private mutating func verify(age: Int, at back: Int) {
        check(age: age)
        var move = step("verify", min(back, age - 3), 1)
        move.result = say(story.results)
        moves.append(move)
    }

    private mutating func rectify(age: Int, at back: Int) {
        verify(age: age, at: back)
        order("rectify", after: min(back, age - 3), days: 10, say(story.orders))
    }

    private mutating func order(_ name: String, after back: Int, days count: Int, _ note: String?) {
        var move = step(name, back, name == "rectify" ? 3 : 4)
        move.day = days.day(back) + count
        move.note = note
        moves.append(move)
    }

    private mutating func recheck(age: Int, at back: Int) {
        rectify(age: age, at: max(back + 4, age - 5))
        fix(at: back, part: 1)
    }

    private mutating func fix(at back: Int, part: Int) {
        var move = step("recheck", back, part)
        move.note = say(story.fixes)
        move.photos = photo(story.after)
        moves.append(move)
    }

    private mutating func close(_ fate: DemoFate, isRated: Bool) {
        if story.isRectifiable, fate.age >= 11 {
            let back = fate.last ?? max(1, fate.age - Int.random(in: 10...13, using: &generator))
            recheck(age: fate.age, at: back + 1)
            end(at: back)
        } else {
            let back = fate.last ?? max(1, fate.age - Int.random(in: 5...8, using: &generator))
            verify(age: fate.age, at: min(fate.age - 3, back + 2))
            end(at: back)
        }
        guard isRated else { return }
        var rate = DemoMove("rate", by: .reporter, at: evening(after: lastMoment))
        rate.rating = .solved
        rate.note = say(words.rateNote)
        if rate.at < days.end { moves.append(rate) }
    }

    private mutating func end(at back: Int) {
        var move = step("close", back, 2)
        move.result = say(story.closings)
        moves.append(move)
    }

    private mutating func rectifyTwice(age: Int) {
        let back = age - 11
        recheck(age: age, at: back)
        order("rectifyAgain", after: back, days: 5, say(words.rectifyAgain))
        fix(at: back - 3, part: 3)
        end(at: back - 4)
    }

    private mutating func askAgain(_ fate: DemoFate) {
        let closed = fate.last ?? 18
        close(DemoFate(.closed(isRated: false), age: fate.age, last: closed), isRated: false)
        let asked = fate.ending == .reopenAsked ? 2 : closed - 4
        var ask = DemoMove("requestReopen", by: .reporter, at: days.moment(asked, 3, using: &generator))
        ask.note = say(words.askReopen)
        moves.append(ask)
        switch fate.ending {
        case .keptClosed:
            var keep = step("keepClosed", by: .supervisor, asked - 3, 2)
            keep.result = say(words.keepClosed)
            moves.append(keep)
        case .reopened:
            var reopen = step("reopen", by: .supervisor, asked - 3, 2)
            reopen.note = say(words.reopen)
            moves.append(reopen)
        default: break
        }
    }

    private mutating func evening(after instant: Date) -> Date {
        let day = Day(of: instant) + Int.random(in: 0...3, using: &generator)
        return day.start + Double(Int.random(in: 18 * 3600..<22 * 3600, using: &generator))
    }
}
