package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/extract"
)

// Comparison is what changed since the previous delivery beyond what was to be expected.
type Comparison struct {
	PreviousExtractDate rettidig.Day `json:"previous_extract_date"`
	SameKey             bool         `json:"same_key"` // under another key nobody can be found again
	From                Month        `json:"from"`     // first and last month that both deliveries hold in full
	To                  Month        `json:"to"`
	CitizensJudged      int          `json:"citizens_judged"` // of the samples
	Changes             []Change     `json:"changes"`         // empty: nothing unexpected
}

// Change is one thing that is not as it was.
type Change struct {
	Code   string  `json:"code"`
	Kind   string  `json:"kind,omitempty"` // of fact or file
	Level  Level   `json:"level"`
	Text   string  `json:"text"`
	TextDA string  `json:"text_da"`
	From   Month   `json:"from"`
	To     Month   `json:"to"`
	Was    float64 `json:"was"` // of what Text says
	Is     float64 `json:"is"`
	N      int64   `json:"n"` // months, rows or citizens concerned
	Vendor bool    `json:"vendor"`
	Do     string  `json:"do"`
	DoDA   string  `json:"do_da"`
}

// The thresholds. What happened long ago should be delivered again as it was; the last months before the previous
// extract were not all written down then; and a new month should be like the recent ones.
const (
	sameShare   = 0.01 // an old month may differ by this share
	sameRows    = 5    // and always by so many rows
	recentOnes  = 2    // months before the previous extract date that may still grow
	recentShare = 0.15
	recentRows  = 20

	mostRuns  = 3   // runs of months that are told one by one
	newMonths = 12  // a new month is held against so many before it
	newZ      = 4   // robust z of the logarithm, with the median absolute deviation as the scale
	newRatio  = 1.2 // and it differs from their median by at least this factor
	newScale  = 0.05

	roseZ      = 5 // of two proportions
	rosePoints = 0.005
	roseRatio  = 1.5

	codeRows    = 20 // a service or class with fewer rows may come and go
	renamedRows = 0.1
	goneShare   = 0.01
	goneFew     = 10
	levelShare  = 0.1 // the median citizen's minutes may differ by this share
)

// compare holds a delivery against the previous one.
func compare(prev, now *Quality) *Comparison {
	c := &Comparison{PreviousExtractDate: prev.Extract.ExtractDate, SameKey: prev.Extract.KeyID == now.Extract.KeyID,
		From: NoMonth, To: NoMonth, Changes: []Change{}}
	c.files(prev, now)
	for _, kind := range kindKeys {
		c.months(prev, now, kind)
	}
	c.minutes(prev, now)
	c.causes(prev, now)
	c.codes("service", prev.Services, now.Services, prev, now)
	c.codes("class", prev.Classes, now.Classes, prev, now)
	c.people(prev, now)
	slices.SortStableFunc(c.Changes, func(a, b Change) int { return a.order() - b.order() })
	return c
}

// order puts a file that is missing first, for it explains what else is; then the most serious.
func (x *Change) order() int {
	if x.Code == "files-gone" || x.Code == "files-fewer" {
		return -1
	}
	return levelRank[x.Level]
}

func (c *Comparison) add(x Change) {
	if x.Level != Know && x.Do == "" {
		x.Vendor, x.Do, x.DoDA = true, "ask what changed in the export", "Oplys, hvad der er ændret i udtrækket"
	}
	c.Changes = append(c.Changes, x)
}

