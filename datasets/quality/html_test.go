package quality

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
)

// troubled is a quality with something in every part of the page.
func troubled(t testing.TB) *Quality {
	t.Helper()
	first := judge(t, town(), townReport(), nil)
	hs := town()
	for i := range hs {
		hs[i].Services = keep(hs[i].Services, func(s rettidig.ServiceWeek) bool { return monthOfDay(s.Week) != MonthOf(2023, 5) })
		for j := range hs[i].Services {
			if j%20 == 0 {
				hs[i].Services[j].Code = "X:<b>Klippekort</b> & \"mere\""
			}
		}
		hs[i].Aids = append(hs[i].Aids, loan("21510301", rettidig.DayOf(2003, 5, 1), rettidig.NoDay))
		hs[i].Sort()
	}
	r := townReport()
	r.Files = append(r.Files, extract.File{Name: "<script>alert(1)</script>.csv", Kind: extract.D1, Member: "sv & co.csv", Sheet: "Ark<1>", Container: "XLSX", Encoding: extract.UTF8,
		Rows: extract.Rows{Read: 100, Kept: 60, Quarantined: 40}, Quarantined: extract.Causes{"id_missing": 30, "a_new_cause": 10}, Repairs: extract.Causes{"mojibake": 50}, Notes: extract.Causes{"score_missing": 1},
		Examples: map[string][]extract.Example{"id_missing": {{Line: 12, Column: "Borger<ID>"}}, "a_new_cause": {{Line: 13, Citizen: person(3)}}},
		Mapping:  []extract.ColumnUse{{Column: "id", Header: "Borger<ID>", How: "alias"}}, Unread: []string{"Bemærkning"},
		Series: map[string]map[string]int64{"paragraph:97": byMonth("2005-01", many(24, 10)...), "paragraph:112": byMonth("2007-01", many(36, 10)...), "class:215103": byMonth("2003-01", 5, 4)}})
	r.Ignored = []extract.Ignored{{Name: "læs mig.txt", Why: "by its ending no extract"}}
	r.Warnings = []extract.Warning{{Code: "ids-do-not-join", Text: "some files know citizens by CPR number", N: 4}}
	r.Unknown.Paragraphs = []extract.NameCount{{Name: "§ 999", N: 7}}
	return judge(t, hs, r, first)
}

func pageOf(t testing.TB, q *Quality) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, q.WriteHTML(&b))
	return b.String()
}

// void are the elements of HTML that have no end.
var void = []string{"meta", "link", "br", "img", "hr", "input"}

// nested fails the test if an element is not closed by its own end tag, and returns the tags.
func nested(t testing.TB, page string) (tags []html.Token) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	var open []string
	for {
		switch z.Next() {
		case html.ErrorToken:
			require.Empty(t, open, "elements that are not closed")
			return tags
		case html.StartTagToken:
			token := z.Token()
			tags = append(tags, token)
			if !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.SelfClosingTagToken:
			tags = append(tags, z.Token())
		case html.EndTagToken:
			token := z.Token()
			require.NotEmpty(t, open, "</%s> closes nothing", token.Data)
			require.Equal(t, open[len(open)-1], token.Data, "among %v", open)
			open = open[:len(open)-1]
		}
	}
}

