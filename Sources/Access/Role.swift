/// What somebody may be to the product. What each may do stands in `Data/policy.json`, nowhere else.
package enum Role: String, Sendable, Hashable, CaseIterable, Codable {
    /// Whoever is signed in, for what is their own.
    case everyone
    /// 骑手、司机
    case rider
    /// 接收岗: takes in what is reported and gives it to the office that answers for it.
    case intake
    /// 承办人: works on matters on the spot.
    case officer
    /// 负责人: approves what must not be decided alone.
    case supervisor
    /// 举报人信息保管人: keeps who reported apart, and decides who else may know it.
    case custodian
    /// 驿站管理员: looks after a station.
    case keeper
    /// 商户: answers for a shop or kitchen.
    case merchant
    /// 社区、物业: opens gates, keeps the ways of a community.
    case community
    /// 平台联络人: answers for riders of a platform, a partner company or a site.
    case platform
    /// 党务工作者: looks after members of an organisation.
    case party
    /// 系统管理员: sets the product up; sees no personal data of a matter.
    case administrator
    /// 安全管理员: gives and takes accounts and roles; sees no matter.
    case security
    /// 审计管理员: reads what was done by whom; changes nothing.
    case auditor

    /// The three that guard each other (三员分立, GB/T 22239-2019): nobody is two of them, and none of them works on matters.
    package static let guards: Set<Role> = [.administrator, .security, .auditor]

    /// Those from outside, for some of whom a reporter's name is worth something: they never reach a hidden identity.
    package static let outsiders: Set<Role> = [.keeper, .merchant, .community, .platform]
}
