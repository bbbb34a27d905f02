import Foundation
import Kernel

/// What somebody says of themselves.
package struct Profile: Sendable, Hashable {
    package static let limit = 40

    package var name: String?
    package var platform: Platform?
    /// 加盟合作企业: the partner company that employs the rider.
    package var company: String?
    /// 站点: the site that the rider starts from.
    package var site: String?

    package init(name: String? = nil, platform: Platform? = nil, company: String? = nil, site: String? = nil) {
        self.name = name
        self.platform = platform
        self.company = company
        self.site = site
    }

    /// What can't be taken as it is, by field.
    package var problems: [FieldProblem] {
        [("name", name), ("company", company), ("site", site)].compactMap { field, text in
            guard let text else { return nil }
            if text.count > Self.limit { return FieldProblem(field, "too-long", details: ["limit": "\(Self.limit)"]) }
            return text.unicodeScalars.contains(where: Self.isHidden) ? FieldProblem(field, "bad-characters") : nil
        }
    }

    /// Control characters, and marks that turn the direction of the text round them: nobody's name has them.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

/// For whom a rider or driver works. Words under `platform.<name>`.
package enum Platform: String, Sendable, Hashable, CaseIterable {
    case meituan, eleme, jd, dada
    case shansong
    case sfIntraCity = "sf-intra-city"
    case kfc
    case didi, caocao, huolala
    case other
}