func attribute(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is what a reader reads.
func textOf(t testing.TB, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestThePageIsNestedAndNeedsNothingElse(t *testing.T) {
	for name, q := range map[string]*Quality{
		"troubled": troubled(t), "clean": judge(t, town(), townReport(), nil),
		"empty": judge(t, nil, &extract.Report{ExtractDate: rettidig.NoDay}, nil),
	} {
		page := pageOf(t, q)
		ids := map[string]bool{}
		tags := nested(t, page)
		for _, token := range tags {
			assert.NotContains(t, []string{"script", "img", "link", "iframe", "object", "image", "use", "form", "base"}, token.Data, name)
			for _, a := range token.Attr {
				assert.False(t, strings.HasPrefix(a.Key, "on"), "%s: %s", name, a.Key)
				switch a.Key {
				case "href":
					assert.True(t, strings.HasPrefix(a.Val, "#"), "%s: %s", name, a.Val)
				case "src", "srcset", "xlink:href", "action":
					assert.Fail(t, "a reference to elsewhere", "%s: %s=%s", name, a.Key, a.Val)
				case "id":
					assert.False(t, ids[a.Val], "%s: two elements with the id %s", name, a.Val)
					ids[a.Val] = true
				}
			}
			if token.Data == "svg" && attribute(token, "aria-hidden") == "" {
				assert.NotEmpty(t, attribute(token, "aria-label"), "%s: a picture without words", name)
			}
		}
		for _, token := range tags {
			if at := attribute(token, "href"); at != "" {
				assert.True(t, ids[at[1:]], "%s: nothing has the id %s", name, at)
			}
		}
		assert.NotContains(t, page, "url(", name)
		assert.NotContains(t, page, "@import", name)
		assert.NotContains(t, page, "http:", name)
		assert.NotContains(t, page, "https:", name)
		assert.NotContains(t, page, "ZgotmplZ", name+": the template refused a value")
		assert.NotContains(t, page, "%!", name)
		assert.NotContains(t, page, "NaN", name)
		assert.Contains(t, page, `content="default-src 'none'; style-src 'unsafe-inline'"`, name)
	}
}

func TestThePageTellsEveryFindingFileAndChange(t *testing.T) {
	q := troubled(t)
	text := textOf(t, pageOf(t, q))
	require.NotEmpty(t, q.Findings)
	require.NotEmpty(t, q.Comparison.Changes)
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for _, f := range q.Findings {
		assert.Contains(t, text, plain(sentence(f.Text)))
		assert.Contains(t, text, plain(sentence(f.Do)))
		assert.Contains(t, text, f.Code)
	}
	for _, c := range q.Comparison.Changes {
		assert.Contains(t, text, plain(sentence(c.Text)))
	}
	for _, f := range q.Extract.Files {
		assert.Contains(t, text, plain(f.Name))
		for _, causes := range []extract.Causes{f.Quarantined, f.Repairs, f.Notes} {
			for cause, n := range causes {
				assert.Contains(t, text, cause)
				assert.Contains(t, text, num(n))
			}
		}
		for _, u := range f.Unread {
			assert.Contains(t, text, u)
		}
	}
	for _, a := range q.Ask {
		assert.Contains(t, text, plain(sentence(a.Send)))
	}
	for _, a := range q.Ask[:min(firstAsks, len(q.Ask))] {
		assert.Contains(t, text, plain(sentence(a.SendDA)), "the vendor's part is in Danish")
	}
	for _, want := range []string{"Til leverandøren", "Do not use", "2023-05", "læs mig.txt", "§ 999", "line 12, Borger<ID>", "line 13", "Paragraph 97 gives way to 112", "found in 2007-01, as expected"} {
		if want == "Do not use" && q.Verdict.Code != DoNotUse {
			want = sentence(verdictText[q.Verdict.Code][0])
		}
		assert.Contains(t, text, want)
	}
}

func TestEveryMonthIsInTheTablesToo(t *testing.T) {
	q := troubled(t)
	text := textOf(t, pageOf(t, q))
	for _, c := range q.Coverage {
		byYear := map[int]int64{}
		for _, m := range c.Months {
			byYear[m.Month.Year()] += m.Rows
		}
		for _, t2 := range q.monthTables() {
			if t2.Name != kindNames[c.Kind][0] {
				continue
			}
			assert.Contains(t, text, t2.Name+": rows by month")
			for _, y := range t2.Years {
				assert.Equal(t, byYear[y.Year], y.Sum)
			}
		}
	}
}

func TestThePageHoldsNoTextOfACell(t *testing.T) {
	page := pageOf(t, troubled(t))
	assert.NotContains(t, page, "<script")
	assert.NotContains(t, page, "<b>Klippekort")
	assert.Contains(t, page, "&lt;script&gt;")
}

// A vendor who has the files finds the CPR number on the line: a pseudonym beside the number of the line would name it.
func TestThePageNamesNoCitizen(t *testing.T) {
	told := regexp.MustCompile(`p[0-9a-z]+_[a-z2-7]{20,}`)
	q := troubled(t)
	citizen := pseudonym.DemoKey().OfBorgerID("17")
	for i := range q.Extract.Files {
		f := &q.Extract.Files[i]
		f.Quarantined, f.Dropped, f.Merged = extract.Causes{"id_missing": 300}, extract.Causes{"returned_before_lend": 400}, extract.Causes{"duplicate": 5}
		f.Repairs, f.Notes = extract.Causes{"mojibake": 500}, extract.Causes{"known_late": 6}
		f.Examples = map[string][]extract.Example{}
		for line, cause := range []string{"id_missing", "returned_before_lend", "duplicate", "mojibake", "known_late"} {
			f.Examples[cause] = []extract.Example{{Line: 7001 + line, Column: "Udlån", Citizen: citizen}}
		}
	}
	q.Ask = asks(q)
	b, err := json.Marshal(q)
	require.NoError(t, err)
	require.Regexp(t, told, string(b), "the data team's file has them")
	page := pageOf(t, q)
	assert.Empty(t, told.FindAllString(page, -1))
	assert.False(t, strings.Contains(page, string(citizen[:16])), "nor the beginning of one")
	for line := 7001; line <= 7005; line++ {
		assert.Contains(t, page, fmt.Sprint("line ", line, ", Udlån"))
	}
}

func TestTheSameQualityGivesTheSamePage(t *testing.T) {
	want := pageOf(t, troubled(t))
	for range 3 {
		assert.True(t, want == pageOf(t, troubled(t)), "the pages differ")
	}
	assert.True(t, want == pageOf(t, again(t, troubled(t))), "the page of what was read differs")
}

func TestTheTextShowsTheVerdictAndWhatToAskFor(t *testing.T) {
	q := troubled(t)
	var b bytes.Buffer
	require.NoError(t, q.WriteText(&b))
	text := b.String()
	assert.Contains(t, text, "Verdict: "+verdictText[q.Verdict.Code][0])
	assert.Contains(t, text, "column Borger<ID>: 30 rows (30 %), such as line 12")
	assert.Contains(t, text, "Compared with the delivery of 2024-12-30")
	assert.NotContains(t, text, "%!")
}

func TestEveryCauseAndWarningHasWordsInBothLanguages(t *testing.T) {
	for cause, r := range remedies {
		assert.NotEmpty(t, r.send, cause)
		assert.NotEmpty(t, r.wrongDA, cause)
		assert.NotEmpty(t, r.sendDA, cause)
		assert.NotEmpty(t, extract.Meaning(cause), "%s: the reader has no such cause", cause)
	}
	for code, a := range advices {
		assert.NotEmpty(t, a.do, code)
		assert.NotEmpty(t, a.da, code)
		assert.Equal(t, a.vendor, a.who != "", "%s: what the vendor can mend has words for the vendor", code)
	}
}

func TestNumbersForPeople(t *testing.T) {
	assert.Equal(t, []string{"0", "999", "1,000", "-1,000", "12,345,678"}, []string{num(0), num(999), num(1000), num(-1000), num(12345678)})
	assert.Equal(t, "12.345.678", numDA(12345678))
	for x, want := range map[float64]string{0: "0 %", 1: "100 %", 0.5: "50 %", 0.099: "9.9 %", 0.0012: "0.1 %", 0.0004: "0.04 %", 0.00001: "under 0.01 %"} {
		assert.Equal(t, want, pct(x), fmt.Sprint(x))
	}
	assert.Equal(t, "9,9 %", pctDA(0.099))
}
