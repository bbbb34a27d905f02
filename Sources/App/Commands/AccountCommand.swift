import Access
import ArgumentParser
import Directory
import Foundation
import Kernel
import People
import Storage
import Web

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Accounts of staff: make one, give it a role, take the role away, keep it out, end it.",
        subcommands: [
            CreateCommand.self, GrantCommand.self, RevokeCommand.self, PasswordCommand.self, AuthenticatorCommand.self,
            SuspendCommand.self, ReopenCommand.self, DepartCommand.self, ListCommand.self,
        ]
    )

    struct CreateCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Makes an account and shows the authenticator's secret, this once.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The name to sign in with.") var login: String
        @Option(help: "The person's name, as colleagues see it.") var name: String
        @Flag(help: "Read the password from the first line of the standard input.") var passwordFromInput = false
        @Flag(help: "Somebody else knows the password: it works for seven days and must be changed first.")
        var mustChange = false

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                let password = try readPassword(fromInput: passwordFromInput)
                let made = try await product.people.accounts.createStaff(
                    login: login, name: name, password: password, changeBy: changeBy(mustChange, product))
                print("made \(login). Secret for the authenticator app: \(made.oneTimePassword.base32)")
                print("next: nuanxin account grant \(login) ROLE --office CODE")
            }
        }
    }

    struct GrantCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "grant", abstract: "Gives a role.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The name to sign in with.") var login: String
        @Argument(help: "intake, officer, supervisor, administrator, security, auditor…") var role: String
        @Option(help: "The code of the office.") var office: String?
        @Option(help: "The code of the territory.") var territory: String?
        @Option(help: "A line of work within the territory, such as market/food; all when left out.") var sector:
            String?
        @Option(help: "The code of the organisation that they belong to; with the role everyone that is all it says.")
        var organisation: String?
        @Option(help: "Until which day, such as 2027-06-30; a year when left out.") var until: String?
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await plainly {
                let known = Role.allCases.filter { $0 != .rider && ($0 != .everyone || organisation != nil) }
                guard let role = Role(rawValue: role), known.contains(role) else {
                    throw SettingsError("role: give one of \(known.map(\.rawValue).joined(separator: ", "))")
                }
                let product = try await common.open()
                let last = try until.map { text in
                    guard let day = Day(text) else {
                        throw SettingsError("until: \(text) is not a day such as 2027-06-30")
                    }
                    return day.end
                }
                let line = try sector.map { text in
                    let path = SectorPath(rawValue: "/" + text.split(separator: "/").joined(separator: "/") + "/")
                    guard product.facts.sectors[path] != nil else {
                        throw SettingsError(
                            "sector: there is no \(text); known are "
                                + product.facts.sectors.all.map(\.path.rawValue).joined(separator: ", "))
                    }
                    return path
                }
                let (place, officeID, member) = try await product.services.database.read {
                    [office, territory, organisation] db in
                    let directory = DirectoryStore(db)
                    let place = try territory.map { code in
                        guard let found = try directory.territory(TerritoryCode(rawValue: code)) else {
                            throw SettingsError("territory: there is no \(code)")
                        }
                        return found.path
                    }
                    let id = try office.map { code in
                        guard let found = try directory.office(code: code) else {
                            throw SettingsError("office: there is no \(code)")
                        }
                        return found.id
                    }
                    let member = try organisation.map { code in
                        guard let found = try directory.organisation(code: code) else {
                            throw SettingsError("organisation: there is no \(code)")
                        }
                        return found.id
                    }
                    return (place, id, member)
                }
                let made = try await product.people.accounts.grant(
                    Grant(role: role, territory: place, sector: line, office: officeID, organisation: member),
                    to: login,
                    until: last, because: reason)
                print("granted \(made.id.uuidString.lowercased())")
            }
        }
    }

    struct RevokeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Takes a role away and signs the person out.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The name to sign in with.") var login: String
        @Argument(help: "The grant's identity, as `list` shows it.") var grant: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await plainly {
                guard let id = UUID(uuidString: grant) else {
                    throw SettingsError("grant: \(grant) is not an identity")
                }
                let product = try await common.open()
                try await product.people.accounts.revoke(id, of: login, because: reason)
                print("revoked")
            }
        }
    }

    struct PasswordCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Sets a new password and signs the person out.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The name to sign in with.") var login: String
        @Flag(help: "Read the password from the first line of the standard input.") var passwordFromInput = false
        @Flag(help: "Somebody else knows the password: it works for seven days and must be changed first.")
        var mustChange = false

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                try await product.people.accounts.setPassword(
                    of: login, to: try readPassword(fromInput: passwordFromInput),
                    changeBy: changeBy(mustChange, product))
                print("set")
            }
        }
    }

    struct AuthenticatorCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "authenticator", abstract: "Gives a new authenticator's secret and voids the old one.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The name to sign in with.") var login: String

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                print("secret: \(try await product.people.accounts.resetOneTimePassword(of: login).base32)")
            }
        }
    }

    struct SuspendCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "suspend", abstract: "Keeps somebody out, staff by login or a rider by phone.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Login or phone.") var who: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await plainly {
                try await common.open().people.accounts.suspend(who, because: reason)
                print("suspended")
            }
        }
    }

    struct ReopenCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reopen", abstract: "Lets somebody in again who was suspended.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "Login or phone.") var who: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await plainly {
                try await common.open().people.accounts.reopen(who, because: reason)
                print("reopened")
            }
        }
    }

    struct DepartCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "depart", abstract: "Ends an account of staff with all that hangs on it, for good.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The name to sign in with.") var login: String
        @Option(help: "Why, for the record.") var reason: String

        func run() async throws {
            try await plainly {
                try await common.open().people.accounts.depart(login, because: reason)
                print("ended")
            }
        }
    }

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "All staff with their roles.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await plainly {
                for (person, grants) in try await common.open().people.accounts.list() {
                    print("\(person.login?.text ?? "")  \(person.callName)  \(person.state.rawValue)")
                    for grant in grants {
                        let until = grant.until.map { "until \(Day(of: $0 - 1))" } ?? ""
                        print("    \(grant.id.uuidString.lowercased())  \(grant.grant.role.rawValue)  \(until)")
                    }
                }
            }
        }
    }
}

/// Until when a password that somebody else knows may be used.
private func changeBy(_ mustChange: Bool, _ product: Nuanxin) -> Date? {
    mustChange ? product.services.now() + 7 * 86_400 : nil
}

/// A password from the terminal without showing it, or from a pipe.
private func readPassword(fromInput: Bool) throws -> String {
    if fromInput {
        guard let line = readLine() else { throw SettingsError("password: the standard input is empty") }
        return line
    }
    guard let typed = getpass("Password: ") else { throw SettingsError("password: no terminal to type it on") }
    return String(cString: typed)
}
