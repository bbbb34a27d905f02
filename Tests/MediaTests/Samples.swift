import Foundation
import Kernel

/// Real photos of phones, where they lie beside the clone.
enum Samples {
    struct Photo: Sendable {
        let name: String
        let width: Int
        let height: Int
        let position: Position
        let time: String
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/samples")
        .standardizedFileURL
    static let exist = FileManager.default.fileExists(atPath: folder.path())

    static let all = [
        Photo(
            name: "phone-gps.jpg", width: 4128, height: 2322, position: Position(lat: 36.124_256, lng: -115.169_868),
            time: "2014-07-12T16:17:10+08:00"),
        Photo(
            name: "phone-gps-2.jpg", width: 3120, height: 4160, position: Position(lat: 60.267_464, lng: 8.771_132),
            time: "2018-07-16T17:52:22+08:00"),
        Photo(
            name: "phone-rotated-gps.heic", width: 3024, height: 4032,
            position: Position(lat: 38.699_539, lng: -9.207_747), time: "2019-08-21T11:21:36+08:00"),
    ]
}
