import Crypto
import Foundation
import Kernel
import Media
import Storage
import Web

/// Compares the shelf with what the database knows of photos.
package struct ShelfCheck: Sendable {
    private let services: Services
    private let shelf: PhotoShelf

    package enum Fault: Sendable, Hashable {
        /// The database knows it, the shelf doesn't.
        case missing(key: String)
        /// It isn't what was put there.
        case damaged(key: String)
        /// The shelf has it, the database doesn't know it.
        case orphaned(key: String)
    }

    package struct Outcome: Sendable, Hashable {
        package var photos = 0
        package var faults: [Fault] = []
        package var removed = 0
    }

    package init(_ services: Services, shelf: PhotoShelf) {
        self.services = services
        self.shelf = shelf
    }

    /// With `reading` it reads every object and unseals the originals, else it looks at names and sizes only. With
    /// `removingOrphans` it removes what the database doesn't know. `report` hears of each fault at once.
    package func run(
        reading: Bool, removingOrphans: Bool = false, report: (Fault) -> Void = { _ in }
    ) async throws -> Outcome {
        var outcome = Outcome()
        func note(_ fault: Fault) {
            outcome.faults.append(fault)
            report(fault)
        }
        // The listing comes first: a photo that is taken in meanwhile has a row and isn't in it, and is asked for by name.
        var found = try await listing()
        var last: ID<Photo>?
        repeat {
            let piece = try await services.database.read { [last] db in
                try PhotoStore(db).photos(after: last, limit: 500)
            }
            last = piece.last?.id
            outcome.photos += piece.count
            for photo in piece {
                let sizes = found.removeValue(forKey: photo.id.uuid)?.sizes ?? [:]
                for kind in PhotoShelf.Kind.allCases where kind != .original || photo.hasOriginal {
                    if let fault = try await fault(of: photo, kind, size: sizes[kind], reading: reading) { note(fault) }
                }
                if !photo.hasOriginal, sizes[.original] != nil, try await isLeftOver(photo.id.uuid, .original) {
                    note(.orphaned(key: PhotoShelf.key(of: photo.id.uuid, .original)))
                    if removingOrphans {
                        try await shelf.remove(photo.id.uuid, originalOnly: true)
                        outcome.removed += 1
                    }
                }
            }
        } while last != nil
        // A photo on its way in is on the shelf before its row is written.
        let before = services.now() - 3600
        for (name, object) in found.sorted(by: { $0.key.uuidString < $1.key.uuidString })
        where object.newest < before {
            if try await knows(name) { continue }
            if try await isToBeRemoved(name) { continue }
            for kind in PhotoShelf.Kind.allCases where object.sizes[kind] != nil {
                note(.orphaned(key: PhotoShelf.key(of: name, kind)))
            }
            if removingOrphans {
                try await shelf.remove(name)
                outcome.removed += 1
            }
        }
        return outcome
    }

    private struct Found {
        var sizes: [PhotoShelf.Kind: Int] = [:]
        var newest = Date.distantPast
    }

    private func listing() async throws -> [UUID: Found] {
        var found: [UUID: Found] = [:]
        try await shelf.store.eachPage { page in
            for object in page {
                guard let (name, kind) = PhotoShelf.photo(ofKey: object.key) else { continue }
                found[name, default: Found()].sizes[kind] = object.size
                found[name, default: Found()].newest = max(found[name]?.newest ?? .distantPast, object.modifiedAt)
            }
        }
        return found
    }

    private func fault(
        of photo: Photo, _ kind: PhotoShelf.Kind, size: Int?, reading: Bool
    ) async throws -> Fault? {
        let key = PhotoShelf.key(of: photo.id.uuid, kind)
        if let size, kind == .original, size != SealingKeyRing.sealedSize(of: photo.byteCount) {
            return .damaged(key: key)
        }
        guard reading || size == nil else { return nil }
        do {
            return try await isWhole(photo, kind) ? nil : .damaged(key: key)
        } catch ShelfError.notFound {
            // It may have been removed, as it should be, since the rows were read.
            let now = try await row(of: photo.id.uuid)
            return now.map { kind != .original || $0.hasOriginal } ?? false ? .missing(key: key) : nil
        } catch ShelfError.damaged {
            return .damaged(key: key)
        } catch is SealingError {
            return .damaged(key: key)
        }
    }

    private func isWhole(_ photo: Photo, _ kind: PhotoShelf.Kind) async throws -> Bool {
        if kind == .original {
            let original = try await shelf.unsealedOriginal(photo.id.uuid)
            return Data(SHA256.hash(data: original)) == photo.originalHash
        }
        let copy = try await shelf.read(photo.id.uuid, kind == .large ? .large : .small)
        // What a JPEG begins and ends with: one that was cut off lacks its end.
        return copy.starts(with: [0xff, 0xd8, 0xff]) && copy.suffix(2) == Data([0xff, 0xd9])
    }

    private func row(of name: UUID) async throws -> Photo? {
        try await services.database.read { db in try PhotoStore(db).find(ID(name)) }
    }

    private func knows(_ name: UUID) async throws -> Bool { try await row(of: name) != nil }

    /// Whether the row has gone and the files have still to follow.
    private func isToBeRemoved(_ name: UUID) async throws -> Bool {
        try await services.database.read { db in try PhotoRemovalStore(db).isWaiting(ID(name)) }
    }

    /// Whether a file that should be gone is still there, and nobody is about to remove it.
    private func isLeftOver(_ name: UUID, _ kind: PhotoShelf.Kind) async throws -> Bool {
        if try await isToBeRemoved(name) { return false }
        do {
            _ = try await shelf.stored(kind, of: name)
            return true
        } catch ShelfError.notFound {
            return false
        }
    }
}

extension ShelfCheck.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let key): "missing \(key)"
        case .damaged(let key): "damaged \(key)"
        case .orphaned(let key): "orphaned \(key)"
        }
    }
}
