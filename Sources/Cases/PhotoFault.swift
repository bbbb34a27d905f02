import Access
import Foundation
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
        let details = problem.details.merging(["number": "\(number)", "file": fileName]) { own, _ in own }
        return FieldProblem("photo", problem.name, details: details)
    }
}

extension PhotoDesk {
    /// Takes in what can be taken of several photos, and names the others.
    func takeInAll(_ uploads: [Upload], by caller: Caller) async -> (photos: [ID<Photo>], faults: [PhotoFault]) {
        var photos: [ID<Photo>] = []
        var faults: [PhotoFault] = []
        for (index, upload) in uploads.enumerated() {
            do {
                photos.append(try await takeIn(upload, by: caller).id)
            } catch {
                faults.append(PhotoFault(number: index + 1, fileName: upload.fileName, error: error))
            }
        }
        return (photos, faults)
    }
}
