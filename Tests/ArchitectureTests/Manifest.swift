import Foundation

/// Who may use whom, read from `Package.swift` as text.
struct Manifest {
    /// For each module of ours the modules of ours that it lists.
    let uses: [String: Set<String>]
    /// For each module the products of other packages that it lists.
    let libraries: [String: Set<String>]
    let features: Set<String>
    /// C libraries of the system, which a module lists as it lists one of ours.
    let systemLibraries: Set<String>

    init() {
        let ours = Set(Tree.sources.map(\.module))
        var uses: [String: Set<String>] = [:]
        var libraries: [String: Set<String>] = [:]
        var features: Set<String> = []
        let common: Set = ["Kernel", "Storage", "Access", "Journal", "Web"]
        // From one target to the next; what comes after `swiftLanguageModes` is no target any more.
        let targets =
            Tree.manifest.components(separatedBy: "targets: [\n").dropFirst().joined()
            .components(separatedBy: "swiftLanguageModes").first ?? ""
        let starts = targets.matches(of: /\.(target|feature|executableTarget|testTarget|tests)\(\s*(?:name: )?"(\w+)"/)
        for (index, start) in starts.enumerated() where ours.contains(String(start.2)) {
            guard start.1 != "tests", start.1 != "testTarget" else { continue }
            let end = index + 1 < starts.count ? starts[index + 1].range.lowerBound : targets.endIndex
            let body = targets[start.range.upperBound..<end]
            let module = String(start.2)
            let products = Set(body.matches(of: /\.product\(name: "(\w+)"/).map { String($0.1) })
            let named = Set(body.matches(of: /"(\w+)"/).map { String($0.1) }).subtracting(products)
            uses[module] = named.intersection(ours)
            libraries[module] = products
            if start.1 == "feature" {
                features.insert(module)
                uses[module]?.formUnion(common)
                libraries[module]?.formUnion(["Hummingbird", "HTTPTypes", "Logging"])
            }
        }
        self.uses = uses
        self.libraries = libraries
        self.features = features
        systemLibraries = Set(targets.matches(of: /\.systemLibrary\(name: "(\w+)"/).map { String($0.1) })
    }
}
