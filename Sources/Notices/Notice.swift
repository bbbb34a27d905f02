import Cases
import Foundation
import Kernel

/// A message in somebody's inbox: that a step was taken on something they reported, or that somebody looked at who they
/// are. It keeps no words of its own: they are the step's, in the language of whoever reads them.
package struct Notice: Sendable, Hashable {
    package let id: ID<Notice>
    package let account: ID<Account>
    package let matter: ID<Case>
    /// The line of the timeline; of a look, what makes it another one than the others.
    package let step: ID<TimelineEntry>
    package let at: Date
    package let isRead: Bool
    /// Somebody looked at who the reader is; then there is no line of the timeline.
    package let isLook: Bool

    package init(
        id: ID<Notice>, account: ID<Account>, matter: ID<Case>, step: ID<TimelineEntry>, at: Date, isRead: Bool,
        isLook: Bool = false
    ) {
        self.id = id
        self.account = account
        self.matter = matter
        self.step = step
        self.at = at
        self.isRead = isRead
        self.isLook = isLook
    }
}
