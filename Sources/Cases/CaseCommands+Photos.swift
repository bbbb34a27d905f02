import Access
import Foundation
import Kernel
import Storage
import Web

extension CaseCommands {
    /// How many photos a reporter may give to one report, all in all.
    package static let photoLimit = 30

    /// Adds photos to the caller's own open report. A file that the report has already isn't added again, so that sending twice
    /// does what sending once does.
    ///
    /// - Throws: ``CaseError/tooManyPhotos(limit:)``, ``CaseError/photoGone``, ``CaseError/notNow(_:)`` once it is closed.
    package func addPhotos(
        _ photos: [ID<Photo>], note: String?, to id: ID<Case>, by caller: Caller
    ) async throws {
        let new = try await services.database.read { db -> [ID<Photo>] in
            guard try ReporterStore(db).isReporter(caller.id, of: id) else { throw NoSuchPage() }
            let store = PhotoStore(db)
            let there = try store.photos(of: id)
            let waiting = try store.waiting(photos, of: caller.id)
            let known = Set(there.filter(\.hasOriginal).map(\.originalHash))
            return photos.filter { photo in
                !there.contains { $0.id == photo }
                    && !waiting.contains { $0.id == photo && known.contains($0.originalHash) }
            }
        }
        guard !new.isEmpty else { return }
        var input = StepInput()
        input.photos = new
        input.note = note
        try await take("addPhotos", on: id, input, by: caller)
    }

    /// In the transaction in which they are added.
    static func requireRoom(for photos: [ID<Photo>], in matter: ID<Case>, in db: any Transaction) throws {
        guard try PhotoStore(db).photos(of: matter).count + photos.count <= photoLimit else {
            throw CaseError.tooManyPhotos(limit: photoLimit)
        }
    }
}
