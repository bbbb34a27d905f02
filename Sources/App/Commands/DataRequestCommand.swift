import ArgumentParser
import Foundation
import Kernel
import MyData
import Web

struct DataRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data-request",
        abstract: "What people asked about their own data: see what waits, answer, carry out a deletion.",
        subcommands: [ListCommand.self, AnswerCommand.self, EraseCommand.self, RunCommand.self])

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "What waits for an answer, the oldest first.")
        @OptionGroup var common: CommonOptions
        @Flag(help: "Also what was written, which is personal data.") var words = false

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                let today = Day(of: product.services.now())
                for (request, written) in try await product.myData.requests.waiting() {
                    let due = request.due.map { "due \($0)" } ?? "due unknown: a calendar is missing"
                    let late = request.isOverdue(on: today) ? "  LATE" : ""
                    print("\(request.id)  \(request.kind.rawValue)  \(request.state.rawValue)  \(due)\(late)")
                    guard words, let written else { continue }
                    if let text = written.text { print("    \(text)") }
                    if let phone = written.phone { print("    new number \(phone)") }
                }
            }
        }
    }

    struct AnswerCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "answer",
            abstract: "Answers a request. A granted `lostPhone` changes the number and signs out everywhere.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The request's identity, as `list` shows it.") var request: String
        @Flag(help: "It was not agreed to.") var refuse = false
        @Option(help: "What the person reads: what was done, or why not.") var answer: String

        func run() async throws {
            try await plainly {
                let product = try await common.open()
                try await product.myData.requests.answer(
                    try identity(request), refuse ? .refused : .done, words: answer)
                print(refuse ? "refused" : "answered")
            }
        }
    }

    struct EraseCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "erase", abstract: "Carries out a deletion that was asked for, without waiting.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The request's identity, as `list` shows it.") var request: String

        func run() async throws {
            try await plainly {
                try await common.open().myData.requests.carryOut(try identity(request))
                print("erased")
            }
        }
    }

    struct RunCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run", abstract: "Does now what the server does every ten minutes.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await plainly {
                let turn = try await common.open().myData.requests.run()
                print("erased \(turn.erased), newly late \(turn.overdue)")
            }
        }
    }
}

private func identity(_ text: String) throws -> ID<DataRequest> {
    guard let id = ID<DataRequest>(text) else { throw SettingsError("request: \(text) is not an identity") }
    return id
}
