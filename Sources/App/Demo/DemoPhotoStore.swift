import Foundation
import Kernel
import Storage

/// Keeps the rows of photos that are on the shelf already, as the desk for photos does with those from telephones.
struct DemoPhotoStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    /// The photo waits for the report or the step that it will come with. No camera wrote anything into it.
    func insert(_ photo: DemoPhoto, _ picture: DemoPictures.Picture, of account: ID<Account>, at time: Date) throws {
        try db.execute(
            """
            INSERT INTO photo (id, account_id, position, format, bytes, sha256, width, height, created_at)
            VALUES (\(photo.name), \(account), 0, \(picture.format), \(picture.byteCount), \(picture.originalHash),
                \(picture.width), \(picture.height), \(time))
            """
        )
        try db.execute("INSERT INTO photo_evidence (photo_id) VALUES (\(photo.name))")
    }
}
