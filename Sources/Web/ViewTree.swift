import Mustache

/// What a page shows, taken apart once: objects as dictionaries by the names of their properties.
///
/// Left to itself the template engine takes an object apart by reflection for each name that it looks up, also for names
/// that belong to the frame round the page: most of a page's time went there.
enum ViewTree {
    /// `nil` for nothing. What prints by itself, such as a text or a number, stays as it is.
    static func node(_ value: Any) -> Any? {
        switch value {
        case is String, is Bool, is Int, is Double: return value
        case let optional as any AnOptional: return optional.something.flatMap(node)
        case let list as [Any]: return list.compactMap(node)
        case is any MustacheParent, is any MustacheSequence, is any CustomStringConvertible: return value
        default: return object(value)
        }
    }

    private static func object(_ value: Any) -> Any {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .struct || mirror.displayStyle == .class else { return value }
        var members: [String: Any] = [:]
        for case (let name?, let member) in mirror.children {
            // What isn't there has no name either: the template looks further out for it, as it does by reflection.
            members[name] = node(member)
        }
        return members
    }
}

private protocol AnOptional {
    var something: Any? { get }
}

extension Optional: AnOptional {
    fileprivate var something: Any? { self }
}