// months compares rows and citizens of a kind by month.
func (c *Comparison) months(prev, now *Quality, kind string) {
	was, is := prev.coverage(kind), now.coverage(kind)
	end := prev.extractMonth() // not over when the previous delivery was made
	if was == nil || !end.Valid() {
		return
	}
	name := kindNames[kind]
	old := was.until(end)
	if len(old) == 0 {
		return
	}
	if is == nil {
		c.add(Change{Code: "kind-gone", Kind: kind, Level: Stop, From: old[0].Month, To: old[len(old)-1].Month, Was: float64(was.Rows), N: was.Rows,
			Text:   fmt.Sprintf("%s: there were %s rows, and there are none now", strings.ToLower(name[0]), num(was.Rows)),
			TextDA: fmt.Sprintf("%s: der var %s rækker, og nu er der ingen", name[1], numDA(was.Rows))})
		return
	}
	from, to := old[0].Month, old[len(old)-1].Month
	if first := is.Months[0].Month; first > from {
		// What the new delivery leaves out at the beginning is one thing to say, not one for each month.
		lost := int64(0)
		for _, m := range old {
			if m.Month < first {
				lost += m.Rows
			}
		}
		if lost > max(sameRows, int64(sameShare*float64(was.Rows))) {
			c.add(Change{Code: "begins-later", Kind: kind, Level: Doubt, From: from, To: first, Was: float64(lost), N: lost,
				Text:   fmt.Sprintf("%s: begins in %s now, in %s then; %s rows are left out", strings.ToLower(name[0]), first, from, num(lost)),
				TextDA: fmt.Sprintf("%s: begynder nu i %s og før i %s; %s rækker mangler", name[1], first, from, numDA(lost))})
			from = first
		}
	}
	if !c.From.Valid() || from < c.From {
		c.From = from
	}
	c.To = max(c.To, to)
	c.rows(kind, was, is, from, to, end)
	c.newMonths(kind, was, is, end, now.extractMonth())
}

// difference is a month that is not as it was.
type difference struct {
	month    Month
	was, is  int64
	citizens bool // the rows are as they were, the citizens not
	minutes  bool // the rows and citizens are as they were, the minutes not
}

func differs(was, is int64, recent bool) bool {
	most := max(sameRows, sameShare*float64(was))
	if recent {
		most = max(recentRows, recentShare*float64(was))
	}
	return math.Abs(float64(is-was)) > most
}

// rows tells the months that are not as they were, months in a row that changed in the same direction as one.
func (c *Comparison) rows(kind string, was, is *Coverage, from, to, end Month) {
	var runs [][]difference
	for m := from; m <= to; m++ {
		a, b, recent := was.at(m), is.at(m), m >= end-recentOnes
		var d difference
		switch {
		case differs(a.Rows, b.Rows, recent):
			d = difference{month: m, was: a.Rows, is: b.Rows}
		case differs(a.Citizens, b.Citizens, recent):
			d = difference{month: m, was: a.Citizens, is: b.Citizens, citizens: true}
		case differs(a.Minutes, b.Minutes, recent):
			d = difference{month: m, was: a.Minutes, is: b.Minutes, minutes: true}
		default:
			continue
		}
		if n := len(runs); n > 0 {
			last := runs[n-1][len(runs[n-1])-1]
			if last.month == m-1 && last.citizens == d.citizens && last.minutes == d.minutes && (last.is > last.was) == (d.is > d.was) && (last.is == 0) == (d.is == 0) {
				runs[n-1] = append(runs[n-1], d)
				continue
			}
		}
		runs = append(runs, []difference{d})
	}
	changes := map[string][]Change{} // by what is told, and whether it is more or less
	for _, run := range runs {
		x := told(kind, run)
		key := fmt.Sprint(x.Code, x.Is > x.Was)
		changes[key] = append(changes[key], x)
	}
	for _, key := range sorted(changes) {
		if list := changes[key]; len(list) <= mostRuns {
			for _, x := range list {
				c.add(x)
			}
		} else {
			c.add(summed(kind, list, int(to-from)+1))
		}
	}
}

