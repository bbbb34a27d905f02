import Access
import Cases
import Foundation
import Kernel

/// That somebody of the staff looked at who a person is: as whom, when and for what. Never who.
package struct Look: Sendable, Hashable {
    /// In what it happened.
    package enum Occasion: Sendable, Hashable {
        case report(ID<Case>)
        /// Something that they asked about their own data.
        case request(UUID)
    }

    package let id: ID<Look>
    package let occasion: Occasion
    package let at: Date
    /// What was looked at, such as `reporter.read`.
    package let kind: String
    package let purpose: String
    /// The post by which they might look, as they held it then; `nil` where there is none any more that allows it.
    package let post: Grant?

    package var role: Role? { post?.role }

    package var matter: ID<Case>? {
        if case .report(let matter) = occasion { matter } else { nil }
    }

    package init(id: ID<Look>, occasion: Occasion, at: Date, kind: String, purpose: String, post: Grant?) {
        self.id = id
        self.occasion = occasion
        self.at = at
        self.kind = kind
        self.purpose = purpose
        self.post = post
    }
}
