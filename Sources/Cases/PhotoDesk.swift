import Access
import Crypto
import Foundation
import Kernel
import Media
import Storage
import Web

/// Takes photos in: looks at them, cleans them, puts them on the shelf, where they wait for a report or a step.
package struct PhotoDesk: Sendable {
    private let services: Services
    private let workshop: PhotoWorkshop
    private let shelf: PhotoShelf

    /// How many photos one person may have waiting within a day.
    package static let waitingLimit = 90

    package init(_ services: Services, workshop: PhotoWorkshop, shelf: PhotoShelf) {
        self.services = services
        self.workshop = workshop
        self.shelf = shelf
    }

    package var uploadLimits: UploadLimits { UploadLimits(folder: services.uploads) }

    /// Cleans one upload and keeps it. When this returns, the photo is on the shelf and in the database. `taken` is when the phone
    /// says that it was taken.
    ///
    /// - Throws: a `PhotoError` that says what is wrong with it, or ``PhotoLimitReached``.
    package func takeIn(_ upload: Upload, by caller: Caller, taken: Date? = nil) async throws -> Photo {
        let now = services.now()
        let waiting = try await services.database.read { db in
            try PhotoStore(db).waitingCount(of: caller.id, since: now - 86_400)
        }
        guard waiting < Self.waitingLimit else { throw PhotoLimitReached() }
        guard !upload.isTooLarge else { throw PhotoError.tooLarge(bytes: upload.size, limit: uploadLimits.fileBytes) }
        // Nobody waits for copies of a photo that can't be kept.
        try await shelf.checkReachable()
        let name = services.makeName()
        let photo = try await workshop.prepare(upload.file) { prepared in
            try await shelf.keep(prepared, as: name)
            return Photo(
                id: ID(name), account: caller.id, format: prepared.format.rawValue,
                byteCount: prepared.originalByteCount, originalHash: prepared.originalHash, width: prepared.width,
                height: prepared.height, createdAt: now,
                evidence: Photo.Evidence(
                    capturedAt: prepared.capturedAt, position: prepared.position, toldAt: taken),
                fingerprint: prepared.fingerprint)
        }
        do {
            try await services.write(as: caller) { db, caller in
                // Counted again where it is kept: many at once don't come past the limit together.
                let waiting = try PhotoStore(db).waitingCount(of: caller.id, since: now - 86_400)
                guard waiting < Self.waitingLimit else { throw PhotoLimitReached() }
                try PhotoStore(db).insert(photo)
            }
        } catch let refusal as any ProblemError {
            try await shelf.remove(name)
            throw refusal
        }
        return photo
    }

    /// A copy of a photo, for those who may see it; everybody else learns nothing of it.
    package func picture(
        _ id: ID<Photo>, _ variant: PhotoVariant, for caller: Caller, facts: CaseFacts
    ) async throws -> Data {
        let maySee = try await services.database.read { [services] db -> Bool in
            guard let photo = try PhotoStore(db).find(id) else { throw NoSuchPage() }
            if photo.account == caller.id, photo.matter == nil { return true }
            guard let matter = try photo.matter.flatMap({ try CaseStore(db).find($0) }) else { throw NoSuchPage() }
            let access = try CaseAccess(services.policy, matter, caller: caller, facts: facts, in: db)
            if access.maySeeAsStaff { return true }
            // Reporters see their own photos, and those of the steps that they were told of.
            guard access.maySee else { throw NoSuchPage(hiding: "photo", matter.id.uuid) }
            guard let step = photo.step else { return true }
            return try TimelineStore(db).entries(of: matter.id).contains {
                $0.id == step && ($0.tells != nil || $0.isReporters)
            }
        }
        guard maySee else { throw NoSuchPage() }
        return try await shelf.read(id.uuid, variant)
    }

    /// Removes photos that came before `time` and that no report took. Says how many there were.
    @discardableResult
    package func sweep(before time: Date) async throws -> Int {
        let now = services.now()
        let abandoned = try await services.database.write { db in
            try PhotoStore(db).removeAbandoned(before: time, limit: 200, at: now)
        }
        try await removeErased()
        try await shelf.removeRemnants()
        return abandoned.count
    }

    /// Removes the files of photos whose rows have gone, and originals that were erased. What can't be removed now is tried
    /// again the next time, by any node.
    ///
    /// - Throws: what was in the way of the first of them.
    package func removeErased() async throws {
        var last: ID<Photo>?
        var obstacle: (any Error)?
        repeat {
            let piece = try await services.database.read { [last] db in
                try PhotoRemovalStore(db).next(after: last, limit: 200)
            }
            last = piece.last?.photo
            var done: [PhotoRemoval] = []
            for removal in piece {
                do {
                    try await shelf.remove(removal.photo.uuid, originalOnly: !removal.isWhole)
                    done.append(removal)
                } catch {
                    obstacle = obstacle ?? error
                }
            }
            guard !done.isEmpty else { continue }
            try await services.database.write { [done] db in try PhotoRemovalStore(db).remove(done) }
        } while last != nil
        if let obstacle { throw obstacle }
    }

    /// SHA-256 of an upload as it came, to tell a second sending before looking at its pixels.
    package static func hash(of upload: Upload) async throws -> Data {
        try await disk.run {
            var hash = SHA256()
            let handle = try FileHandle(forReadingFrom: upload.file)
            defer { try? handle.close() }
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                hash.update(data: piece)
            }
            return Data(hash.finalize())
        }
    }

    private static let disk = BlockingQueue("photo-hashes", isSerial: false)
}

package struct PhotoLimitReached: ProblemError {
    package init() {}
    package var problem: Problem {
        Problem("photo-limit-reached", status: 429, details: ["limit": "\(PhotoDesk.waitingLimit)"], retryAfter: 3600)
    }
}
