import Foundation
import Testing

/// What a browser gets is safe, complete and leads somewhere.
struct TemplateTests {
    @Test func `no template prints without escaping`() {
        #expect(Tree.templates.count > 10)
        for file in Tree.templates {
            #expect(!file.text.contains("{{{") && !file.text.contains(/\{\{\s*&/), "\(file.path)")
        }
    }

    /// The content security policy refuses them anyway; a page must not need them.
    @Test func `no template has a script, a style or a handler in it`() {
        for file in Tree.templates {
            #expect(!file.text.contains(/<script(?![^>]*\ssrc=)/), "\(file.path) has a script")
            #expect(!file.text.contains(/<style|\sstyle\s*=/), "\(file.path) has a style")
            #expect(!file.text.contains(/<[^>]*\son[a-z]+\s*=/), "\(file.path) has a handler")
            #expect(!file.text.contains(/javascript:/), "\(file.path)")
        }
    }

    @Test func `everything that a page loads is ours`() {
        for file in Tree.templates {
            for match in file.text.matches(of: /<(?:script|img|link|iframe|source)\b[^>]*?\s(?:src|href)="([^"]*)"/) {
                #expect(match.1.hasPrefix("/") || match.1.hasPrefix("{{"), "\(file.path) loads \(match.1)")
                #expect(!match.1.hasPrefix("//"), "\(file.path) loads \(match.1)")
            }
        }
    }

    @Test func `every form that changes something carries its token`() {
        for file in Tree.templates {
            for form in file.text.matches(of: /<form\b[^>]*method="post"[\s\S]*?<\/form>/.ignoresCase()) {
                #expect(form.0.contains("name=\"formToken\""), "\(file.path): \(form.0.prefix(80))")
            }
        }
    }

    @Test func `every picture can be told to who can't see it`() {
        for file in Tree.templates {
            for image in file.markup.matches(of: /<img\b[^>]*>/) {
                #expect(image.0.contains(/\salt=/), "\(file.path): \(image.0)")
            }
        }
    }

    @Test func `every template that another one or a page names is there`() {
        let names = Set(
            Tree.templates.map {
                $0.path.components(separatedBy: "/Templates/").last?.replacing(".mustache", with: "") ?? ""
            })
        for file in Tree.templates {
            for match in file.text.matches(of: /\{\{\s*[><]\s*([A-Za-z0-9\/\-]+)/) {
                #expect(names.contains(String(match.1)), "\(file.path) needs \(match.1)")
            }
        }
        for file in Tree.sources {
            for match in file.text.matches(of: /static let template = "([^"]+)"/) {
                #expect(names.contains(String(match.1)), "\(file.path) needs \(match.1)")
            }
        }
    }

    @Test func `every link and every form leads to a page of ours`() throws {
        let routes = Set(
            Tree.sources.flatMap { file in
                file.text.matches(of: /\broutes\.(?:get|post|put|delete|patch)\(\s*"([^"]*)"/).map { "/\($0.1)" }
            })
        #expect(routes.count > 30)
        for file in Tree.templates {
            for match in file.text.matches(
                of: /\b(?:href|action|src|formaction|data-photo-url|data-outlines)="(\/[^"]*)"/)
            {
                let link = String(match.1.replacing(/\{\{[^}]*\}\}/, with: "*").prefix { $0 != "?" && $0 != "#" })
                #expect(routes.contains { leads(link, to: $0) } || isFile(link), "\(file.path) leads to \(match.1)")
            }
        }
    }

    @Test func `every icon that is used is there`() throws {
        guard let icons = Tree.text(of: ".setup/public/vendor/icons.svg") else { return }
        for file in Tree.templates + Tree.scripts {
            for match in file.text.matches(of: /icons\.svg#([a-z0-9\-]+)["'`]/) {
                #expect(icons.contains("id=\"\(match.1)\""), "\(file.path) uses \(match.1)")
            }
        }
    }

    private func leads(_ link: String, to route: String) -> Bool {
        let steps = link.split(separator: "/")
        let parts = route.split(separator: "/")
        return steps.count == parts.count
            && zip(steps, parts).allSatisfy { step, part in step == part || part.hasPrefix(":") }
    }

    /// Files of others come with the set-up, which may not have been run.
    private func isFile(_ link: String) -> Bool {
        Tree.has("Public\(link)")
            || (link.hasPrefix("/vendor/") && (Tree.has(".setup/public\(link)") || !Tree.has(".setup/public")))
    }
}
