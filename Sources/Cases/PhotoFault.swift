import Access
import Foundation
import Hummingbird
import Kernel
import Media
import Web

/// One of several photos that couldn't be taken in: which one, and what was wrong with it.
struct PhotoFault: Sendable {
    let number: Int
    let fileName: String
    let error: any Error

    /// What to say at the photos of the form. Whatever isn't the photo's fault goes on as the error it is.
    func fieldProblem() throws -> FieldProblem {
        guard let problem = (error as? any ProblemError)?.problem, problem.status < 500 else { throw error }
        return words(for: problem)
    }

    /// The same for a page: a fault that passes is said at the photos too, so that all else that was sent is still there.
    func formProblem() throws -> FieldProblem {
        guard let problem = (error as? any ProblemError)?.problem, problem.status < 500 || problem.status == 503 else {
            throw error
        }
        return words(for: problem)
    }

    private func words(for problem: Problem) -> FieldProblem {
        let details = problem.details.merging(["number": "\(number)", "file": fileName]) { own, _ in own }
        return FieldProblem("photo", problem.name, details: details)
    }
}

extension [PhotoFault] {
    /// When sending the same again may help; nothing when it wouldn't.
    var retryAfter: Int? {
        compactMap { fault in
            (fault.error as? any ProblemError).map(\.problem).flatMap { $0.status == 503 ? $0.retryAfter ?? 60 : nil }
        }.max()
    }
}

extension Response {
    /// The page of a form with faults: "try later" when that is what it says.
    func askingToWait(_ seconds: Int?, status: HTTPResponse.Status = .serviceUnavailable) -> Response {
        guard let seconds else { return self }
        var response = self
        response.status = status
        response.headers[.retryAfter] = "\(seconds)"
        return response
    }
}

extension PhotoDesk {
    /// Takes in what can be taken of several photos, and names the others.
    func takeInAll(
        _ uploads: [Upload], by caller: Caller, taken: Date? = nil
    ) async -> (photos: [ID<Photo>], faults: [PhotoFault]) {
        var photos: [ID<Photo>] = []
        var faults: [PhotoFault] = []
        for (index, upload) in uploads.enumerated() {
            do {
                // One that the store didn't answer for is enough: somebody waits for all of them.
                if let earlier = faults.first(where: \.isOfTheStore) { throw earlier.error }
                photos.append(try await takeIn(upload, by: caller, taken: taken).id)
            } catch {
                faults.append(PhotoFault(number: index + 1, fileName: upload.fileName, error: error))
            }
        }
        return (photos, faults)
    }
}

extension PhotoFault {
    fileprivate var isOfTheStore: Bool {
        if case ShelfError.unreachable = error { true } else { false }
    }
}
