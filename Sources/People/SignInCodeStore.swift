import Foundation
import Kernel
import Storage

/// Keeps the one-time codes that wait to be typed in.
struct SignInCodeStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    func insert(_ code: SignInCode) throws {
        try db.execute(
            """
            INSERT INTO sign_in_code (id, challenge, code_hash, phone_key, phone_sealed, means, expires_at, tries_left)
            VALUES (\(code.id), \(code.challenge), \(code.codeHash), \(code.phoneKey), \(code.sealedPhone),
                \(code.means), \(code.expiresAt), \(code.triesLeft))
            """
        )
    }

    /// The code that belongs to a challenge.
    func find(challenge: Token, means: SessionMeans) throws -> SignInCode? {
        try db.row("\(Self.select) WHERE challenge = \(challenge.hash) AND means = \(means)").map(SignInCode.init)
    }

    /// The newest code that a program asked for a phone, for programs that don't send the challenge back.
    func newest(phoneKey: Data, at now: Date) throws -> SignInCode? {
        try db.row(
            """
            \(Self.select) WHERE phone_key = \(phoneKey) AND means = \(SessionMeans.bearer) AND expires_at > \(now)
            ORDER BY expires_at DESC, id DESC LIMIT 1
            """
        ).map(SignInCode.init)
    }

    func updateTries(_ code: SignInCode) throws {
        try db.execute("UPDATE sign_in_code SET tries_left = \(code.triesLeft) WHERE id = \(code.id)")
    }

    /// Once one code of a phone was used, none of the others is good for anything.
    func removeAll(phoneKey: Data) throws {
        try db.execute("DELETE FROM sign_in_code WHERE phone_key = \(phoneKey)")
    }

    func removeEnded(before now: Date) throws {
        try db.execute("DELETE FROM sign_in_code WHERE expires_at <= \(now)")
    }

    private static let select: SQL = """
        SELECT id, challenge, code_hash, phone_key, phone_sealed, means, expires_at, tries_left FROM sign_in_code
        """
}

extension SignInCode {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], challenge: try row[1], codeHash: try row[2], phoneKey: try row[3], sealedPhone: try row[4],
            means: try row[5], expiresAt: try row[6], triesLeft: try row[7])
    }
}