// summed says many changes of the same sort as one, with the largest of them.
func summed(kind string, list []Change, of int) Change {
	out := list[0]
	largest, n := list[0], int64(0)
	out.Was, out.Is, out.To = 0, 0, list[len(list)-1].To
	for _, x := range list {
		n += x.N
		out.Was += x.Was
		out.Is += x.Is
		if math.Abs(x.Is-x.Was)*largest.Was > math.Abs(largest.Is-largest.Was)*x.Was {
			largest = x
		}
	}
	out.N = n
	_, text, _ := strings.Cut(largest.Text, ": ")
	_, textDA, _ := strings.Cut(largest.TextDA, ": ")
	name := kindNames[kind]
	out.Text = fmt.Sprintf("%s: %d of %d months are not as they were, the most %s", strings.ToLower(name[0]), n, of, text)
	out.TextDA = fmt.Sprintf("%s: %d af %d måneder er ikke som sidst, mest %s", name[1], n, of, textDA)
	if out.DoDA != "" {
		out.DoDA = "Oplys, hvad der er ændret i udtrækket: leverandør, distrikt eller afgrænsning"
	}
	return out
}

// told says a run of months that are not as they were.
func told(kind string, run []difference) Change {
	first, last := run[0], run[len(run)-1]
	sumWas, sumIs := int64(0), int64(0)
	for _, d := range run {
		sumWas += d.was
		sumIs += d.is
	}
	x := Change{Code: "months-differ", Kind: kind, Level: Doubt, From: first.month, To: last.month, Was: float64(sumWas), Is: float64(sumIs), N: int64(len(run))}
	what, whatDA := "rows", "rækker"
	switch {
	case first.citizens:
		x.Code, what, whatDA = "citizens-differ", "citizens", "borgere"
	case first.minutes:
		x.Code, what, whatDA = "minutes-differ", "minutes", "minutter"
	}
	name := kindNames[kind]
	if sumIs == 0 {
		x.Code = "months-gone"
		x.Text = fmt.Sprintf("%s: nothing in %s, where there were %s %s", strings.ToLower(name[0]), span(x.From, x.To), num(sumWas), what)
		x.TextDA = fmt.Sprintf("%s: intet i %s, hvor der før var %s %s", name[1], spanDA(x.From, x.To), numDA(sumWas), whatDA)
		x.Vendor, x.Do, x.DoDA = true, "ask for these months again", "Send "+spanDA(x.From, x.To)+" igen"
		return x
	}
	if sumIs > sumWas {
		x.Level = Know
	}
	change := share(sumIs-sumWas, sumWas)
	word, wordDA := "more", "flere"
	if change < 0 {
		word, wordDA = "fewer", "færre"
	}
	x.Text = fmt.Sprintf("%s: %s %s %s in %s than then (%s, were %s)", strings.ToLower(name[0]), pct(math.Abs(change)), word, what, span(x.From, x.To), num(sumIs), num(sumWas))
	x.TextDA = fmt.Sprintf("%s: %s %s %s i %s end sidst (%s mod %s)", name[1], pctDA(math.Abs(change)), wordDA, whatDA, spanDA(x.From, x.To), numDA(sumIs), numDA(sumWas))
	if change < 0 {
		x.Vendor, x.Do, x.DoDA = true, "ask why they are gone: a supplier, a district or a filter of the export may be missing",
			"Oplys, hvorfor de mangler: leverandør, distrikt eller afgrænsning af udtrækket"
	}
	return x
}

