import Foundation
import Hummingbird
import Kernel
import Media
import Web

/// `/photos/:id/small` and `/large`, for those who may see the photo; the same for programs under `/api/v1`.
package struct PhotoRoutes: Sendable {
    private let desk: PhotoDesk
    private let facts: CaseFacts

    package init(desk: PhotoDesk, facts: CaseFacts) {
        self.desk = desk
        self.facts = facts
    }

    package func add(to routes: Routes) {
        routes.get("photos/:id/:size", .signedIn, use: picture)
        routes.get("api/v1/photos/:id/:size", .signedIn, use: picture)
    }

    @Sendable
    private func picture(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Photo.self)
        guard let variant = context.parameters.get("size").flatMap({ PhotoVariant(rawValue: $0) }) else {
            throw NoSuchPage()
        }
        let data = try await desk.picture(id, variant, for: caller, facts: facts)
        return Response(
            status: .ok,
            // The right to see it can end: the browser may keep it for this visit only.
            headers: [.contentType: variant.mediaType, .cacheControl: "private, max-age=300"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
