import Deadlines
import Kernel
import Testing

/// What a person reads who asks why something is due then.
struct ExplanationTests {
    @Test func `an extended and paused report is explained step by step`() throws {
        let deadline = try #require(
            try Facts.reckon("report-decision", "2026-09-30T08:00:00Z", pauseDays: 6, extended: true))
        #expect(
            deadline.why(try Facts.words(.zhHans), .zhHans) == [
                "依据《市场监督管理行政处罚程序规定》（市场监管总局令第61号修改）第十八条，期限为 15 个工作日，起点：收到举报或线索。所用版本自 2022年11月1日起施行。",
                "经批准延长 15 个工作日，合计 30 个工作日。",
                "扣除 6 个工作日，期限相应后延：检测、检验、检疫、鉴定以及权利人辨认等所需时间不计入（第十八条）。",
                "起始日 2026年9月30日（周三）不计入。",
                "第 1 个工作日是 2026年10月8日（周四）。",
                "放假日不计：2026年10月1日至7日（国办发明电〔2025〕7号）。",
                "调休上班日计入：2026年10月10日（周六）。",
                "另有 13 个普通周末日不计。",
                "第 36 个工作日是 2026年11月25日（周三）。",
                "到期：2026年11月25日（周三）结束前（北京时间）。",
            ])
        #expect(
            deadline.why(try Facts.words(.en), .en) == [
                "By Provisions on the Procedures for Administrative Penalties of Market Supervision (amended by SAMR "
                    + "Order No. 61), art. 18, the period is 15 working days. It starts with: receipt of the report or "
                    + "clue. The version used took effect on 1 Nov 2022.",
                "Extended by 15 working days with approval: 30 working days in all.",
                "Not counted: 6 working days, by which the deadline moves, because the time of testing, inspection, "
                    + "appraisal and identification by the right holder isn't part of the period (art. 18).",
                "The day of the start, Wed 30 Sep 2026, isn't counted.",
                "Working day 1 is Thu 8 Oct 2026.",
                "Days off aren't counted: 1–7 Oct 2026 (国办发明电〔2025〕7号).",
                "Make-up working days are counted: Sat 10 Oct 2026.",
                "13 ordinary weekend days aren't counted either.",
                "Working day 36 is Wed 25 Nov 2026.",
                "Due by the end of Wed 25 Nov 2026, Beijing time.",
            ])
    }

    @Test func `a mediation that ends on a holiday says where it moves`() throws {
        let deadline = try #require(try Facts.reckon("mediation", "2026-08-08"))
        #expect(
            deadline.why(try Facts.words(.zhHans), .zhHans).dropFirst() == [
                "起始日 2026年8月8日（周六）不计入。",
                "第 1 日是 2026年8月9日（周日）。",
                "第 60 日是 2026年10月7日（周三）。",
                "最后一日 2026年10月7日（周三）是放假日（国办发明电〔2025〕7号），顺延至其后第一个工作日 2026年10月8日（周四）。",
                "到期：2026年10月8日（周四）结束前（北京时间）。",
            ])
        #expect(
            deadline.why(try Facts.words(.en), .en).dropFirst() == [
                "The day of the start, Sat 8 Aug 2026, isn't counted.",
                "Day 1 is Sun 9 Aug 2026.",
                "Day 60 is Wed 7 Oct 2026.",
                "The last day, Wed 7 Oct 2026, is a day off (国办发明电〔2025〕7号); the deadline moves to the first working "
                    + "day after it, Thu 8 Oct 2026.",
                "Due by the end of Thu 8 Oct 2026, Beijing time.",
            ])
    }

    @Test func `an unknown deadline says which notice is missing`() throws {
        let deadline = try #require(try Facts.reckon("report-decision", "2026-11-23", extended: true))
        #expect(
            deadline.why(try Facts.words(.zhHans), .zhHans).suffix(3) == [
                "起始日 2026年11月23日（周一）不计入。",
                "第 1 个工作日是 2026年11月24日（周二）。",
                "计算到 2026年12月29日（周二）。2026年12月28日之后的日子可能被 2027 年的放假通知调整，该通知尚未导入：日历未导入(2027)，不推算日期。",
            ])
        #expect(
            deadline.why(try Facts.words(.en), .en).last
                == "The count reaches Tue 29 Dec 2026. Days after 28 Dec 2026 may be moved by the holiday notice for 2027. "
                + "Calendar not imported (2027): no date is guessed.")
    }

    @Test func `a promise says that it is none of the law's`() throws {
        let deadline = try #require(try Facts.reckon("first-touch-urgent", "2026-10-01T14:30:00Z"))
        #expect(
            deadline.why(try Facts.words(.zhHans), .zhHans) == [
                "这是平台承诺，不是法定期限：2 小时，起点：收到上报。",
                "从 2026年10月1日（周四）22:30起连续计算，夜间和休息日也计入，到 2026年10月2日（周五）00:30为止。",
            ])
        #expect(deadline.due.words(try Facts.words(.en)) == "Fri 2 Oct 2026, 00:30")
    }

    @Test(arguments: Language.allCases)
    func `every step of every clock has words`(language: Language) throws {
        let (book, words) = (try Facts.book(), try Facts.words(language))
        for settings in [ClockBook.Settings(), .init(keepsFormerRules: true, rollsPlainWeekends: true)] {
            for name in book.names {
                for start in ["2024-12-20", "2026-02-11", "2026-04-10", "2026-06-02", "2026-08-08", "2026-12-20"] {
                    for pause in [0, 3] {
                        let deadline = try #require(
                            try Facts.reckon(name, start, pauseDays: pause, extended: pause > 0, settings: settings))
                        let why = deadline.why(words, language)
                        #expect(why.count == deadline.steps.count)
                        #expect(!why.contains { $0.contains("deadline.") || $0.contains("{") || $0.isEmpty })
                    }
                }
            }
        }
    }
}