// newMonths holds each month that is new against the year before it: the robust z of the logarithm of its rows.
func (c *Comparison) newMonths(kind string, was, is *Coverage, from, end Month) {
	recent := was.steady(from)
	recent = recent[max(0, len(recent)-newMonths):]
	if len(recent) < newMonths/2 || medianRows(recent) < fewRows {
		return
	}
	logs := make([]float64, len(recent))
	for i, m := range recent {
		logs[i] = math.Log(float64(m.Rows) + 1)
	}
	centre := median(slices.Clone(logs))
	away := make([]float64, len(logs))
	for i, l := range logs {
		away[i] = math.Abs(l - centre)
	}
	scale := max(1.4826*median(away), newScale)
	name := kindNames[kind]
	for m := from; m < end; m++ {
		rows := is.at(m).Rows
		level := rows
		if kind == kindKeys[careKind] {
			level = averaged(m, rows)
		}
		d := math.Log(float64(level)+1) - centre
		if math.Abs(d)/scale <= newZ || math.Abs(d) <= math.Log(newRatio) {
			continue
		}
		usual := int64(math.Round(math.Exp(centre) - 1))
		c.add(Change{Code: "new-month-unlike", Kind: kind, Level: Doubt, From: m, To: m, Was: float64(usual), Is: float64(rows), N: 1,
			Text:   fmt.Sprintf("%s: %s rows in %s, which is new; the months before have about %s", strings.ToLower(name[0]), num(rows), m, num(usual)),
			TextDA: fmt.Sprintf("%s: %s rækker i %s, som er ny; månederne før har omkring %s", name[1], numDA(rows), m, numDA(usual)),
			Vendor: true, Do: "ask whether the month is whole", DoDA: "Oplys, om måneden er fuldstændig, og send den ellers igen"})
	}
}

// minutes compares what the median citizen gets.
func (c *Comparison) minutes(prev, now *Quality) {
	if prev.Minutes.Citizens < fewCitizens || now.Minutes.Citizens < fewCitizens {
		return
	}
	was, is := prev.Minutes.Ways[0].Median, now.Minutes.Ways[0].Median
	if math.Abs(is-was) <= levelShare*was {
		return
	}
	c.add(Change{Code: "minutes-level", Kind: "care", Level: Doubt, From: NoMonth, To: NoMonth, Was: was, Is: is, N: now.Minutes.Citizens,
		Text:   fmt.Sprintf("the median citizen with home care gets %.0f minutes a week, %.0f in the previous delivery", is, was),
		TextDA: fmt.Sprintf("Medianen for hjemmehjælp er %.0f minutter om ugen mod %.0f sidst", is, was),
		Vendor: true, Do: "ask what the minutes column holds now: minutes of the week, of one visit, or hours",
		DoDA: "Oplys, om kolonnen med tid er minutter for hele ugen, minutter pr. besøg eller timer"})
}

// tallyOf adds up rows read, and rows and values by cause, over the files of each kind.
func tallyOf(r *extract.Report) (read map[string]int64, causes map[string]map[string]int64) {
	read, causes = map[string]int64{}, map[string]map[string]int64{}
	for i := range r.Files {
		f := &r.Files[i]
		kind := string(f.Kind)
		read[kind] += f.Rows.Read
		if causes[kind] == nil {
			causes[kind] = map[string]int64{}
		}
		for _, list := range []extract.Causes{f.Dropped, f.Quarantined, f.Repairs, f.Notes, f.Merged} {
			for cause, n := range list {
				causes[kind][cause] += n
			}
		}
	}
	return read, causes
}

// causes finds the causes that became more frequent. Those that cost a row or a repair are the vendor's to mend.
func (c *Comparison) causes(prev, now *Quality) {
	readWas, was := tallyOf(prev.Extract)
	readIs, is := tallyOf(now.Extract)
	for _, kind := range sorted(is) {
		if readWas[kind] == 0 || readIs[kind] == 0 {
			continue
		}
		for _, cause := range sorted(is[kind]) {
			p0, p1, rose := rises(was[kind][cause], readWas[kind], is[kind][cause], readIs[kind])
			if !rose {
				continue
			}
			x := Change{Code: "cause-rose:" + cause, Kind: kind, Level: Know, From: NoMonth, To: NoMonth, Was: p0, Is: p1, N: is[kind][cause],
				Text: fmt.Sprintf("%s: %s of the rows, %s then: %s", kind, pct(p1), pct(p0), cmp.Or(extract.Meaning(cause), cause)),
				Do:   "nothing, if the delivery was put together in another way"}
			x.TextDA = fmt.Sprintf("%s: %s af rækkerne, før %s: %s", kind, pctDA(p1), pctDA(p0), cause)
			if r, ok := remedies[cause]; ok {
				x.Level, x.Vendor, x.Do, x.DoDA = Doubt, true, r.send, r.sendDA
				x.TextDA = fmt.Sprintf("%s: %s af rækkerne, før %s: %s", kind, pctDA(p1), pctDA(p0), strings.ToLower(r.wrongDA))
			}
			c.add(x)
		}
	}
}

