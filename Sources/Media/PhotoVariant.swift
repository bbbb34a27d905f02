/// The copies of a photo that may be shown. The original isn't one of them.
package enum PhotoVariant: String, Sendable, Hashable, CaseIterable {
    case large, small

    package var mediaType: String { PhotoFormat.jpeg.mediaType }
}
