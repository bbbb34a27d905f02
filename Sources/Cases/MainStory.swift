import Deadlines
import Foundation
import Kernel
import Storage

/// What those are told of a case whose own reports were merged into it: how it stands and what was said of it since. Not what
/// its reporter wrote, photographed or is called by.
struct MainStory: Sendable {
    let matter: Case
    let clocks: [CaseClock]
    /// The lines of its timeline that reporters are told, the oldest first.
    let told: [TimelineEntry]

    init?(_ id: ID<Case>, in db: any Transaction) throws {
        guard let matter = try CaseStore(db).find(id) else { return nil }
        self.matter = matter
        clocks = try CaseClockStore(db).clocks(of: id)
        told = try TimelineStore(db).entries(of: id).filter { $0.tells != nil && $0.from != nil && !$0.isReporters }
    }
}
