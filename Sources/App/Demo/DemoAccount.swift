import Access
import Foundation
import Kernel
import People

/// One line of `demo-accounts.json`: whom one can sign in as.
package struct DemoAccount: Sendable, Codable, Hashable {
    package let name: String
    package let roles: [String]
    /// Riders sign in by this number; the code is shown in the page, nothing is ever sent.
    package var phone: String?
    package var login: String?
    package var password: String?
    /// For an authenticator app, or `scripts/one-time-code LOGIN`.
    package var totpSecret: String?
    /// The code of the territory.
    package let territory: String
    package let organisation: String?
    package let note: String

    /// The name of the file in the data folder. Where it is, the city is a demo.
    package static let fileName = "demo-accounts.json"

    static func all(_ staff: DemoStaff, _ riders: DemoRiders) -> [DemoAccount] {
        let people = DemoRider.allCases.map { rider in
            let person = riders.people[rider.rawValue]
            return DemoAccount(
                name: person.callName, roles: ["rider"], phone: person.phone?.digits,
                territory: rider.county, organisation: person.profile.site,
                note: "虚构的人和号码，不会发出短信 · fictional person and number, no message is sent")
        }
        return people
            + staff.members.map { member in
                DemoAccount(
                    name: member.post.name, roles: [member.post.role.rawValue], login: member.post.login,
                    password: DemoPost.password, totpSecret: member.oneTimePassword.base32,
                    territory: member.territory, organisation: member.organisation,
                    note: "虚构的人，密码只用于演示 · fictional person, the password is for the demo only")
            }
    }

    /// Writes the list so that it is there as a whole, also after a power cut, or not at all.
    static func write(_ accounts: [DemoAccount], in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let temporary = folder.appending(path: "\(fileName).new")
        let target = folder.appending(path: fileName)
        try (encoder.encode(accounts) + Data("\n".utf8)).write(to: temporary)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: temporary.path)
        try sync(temporary)
        guard rename(temporary.path, target.path) == 0 else { throw SettingsError("\(target.path) can't be written") }
        try sync(folder)
    }

    private static func sync(_ path: URL) throws {
        let descriptor = open(path.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SettingsError("\(path.path) can't be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SettingsError("\(path.path) can't be written to the disk") }
    }
}
