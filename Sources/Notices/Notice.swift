import Cases
import Foundation
import Kernel

/// A message in somebody's inbox: that a step was taken on something they reported. It keeps no words of its own: they are
/// the step's, in the language of whoever reads them.
package struct Notice: Sendable, Hashable {
    package let id: ID<Notice>
    package let account: ID<Account>
    package let matter: ID<Case>
    package let step: ID<TimelineEntry>
    package let at: Date
    package let isRead: Bool
}
