import Access
import Foundation
import Kernel
import People

/// Who lives and works in the test district. Two districts of one city mirror each other: 沈河 (SH) and 和平 (HP).
enum Someone: Int, CaseIterable, Sendable {
    /// Riders.
    case zhangWei = 1, liuYang
    /// Shenhe: the desk, two officers for food, one for equipment, their supervisor, and somebody with two posts.
    case wangFang, liNa, zhaoQiang, xuYan, chenGang, maRui
    /// Heping: the desk, an officer, a supervisor, and an officer who reports as a rider, too.
    case sunLi, zhouMin, wuPing, gaoJie
    /// The city's desk, and the administrator.
    case qianJin, heMin

    static let riders: [Someone] = [.zhangWei, .liuYang]
    static let staff: [Someone] = allCases.filter { !riders.contains($0) }

    var id: ID<Account> { ID(UUID(high: 0xa_0000, low: 0x8000_0000_0000_0000 | UInt64(rawValue))) }

    var name: String {
        switch self {
        case .zhangWei: "张伟"
        case .liuYang: "刘洋"
        case .wangFang: "王芳"
        case .liNa: "李娜"
        case .zhaoQiang: "赵强"
        case .xuYan: "许燕"
        case .chenGang: "陈刚"
        case .maRui: "马瑞"
        case .sunLi: "孙丽"
        case .zhouMin: "周敏"
        case .wuPing: "吴平"
        case .gaoJie: "高洁"
        case .qianJin: "钱进"
        case .heMin: "何敏"
        }
    }

    var phone: String { self == .zhangWei ? "13866177788" : "13866277799" }

    /// Roles, with the district and the office in which they hold.
    var posts: [(role: Role, territory: String?, office: String?)] {
        switch self {
        case .zhangWei, .liuYang: [(.rider, nil, nil)]
        case .wangFang: [(.intake, TestDistrict.shenhe, "SH-DESK")]
        case .liNa, .zhaoQiang: [(.officer, nil, "SH-FOOD")]
        case .xuYan: [(.officer, nil, "SH-EQUIP")]
        case .chenGang: [(.supervisor, TestDistrict.shenhe, "SH-FOOD")]
        case .maRui: [(.officer, nil, "SH-FOOD"), (.supervisor, nil, "SH-FOOD")]
        case .sunLi: [(.intake, TestDistrict.heping, "HP-DESK")]
        case .zhouMin: [(.officer, nil, "HP-FOOD")]
        case .wuPing: [(.supervisor, TestDistrict.heping, "HP-FOOD")]
        case .gaoJie: [(.officer, nil, "HP-FOOD"), (.rider, nil, nil)]
        case .qianJin: [(.intake, TestDistrict.shenyang, "SY-DESK")]
        case .heMin: [(.administrator, nil, nil)]
        }
    }

    func person(at now: Date) -> Person? {
        let door: Person.Door? =
            Self.riders.contains(self)
            ? Phone(phone).map { .phone($0) } : Login("\(self)".lowercased()).map { .login($0) }
        return door.map { Person(id: id, door: $0, profile: Profile(name: name), createdAt: now, welcomedAt: now) }
    }
}
