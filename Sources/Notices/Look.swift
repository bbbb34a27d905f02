import Access
import Cases
import Foundation
import Kernel

/// That somebody of the staff looked at who a person is: as whom, when and for what. Never who.
package struct Look: Sendable, Hashable {
    package let id: ID<Look>
    /// The case in which it happened.
    package let matter: ID<Case>
    package let at: Date
    /// What was looked at, such as `reporter.read`.
    package let kind: String
    package let purpose: String
    /// The post by which they might look, as they held it then; `nil` where there is none any more that allows it.
    package let post: Grant?

    package var role: Role? { post?.role }

    package init(id: ID<Look>, matter: ID<Case>, at: Date, kind: String, purpose: String, post: Grant?) {
        self.id = id
        self.matter = matter
        self.at = at
        self.kind = kind
        self.purpose = purpose
        self.post = post
    }
}
