import Foundation
import Hummingbird
import Kernel
import Web

/// `/me/password`
struct PasswordPage: Page {
    static let template = "people/password"
    let form: DeskForm
    let errorList: [FormFault]
    /// Whether nothing else is open before.
    let isForced: Bool
    let to: String
    let limit: String
    let status: HTTPResponse.Status

    init(_ form: DeskForm, isForced: Bool) {
        self.form = form
        errorList = form.errorList(["current", "password", "again"])
        self.isForced = isForced
        to = localPath(form.values["to"])
        limit = "\(PasswordRule.minimum)"
        status = form.status
    }

    func title(_ t: Strings) -> String { t("password.title") }
}

/// `/me/recovery-codes`
struct RecoveryCodesPage: Page {
    static let template = "people/recovery-codes"
    /// Shown this once.
    let codes: [String]
    let isNew: Bool
    let left: String
    let isFew: Bool
    let lastUsed: String?
    let to: String
    let form: DeskForm
    let status: HTTPResponse.Status

    init(new codes: [String], to: String) {
        self.codes = codes
        isNew = true
        left = "\(codes.count)"
        isFew = false
        lastUsed = nil
        self.to = to == "/" ? "/work" : to
        form = DeskForm()
        status = .ok
    }

    init(_ own: SignInCommands.OwnCredentials, _ form: DeskForm) {
        codes = []
        isNew = false
        left = "\(own.recoveryCodes)"
        isFew = own.recoveryCodes < 3
        lastUsed = own.lastUsed?.minuteText
        to = "/me"
        self.form = form
        status = form.status
    }

    func title(_ t: Strings) -> String { t("recovery.title") }
}
