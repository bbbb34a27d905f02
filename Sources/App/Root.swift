import Foundation

/// Where the files are that come with the product: `Data` (facts), `Public` (style and scripts), `.setup` (what the set-up
/// fetched).
package struct Root: Sendable {
    package let url: URL

    /// The folder that was named, else the first one with `Data/policy.json` from the executable or the working folder
    /// upward.
    package init(named: String? = nil) throws {
        if let named {
            url = URL(filePath: named, directoryHint: .isDirectory)
            guard Self.isRoot(url) else { throw SettingsError("root: there is no Data/policy.json in \(named)") }
            return
        }
        let starts = [
            Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent(),
            URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory),
        ].compactMap(\.self)
        for start in starts {
            var folder = start.standardizedFileURL
            for _ in 0..<8 {
                if Self.isRoot(folder) {
                    url = folder
                    return
                }
                folder = folder.deletingLastPathComponent()
            }
        }
        throw SettingsError("root: found no folder with Data/policy.json; name it with NUANXIN_ROOT")
    }

    private static func isRoot(_ url: URL) -> Bool {
        FileManager.default.fileExists(atPath: url.appending(path: "Data/policy.json").path)
    }

    package func data(_ name: String) throws -> Data {
        let file = url.appending(path: "Data/\(name)")
        do {
            return try Data(contentsOf: file)
        } catch {
            throw SettingsError("Data/\(name) can't be read: \(error.localizedDescription)")
        }
    }

    package var divisions: URL { url.appending(path: ".setup/divisions.json") }
    package var publicFolders: [URL] { [url.appending(path: "Public"), url.appending(path: ".setup/public")] }
}
