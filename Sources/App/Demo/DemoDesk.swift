import Access
import Foundation
import Kernel
import People
import Storage
import Web

/// What the security administrators of the demo city have done lately: a leave with a stand-in, somebody new who hasn't signed in
/// yet, somebody suspended, somebody who left.
struct DemoDesk: Sendable {
    let product: Nuanxin
    let staff: DemoStaff
    let end: Date

    func arrange() async throws {
        let accounts = product.people.accounts
        let guardian = try staff.caller("security-1").id
        let others: [(login: String, name: String, changeBy: Date?)] = [
            ("sh-new", "示例·尤科员", end + 5 * 86_400), ("sh-paused", "示例·许科员", nil), ("sh-former", "示例·秦科员", nil),
        ]
        for (login, name, changeBy) in others {
            _ = try await accounts.createStaff(
                login: login, name: name, password: DemoPost.password, changeBy: changeBy, by: guardian)
        }
        let desk = try await product.services.database.read { db in
            try GrantStore(db).current(of: staff.caller("sh-food-2").id, at: end).first
        }
        if let desk {
            for login in ["sh-new", "sh-former"] {
                _ = try await accounts.grant(desk, to: login, because: "演示城市", by: guardian)
            }
        }
        try await accounts.setLeave(
            of: "sh-food-2", standIn: "sh-food-1", from: end, until: Day(of: end + 6 * 86_400).end, because: "年休假",
            by: guardian)
        try await accounts.suspend("sh-paused", because: "调查期间停用", by: guardian)
        try await accounts.depart("sh-former", because: "调离本单位", by: guardian)
    }
}
