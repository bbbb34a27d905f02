import Access
import Foundation
import Kernel
import Notices
import Web

/// `/me/data/looks`
struct LooksPage: Page {
    static let template = "mydata/looks"

    struct Item: Sendable {
        let who: String
        let unit: String
        let what: String
        let time: String
        let url: String
        let link: String
    }

    let frame: String
    let isStaff: Bool
    let items: [Item]
    let isEmpty: Bool
    let nextURL: String?

    func title(_ t: Strings) -> String { t("looks.title") }
}

extension LooksPage.Item {
    init(_ look: Look, unit: String, t: Strings) {
        who = look.role.map { t("role.\($0.rawValue)") } ?? t("looks.role.none")
        self.unit = unit
        time = look.at.minuteText
        switch look.occasion {
        case .report(let matter):
            what = t("looks.what", ["purpose": LookWords.purpose(look.purpose, t)])
            (url, link) = ("/reports/\(matter)", t("looks.report"))
        case .request:
            what = t("looks.what-request")
            (url, link) = ("/me/data", t("looks.request"))
        }
    }
}