// rises compares two shares, n0 of rows0 and n1 of rows1.
func rises(n0, rows0, n1, rows1 int64) (p0, p1 float64, rose bool) {
	p0, p1 = float64(n0)/float64(rows0), float64(n1)/float64(rows1)
	pooled := float64(n0+n1) / float64(rows0+rows1)
	se := math.Sqrt(max(pooled*(1-pooled), 0) * (1/float64(rows0) + 1/float64(rows1)))
	return p0, p1, p1-p0 >= rosePoints && p1 >= roseRatio*p0 && p1-p0 >= roseZ*se
}

// sorted lists the keys of a map in order.
func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// codes finds the services or classes that came or went, and those that may only have another name.
func (c *Comparison) codes(what string, was, is []Code, prev, now *Quality) {
	whatDA := map[string]string{"service": "ydelsen", "class": "ISO-klassen"}[what]
	end := prev.extractMonth()
	if len(was) == 0 || len(is) == 0 || !end.Valid() {
		return
	}
	before, after := byCode(was), byCode(is)
	var gone, come []Code
	for _, w := range was {
		i, there := after[w.Code]
		switch {
		case w.Rows < codeRows:
		case !there:
			gone = append(gone, w)
		case w.Last >= end-recentOnes && i.Last < end-recentOnes && now.extractMonth() > end:
			gone = append(gone, i) // it stops where the previous delivery still had it
		}
	}
	for _, i := range is {
		if _, there := before[i.Code]; !there && i.Rows >= codeRows {
			come = append(come, i)
		}
	}
	for _, g := range gone {
		x := Change{Code: what + "-gone", Kind: what, Level: Doubt, From: g.First, To: g.Last, Was: float64(g.Rows), N: g.Rows}
		if at := heir(g, come); at >= 0 {
			n := come[at]
			come = slices.Delete(come, at, at+1)
			x.Code, x.Is = what+"-renamed", float64(n.Rows)
			x.Text = fmt.Sprintf("the %s %s is gone and %s is new with about as many rows (%s, were %s): perhaps another name for the same", what, called(g), called(n), num(n.Rows), num(g.Rows))
			x.TextDA = fmt.Sprintf("%s %s er væk, og %s er ny med omtrent lige så mange rækker (%s mod %s): måske et nyt navn", strings.ToUpper(whatDA[:1])+whatDA[1:], called(g), called(n), numDA(n.Rows), numDA(g.Rows))
			x.Vendor, x.Do, x.DoDA = true, "ask whether it is the same, and map the new name in mapping.yaml", "Bekræft, at det er det samme under et nyt navn"
		} else {
			x.Text = fmt.Sprintf("the %s %s is gone; it had %s rows", what, called(g), num(g.Rows))
			x.TextDA = fmt.Sprintf("%s %s er væk; der var %s rækker", strings.ToUpper(whatDA[:1])+whatDA[1:], called(g), numDA(g.Rows))
			x.Vendor, x.Do, x.DoDA = true, "ask where it went", "Oplys, hvorfor den mangler"
		}
		c.add(x)
	}
	for _, n := range come {
		x := Change{Code: what + "-new", Kind: what, Level: Know, From: n.First, To: n.Last, Is: float64(n.Rows), N: n.Rows,
			Text:   fmt.Sprintf("the %s %s is new, with %s rows", what, called(n), num(n.Rows)),
			TextDA: fmt.Sprintf("%s %s er ny med %s rækker", strings.ToUpper(whatDA[:1])+whatDA[1:], called(n), numDA(n.Rows)),
			Do:     "nothing, if it is what its name says"}
		if !n.Known {
			x.Level = Doubt
			x.Vendor, x.Do, x.DoDA = true, "ask what it is, and give it a meaning in mapping.yaml", "Oplys, hvad den dækker"
		}
		c.add(x)
	}
}

