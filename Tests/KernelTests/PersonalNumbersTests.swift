import Kernel
import Testing

struct PersonalNumbersTests {
    @Test(arguments: [
        ("电话13812345678，快来", "电话*********78，快来"),
        ("138 1234 5678", "***********78"), ("+86-138-1234-5678", "+**************78"),
        ("１３８１２３４５６７８", "*********７８"),
        ("身份证 21010319900101123X。", "身份证 ****************3X。"), ("210103 19900101 1239", "******************39"),
        ("车牌辽A12345和辽A·D12345", "车牌辽A*****和辽A*******"), ("京AD12345", "京A******"),
    ])
    func `numbers by which a person is found are made unreadable`(text: String, masked: String) {
        #expect(PersonalNumbers.masked(in: text) == masked)
    }

    @Test(arguments: [
        "", "3号楼2单元1101", "12315", "12345678901", "2026-11-23 13:04", "024-22731234", "￥1380", "鲁迅公园", "苏A",
        "订单 202611231304567890", "豫园里 12345",
    ])
    func `other numbers stay as they are`(text: String) {
        #expect(PersonalNumbers.masked(in: text) == text)
    }

    @Test func `a long text of nothing but digits takes no longer than reading it`() {
        let text = String(repeating: "1", count: 100_000)
        #expect(PersonalNumbers.masked(in: text) == text)
    }
}
