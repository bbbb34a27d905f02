import Directory
import Foundation
import Kernel
import Storage

/// Keeps whom cases are about (被举报主体): what conflicts of interest are found by.
package struct BusinessStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// The businesses that were named, by code.
    package func businesses(of matter: ID<Case>) throws -> [Organisation] {
        try DirectoryStore(db).organisations(among: Self.named(in: matter))
    }

    /// Whom the case is about, with all that those belong to: who belongs to one of these has an interest in it.
    package func about(_ matter: ID<Case>) throws -> Set<ID<OrganisationEntity>> {
        try DirectoryStore(db).withParents(among: Self.named(in: matter))
    }

    package func add(_ organisation: ID<OrganisationEntity>, to matter: ID<Case>) throws {
        try db.execute(
            "INSERT INTO matter_business (matter_id, organisation_id) VALUES (\(matter), \(organisation))")
    }

    package func remove(_ organisation: ID<OrganisationEntity>, from matter: ID<Case>) throws {
        try db.execute(
            "DELETE FROM matter_business WHERE matter_id = \(matter) AND organisation_id = \(organisation)")
    }

    /// The condition on rows of `matter` that they are about one of these, or about what belongs to one of these.
    package static func isAbout(_ organisations: [ID<OrganisationEntity>]) -> SQL {
        DirectoryStore.belongs(
            "SELECT organisation_id FROM matter_business WHERE matter_business.matter_id = matter.id",
            to: organisations)
    }

    private static func named(in matter: ID<Case>) -> SQL {
        "SELECT organisation_id FROM matter_business WHERE matter_id = \(matter)"
    }
}