func byCode(list []Code) map[string]Code {
	out := map[string]Code{}
	for _, c := range list {
		out[c.Code] = c
	}
	return out
}

// called is a code and its name, or the name alone if it is the code.
func called(c Code) string {
	code := strings.TrimPrefix(c.Code, codes.UnknownPrefix)
	if code == c.Name || !c.Known {
		return "\"" + code + "\""
	}
	return code + " " + c.Name
}

// heir finds the new code that may be another name of the one that is gone: it has as many rows within renamedRows, or
// begins when the other ends. The closest in rows, then the first in the list. -1 if there is none.
func heir(gone Code, come []Code) int {
	best, least := -1, math.Inf(1)
	for i, n := range come {
		far := math.Abs(float64(n.Rows-gone.Rows)) / float64(gone.Rows)
		follows := n.First-gone.Last <= 1 && gone.Last-n.First <= 1
		if (far <= renamedRows || follows) && far < least {
			best, least = i, far
		}
	}
	return best
}

// people looks in the samples for citizens who are gone.
func (c *Comparison) people(prev, now *Quality) {
	if !c.SameKey {
		c.add(Change{Code: "other-key", Level: Know, From: NoMonth, To: NoMonth,
			Text: "the pseudonyms were made with another key, so no citizen can be found again", TextDA: "Pseudonymerne er lavet med en anden nøgle",
			Do: "nothing, if the key was changed on purpose"})
		return
	}
	for _, s := range []struct {
		kind    string
		was, is []string
	}{{"aids", prev.Sample.Aids, now.Sample.Aids}, {"care", prev.Sample.Care, now.Sample.Care}, {"training", prev.Sample.Training, now.Sample.Training}} {
		judged, missing := gone(s.was, s.is)
		c.CitizensJudged += judged
		if missing < goneFew || float64(missing) <= goneShare*float64(judged) {
			continue
		}
		name := cmpName(s.kind)
		part := float64(missing) / float64(judged)
		c.add(Change{Code: "citizens-gone", Kind: s.kind, Level: Doubt, From: NoMonth, To: NoMonth, Was: float64(judged), Is: float64(judged - missing), N: int64(missing),
			Text:   fmt.Sprintf("%s: about %s of the previous delivery's citizens are gone (%d of %d looked for)", name[0], pct(part), missing, judged),
			TextDA: fmt.Sprintf("%s: omkring %s af borgerne fra sidst er væk (%d af %d, der er søgt efter)", name[1], pctDA(part), missing, judged),
			Vendor: true, Do: "ask whether the export leaves out those who died, moved or have ended", DoDA: "Send også borgere, der er døde, flyttet eller afsluttet"})
	}
}

func cmpName(kind string) [2]string {
	if kind == "training" {
		return [2]string{"DigiRehab", "DigiRehab"}
	}
	return kindNames[kind]
}

// look is how the files of a kind look: what their making decides.
type look struct {
	columns, unread, encodings, cuts []string
	files                            []string
	rows                             int64
}

func looks(r *extract.Report) map[string]*look {
	out := map[string]*look{}
	put := func(list *[]string, s string) {
		if s != "" && !slices.Contains(*list, s) {
			*list = append(*list, s)
			slices.Sort(*list)
		}
	}
	for i := range r.Files {
		f := &r.Files[i]
		l := out[string(f.Kind)]
		if l == nil {
			l = &look{}
			out[string(f.Kind)] = l
		}
		for _, m := range f.Mapping {
			put(&l.columns, m.Header)
		}
		for _, u := range f.Unread {
			put(&l.unread, u)
		}
		if f.Encoding != extract.ASCII { // a file without Danish letters shows no encoding
			put(&l.encodings, f.Encoding)
		}
		put(&l.cuts, strings.TrimSpace(f.Container+" "+f.Separator))
		l.files = append(l.files, f.Name)
		l.rows += f.Rows.Read
	}
	return out
}

