import Foundation
import Kernel
import Storage
import Testing

struct SQLTests {
    @Test func `a value is bound, not pasted`() {
        let name = "Robert'); DROP TABLE matter;--"
        let statement: SQL = "SELECT * FROM matter WHERE name = \(name)"

        #expect(statement.rendered(for: .sqlite).text == "SELECT * FROM matter WHERE name = ?")
        #expect(statement.rendered(for: .postgres).text == "SELECT * FROM matter WHERE name = $1")
        #expect(statement.rendered(for: .postgres).values == [.text(name)])
    }

    @Test func `placeholders of nested pieces count on`() {
        let open: SQL = "state = \("received")"
        let statement: SQL = "SELECT * FROM t WHERE a = \(1) AND \(open) AND b IN (\(each: [2, 3])) LIMIT \(4)"

        let (text, values) = statement.rendered(for: .postgres)
        #expect(text == "SELECT * FROM t WHERE a = $1 AND state = $2 AND b IN ($3, $4) LIMIT $5")
        #expect(values == [.integer(1), .text("received"), .integer(2), .integer(3), .integer(4)])
        #expect(
            statement.rendered(for: .sqlite).text
                == "SELECT * FROM t WHERE a = ? AND state = ? AND b IN (?, ?) LIMIT ?")
    }

    @Test func `a missing value is bound as NULL`() {
        let nobody: ID<Account>? = nil
        #expect(("\(nobody)" as SQL).rendered(for: .sqlite).values == [.null])
    }

    @Test func `an identifier can't end its quotes`() {
        let statement: SQL = "SELECT \(identifier: "a\" FROM secret; --")"
        #expect(statement.rendered(for: .sqlite).text == "SELECT \"a\"\" FROM secret; --\"")
    }

    @Test func `no conditions are all true, and none of them is`() {
        let none: [SQL] = []
        #expect(none.all.rendered(for: .postgres).text == "TRUE")
        #expect(none.any.rendered(for: .postgres).text == "FALSE")
    }

    @Test func `conditions keep together whatever stands round them`() {
        let two: [SQL] = ["a = \(1)", "b = \(2)"]
        #expect(("NOT \(two.any) AND c" as SQL).rendered(for: .postgres).text == "NOT (a = $1 OR b = $2) AND c")
        #expect(("\(two.all) OR c" as SQL).rendered(for: .sqlite).text == "(a = ? AND b = ?) OR c")
    }
}
