import Foundation
import FoundationXML

/// An XML document, read by a parser that isn't ours; throws for what isn't well-formed.
final class XMLTree: Sendable {
    let name: String
    let text: String
    let children: [XMLTree]

    private init(name: String, text: String, children: [XMLTree]) {
        self.name = name
        self.text = text
        self.children = children
    }

    convenience init(_ text: String) throws {
        let parser = XMLParser(data: Data(text.utf8))
        let reader = Reader()
        parser.delegate = reader
        guard parser.parse(), let root = reader.finished else { throw NotWellFormed() }
        self.init(name: root.name, text: root.text, children: root.children)
    }

    /// The same as JSON, by the Spark convention: lists lose the names of their items.
    func spark(lists: Set<String>) -> Any {
        if lists.contains(name) { return children.map { $0.spark(lists: lists) } }
        if children.isEmpty { return text }
        return Dictionary(children.map { ($0.name, $0.spark(lists: lists)) }) { $1 }
    }

    struct NotWellFormed: Error {}

    private final class Reader: NSObject, XMLParserDelegate {
        var open: [(name: String, text: String, children: [XMLTree])] = []
        var finished: XMLTree?

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            open.append((name, "", []))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard !open.isEmpty else { return }
            open[open.count - 1].text += string
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            guard let last = open.popLast() else { return }
            let tree = XMLTree(name: last.name, text: last.text, children: last.children)
            if open.isEmpty { finished = tree } else { open[open.count - 1].children.append(tree) }
        }
    }
}