// files compares what was delivered and how it was made.
func (c *Comparison) files(prev, now *Quality) {
	was, is := looks(prev.Extract), looks(now.Extract)
	for _, kind := range sorted(was) {
		if is[kind] == nil {
			c.add(Change{Code: "files-gone", Kind: kind, Level: Doubt, From: NoMonth, To: NoMonth, Was: float64(len(was[kind].files)), N: int64(len(was[kind].files)),
				Text: "there is no " + kind + " now; it was in " + strings.Join(was[kind].files, ", "), TextDA: "Der er ingen " + kind + " nu; sidst var den i " + strings.Join(was[kind].files, ", "),
				Vendor: true, Do: "ask for it", DoDA: "Send filen"})
			continue
		}
		a, b := was[kind], is[kind]
		if len(b.files) < len(a.files) {
			missing := without(a.files, b.files)
			c.add(Change{Code: "files-fewer", Kind: kind, Level: Doubt, From: NoMonth, To: NoMonth, Was: float64(len(a.files)), Is: float64(len(b.files)), N: int64(len(a.files) - len(b.files)),
				Text:   fmt.Sprintf("%s: %d files, %d then; no file is called %s now", kind, len(b.files), len(a.files), strings.Join(missing, " or ")),
				TextDA: fmt.Sprintf("%s: %d filer mod %d sidst; der mangler måske %s", kind, len(b.files), len(a.files), strings.Join(missing, " eller ")),
				Vendor: true, Do: "ask whether a supplier's file is missing", DoDA: "Send den manglende fil, hvis en leverandør mangler"})
		}
		for _, s := range []struct {
			code, what, whatDA string
			was, is            []string
		}{
			{"column", "column", "kolonnen", append(slices.Clone(a.columns), a.unread...), append(slices.Clone(b.columns), b.unread...)},
			{"encoding", "encoding", "tegnsættet", a.encodings, b.encodings},
			{"container", "form", "formatet", a.cuts, b.cuts},
		} {
			if len(s.was) == 0 || len(s.is) == 0 {
				continue
			}
			for _, x := range without(s.was, s.is) {
				level := Know
				if s.code == "column" {
					level = Doubt
				}
				c.add(Change{Code: s.code + "-gone", Kind: kind, Level: level, From: NoMonth, To: NoMonth, Was: 1, N: 1,
					Text: fmt.Sprintf("%s: the %s %s is not used any more", kind, s.what, x), TextDA: fmt.Sprintf("%s: %s %s bruges ikke længere", kind, s.whatDA, x),
					Vendor: level == Doubt, Do: "check that nothing is lost with it", DoDA: "Oplys, hvorfor den mangler"})
			}
			for _, x := range without(s.is, s.was) {
				c.add(Change{Code: s.code + "-new", Kind: kind, Level: Know, From: NoMonth, To: NoMonth, Is: 1, N: 1,
					Text: fmt.Sprintf("%s: the %s %s is new", kind, s.what, x), TextDA: fmt.Sprintf("%s: %s %s er ny", kind, s.whatDA, x),
					Do: "check what it holds"})
			}
		}
	}
}

// without is what is in a and not in b, whatever the case and the blanks.
func without(a, b []string) (out []string) {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	for _, x := range a {
		same := func(y string) bool { return fold(x) == fold(y) }
		if !slices.ContainsFunc(b, same) && !slices.ContainsFunc(out, same) {
			out = append(out, x)
		}
	}
	return out
}
