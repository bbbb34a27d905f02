import Foundation
import Kernel

/// The time a camera wrote: `2026:09:30 08:15:00`, with its offset from UTC in a field of its own or none at all.
enum ExifTime {
    /// - Returns: `nil` for what isn't a time, such as the blanks and zeros of a camera whose clock was never set.
    static func read(_ text: Substring, offset: Substring?) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[0].utf8.count == 10, parts[1].utf8.count == 8 else { return nil }
        let day = parts[0].split(separator: ":").joined(separator: "-")
        return offset.flatMap { Date(rfc3339: "\(day)T\(parts[1])\($0)") }
            // Cameras without an offset are set to the clock where they are used.
            ?? Date(rfc3339: "\(day)T\(parts[1])+08:00")
    }
}
