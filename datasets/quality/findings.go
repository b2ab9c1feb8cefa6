package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

const (
	floorYears = 10   // loans older than this are nearly all returned, if returns are booked
	floorShare = 0.03 // more than this share of the old loans of a class without a return: never booked back
	fewLoans   = 10   // fewer are no share

	bulkRatio = 1.35 // a year with so many times the loans of the years around it was no year of demand alone
	bulkYears = 3    // at most so many years in a row

	spikeRatio = 20 // a day with so many times the loans of a usual day
	spikeLoans = 50
	spikeDays  = 365 // usual days are looked for this far before and after

	mostHoles = 6  // months missing that are named
	askYears  = 10 // months longer ago are not asked for
	holeShare = 24 // more than one month in so many missing: the windows have no place to go

	joinShare   = 0.2 // a smaller share of the trained citizens known elsewhere: the ids do not join
	unknownMost = 0.02
	aside       = 0.01 // share of a file's rows that may be set aside without comment
	exitShare   = 0.02
	lateShare   = 0.1
)

// findings looks at everything, and takes over the reader's warnings.
func (o *Observer) findings(q *Quality) []Finding {
	list := q.coursesFinding()
	for _, w := range q.Extract.Warnings {
		list = append(list, ofWarning(w))
	}
	add := func(f ...Finding) {
		for _, x := range f {
			if !slices.ContainsFunc(list, func(have Finding) bool { return have.Code == x.Code && !x.From.Valid() }) {
				list = append(list, x)
			}
		}
	}
	end := q.extractMonth()
	registered := o.registrations(q, end)
	add(q.unitFinding()...)
	add(q.joinFinding()...)
	add(q.asideFindings()...)
	add(q.missingMonths(end)...)
	add(registered...)
	add(q.levelChanges(end, registered)...)
	add(q.neverBookedBack()...)
	add(o.exitFinding()...)
	add(o.closingFinding()...)
	add(o.covidSpring()...)
	add(q.regimeFindings()...)
	add(q.unknownFindings()...)
	add(o.replacedFinding()...)
	slices.SortStableFunc(list, func(a, b Finding) int { return levelRank[a.Level] - levelRank[b.Level] })
	return list
}

// coursesFinding says what a delivery without DigiRehab cannot be used for; the reader's warnings only name what is missing.
func (q *Quality) coursesFinding() []Finding {
	if len(q.Coverage) == 0 || q.coverage("screenings") != nil || q.coverage("sessions") != nil || q.coverage("statuses") != nil {
		return []Finding{}
	}
	return []Finding{{Code: "no-courses", Level: Doubt, From: NoMonth, To: NoMonth,
		Text:   "Without D1-D3 there are no courses: completion, effect and benefit cannot be trained; only decline can",
		TextDA: "Uden D1-D3 er der ingen træningsforløb: kun funktionstab kan forudsiges",
		Do:     "ask for DigiRehab's screenings, statuses and sessions, or train decline alone"}}
}

// unitFinding is about the meaning of the minutes column.
func (q *Quality) unitFinding() []Finding {
	if q.Minutes.Citizens < fewCitizens || q.Minutes.Ways[0].LooksDanish {
		return nil
	}
	read := q.Minutes.Ways[0]
	f := Finding{Code: "care-implausible", Level: Stop, N: q.Minutes.Citizens, From: NoMonth, To: NoMonth, Vendor: true,
		Text:   fmt.Sprintf("home care does not look like Danish home care: the median citizen gets %.0f minutes a week, and %s get 20 hours or more", read.Median, pct(read.From20)),
		TextDA: fmt.Sprintf("Hjemmehjælpens omfang ligner ikke dansk hjemmehjælp: medianen er %s minutter om ugen, og %s får 20 timer eller mere", commas(fmt.Sprintf("%.0f", read.Median)), pctDA(read.From20)),
		Do:     "ask what the minutes column holds: minutes of the week, of one visit, or hours",
		DoDA:   "Oplys, om kolonnen med tid er minutter for hele ugen, minutter pr. besøg eller timer",
	}
	for _, w := range q.Minutes.Ways[1:] {
		if w.LooksDanish {
			f.Text += "; read as " + meaningText[w.Meaning] + " it would"
			f.Do += fmt.Sprintf("; %s fits", meaningText[w.Meaning])
		}
	}
	return []Finding{f}
}

var meaningText = map[string]string{"total": "minutes of the week", "per_visit": "minutes of one visit", "hours": "hours of the week"}

// joinFinding looks at whether the people who train are known to the other sources.
func (q *Quality) joinFinding() []Finding {
	v := q.Overlap
	trained := v.Training + v.AidsTraining + v.CareTraining + v.All
	elsewhere := trained - v.Training
	if trained < fewCitizens || q.coverage("aids") == nil && q.coverage("care") == nil || float64(elsewhere) >= joinShare*float64(trained) {
		return nil
	}
	return []Finding{{Code: "sources-do-not-join", Level: Stop, N: v.Training, From: NoMonth, To: NoMonth, Vendor: true,
		Text:   fmt.Sprintf("of %s citizens in DigiRehab only %s have aids or home care: the ids are not the same in all files", num(trained), num(elsewhere)),
		TextDA: fmt.Sprintf("Kun %s af %s borgere i DigiRehab findes i hjælpemidler eller hjemmehjælp: borgerne har ikke samme id i alle filer", numDA(elsewhere), numDA(trained)),
		Do:     "ask for the same id, the CPR number or one BorgerID, in every file",
		DoDA:   "Send alle filer igen med samme id for borgeren (CPR-nummer eller ét fælles BorgerID)",
	}}
}

// asideFindings name the files of which more than a little had to be set aside.
func (q *Quality) asideFindings() []Finding {
	names, namesDA, n := []string{}, []string{}, int64(0)
	for _, f := range q.Extract.Files {
		if f.Rows.Quarantined < fewLoans || float64(f.Rows.Quarantined) < aside*float64(f.Rows.Read) {
			continue
		}
		part := share(f.Rows.Quarantined, f.Rows.Read)
		names, namesDA = append(names, f.Name+" "+pct(part)), append(namesDA, f.Name+" "+pctDA(part))
		n += f.Rows.Quarantined
	}
	if n == 0 {
		return nil
	}
	return []Finding{{Code: "rows-set-aside", Level: Doubt, N: n, From: NoMonth, To: NoMonth,
		Text:   fmt.Sprintf("%s rows cannot be trusted and were set aside: of %s", num(n), strings.Join(names, ", ")),
		TextDA: fmt.Sprintf("%s rækker kan ikke bruges: af %s", numDA(n), strings.Join(namesDA, ", ")),
		Do:     "see the causes and lines under each file, and ask for it again",
	}}
}

func share(n, of int64) float64 { return float64(n) / float64(max(of, 1)) }

// missingMonths looks for holes in each kind. Status changes and abilities come when they come.
func (q *Quality) missingMonths(end Month) (out []Finding) {
	from := q.mattersFrom(end)
	for _, kind := range []string{"aids", "care", "screenings", "sessions"} {
		counts := q.coverage(kind).steady(end)
		empty, few, old := []interval(nil), []interval(nil), []interval(nil)
		for _, h := range missing(counts) {
			for m := h.from; m <= h.to; m++ {
				switch nothing := counts[m-counts[0].Month].Rows == 0; {
				case m < from:
					old = extended(old, m)
				case nothing:
					empty = extended(empty, m)
				default:
					few = extended(few, m)
				}
			}
		}
		name := kindNames[kind]
		if len(empty) > 0 {
			f := ofHoles("months-missing", empty)
			if (kind == "care" || kind == "aids") && f.N*holeShare > int64(len(counts)) {
				f.Level = Stop
			}
			when, whenDA := named(empty)
			f.Text = fmt.Sprintf("%s: nothing in %s, and the usual number of rows before and after", strings.ToLower(name[0]), when)
			f.TextDA = fmt.Sprintf("%s: der mangler rækker for %s, mens der er rækker før og efter", name[1], whenDA)
			f.Do, f.DoDA = "ask for these months again; until then they look like months without help", "Send "+whenDA+" igen"
			out = append(out, f)
		}
		if len(few) > 0 {
			f := ofHoles("months-few", few)
			when, whenDA := named(few)
			f.Text = fmt.Sprintf("%s: unusually few rows in %s, under %s of those before and after", strings.ToLower(name[0]), when, pct(missingFrom))
			f.TextDA = fmt.Sprintf("%s: usædvanligt få rækker for %s, under %s af dem før og efter", name[1], whenDA, pctDA(missingFrom))
			f.Do, f.DoDA = "ask whether rows of these months are left out", "Oplys, om der er rækker for "+whenDA+", som ikke er sendt"
			out = append(out, f)
		}
		if len(old) > 0 {
			f := ofHoles("months-few", old)
			f.Level, f.Vendor = Know, false
			when, whenDA := named(old)
			f.Text = fmt.Sprintf("%s: nothing, or unusually few rows, long ago: in %s", strings.ToLower(name[0]), when)
			f.TextDA = fmt.Sprintf("%s: ingen eller usædvanligt få rækker for længe siden: %s", name[1], whenDA)
			f.Do = "nothing to mend; so long ago a month says little"
			out = append(out, f)
		}
	}
	return out
}

// mattersFrom is the first month that is worth asking for: ten years before the extract, or the first with home care if
// that is later. What was lent before is seldom in the home any more, and nobody's help of that time is known.
func (q *Quality) mattersFrom(end Month) Month {
	if !end.Valid() {
		return end
	}
	from := end - 12*askYears
	if c := q.coverage(kindKeys[careKind]); c != nil {
		from = max(from, c.Months[0].Month)
	}
	return from
}

// extended adds a month to runs of months.
func extended(runs []interval, m Month) []interval {
	if n := len(runs); n > 0 && runs[n-1].to == m-1 {
		runs[n-1].to = m
		return runs
	}
	return append(runs, interval{m, m})
}

func ofHoles(code string, holes []interval) Finding {
	f := Finding{Code: code, Level: Doubt, From: holes[0].from, To: holes[len(holes)-1].to, Vendor: true}
	for _, h := range holes {
		f.N += int64(h.to-h.from) + 1
	}
	return f
}

// named lists the first mostHoles runs in English and in Danish.
func named(holes []interval) (en, da string) {
	list, listDA := []string{}, []string{}
	for _, h := range holes[:min(mostHoles, len(holes))] {
		list, listDA = append(list, span(h.from, h.to)), append(listDA, spanDA(h.from, h.to))
	}
	if more := len(holes) - mostHoles; more > 0 {
		list, listDA = append(list, fmt.Sprintf("and %d more times", more)), append(listDA, fmt.Sprintf("og %d gange mere", more))
	}
	return strings.Join(list, ", "), strings.Join(listDA, ", ")
}

// levelChanges are sudden changes of level that nothing else explains.
func (q *Quality) levelChanges(end Month, explained []Finding) (out []Finding) {
	for _, kind := range []string{"aids", "care", "screenings", "sessions"} {
		counts := q.coverage(kind).steady(end)
		holes := missing(counts)
		what, whatDA := "rows", "rækker"
		if kind == "screenings" || kind == "sessions" { // a course alone is two dozen sessions: rows say little of a few people
			what, whatDA = "citizens", "borgere"
			for i := range counts {
				counts[i].Rows = counts[i].Citizens
			}
		}
		for _, s := range shifts(counts) {
			near := func(from, to Month) bool { return s.at >= from-neighbours && s.at <= to+neighbours }
			if slices.ContainsFunc(holes, func(h interval) bool { return near(h.from, h.to) }) ||
				kind == "aids" && slices.ContainsFunc(explained, func(f Finding) bool { return near(f.From, f.To+1) }) {
				continue
			}
			name := kindNames[kind]
			out = append(out, Finding{Code: "level-change", Level: Doubt, N: 1, From: s.at, To: s.at, Vendor: true,
				Text:   fmt.Sprintf("%s: from %s on there are %.1f times as many %s a month as before", strings.ToLower(name[0]), s.at, s.ratio, what),
				TextDA: fmt.Sprintf("%s: fra %s er der %s gange så mange %s om måneden som før", name[1], s.at, commas(fmt.Sprintf("%.1f", s.ratio)), whatDA),
				Do:     "ask what changed that month: a supplier, a district, a filter of the export, or how things are registered",
				DoDA:   "Oplys, hvad der blev ændret: leverandør, distrikt, afgrænsning af udtrækket eller registreringspraksis",
			})
		}
	}
	return out
}

// registrations finds loans that were written down in bulk: on one day, or over a year or more.
func (o *Observer) registrations(q *Quality, end Month) (out []Finding) {
	out = o.spikes(q)
	perYear := map[int]int64{}
	lawOf := map[int]int64{}
	c := q.coverage("aids")
	if c == nil {
		return out
	}
	for _, m := range c.until(end) {
		perYear[m.Month.Year()] += m.Rows
		lawOf[m.Month.Year()] += o.withLaw[m.Month-month0]
	}
	first, last := c.Months[0].Month.Year()+1, end.Year()-1 // whole years
	for y := first; y <= last; y++ {
		n := bulkRun(perYear, y, first, last)
		if n == 0 {
			continue
		}
		from, to := MonthOf(y, 1), MonthOf(y+n-1, 12)
		if slices.ContainsFunc(out, func(f Finding) bool { return f.From >= from && f.From <= to }) {
			y += n
			continue
		}
		loans, law, around := int64(0), int64(0), []float64(nil)
		for i := y - 3; i < y+n+3; i++ {
			switch {
			case i >= y && i < y+n:
				loans += perYear[i]
				law += lawOf[i]
			case i >= first && i <= last:
				around = append(around, float64(perYear[i]))
			}
		}
		ratio := float64(loans) / float64(n) / median(around)
		text := fmt.Sprintf("%.1f times as many loans a year in %s as in the years around", ratio, yearSpan(y, y+n-1, "to"))
		if law > 0 {
			text += fmt.Sprintf(", and %s of them have a paragraph", pct(share(law, loans)))
		}
		out = append(out, Finding{Code: "bulk-registration", Level: Doubt, N: loans, From: from, To: to, Vendor: true, Text: text,
			TextDA: fmt.Sprintf("%s gange så mange udlån om året i %s som i årene omkring", commas(fmt.Sprintf("%.1f", ratio)), yearSpan(y, y+n-1, "til")),
			Do:     "do not read these years as demand; ask whether loans were registered again",
			DoDA:   "Oplys, om udlån er registreret igen eller overført i disse år",
		})
		y += n
	}
	return out
}

func yearSpan(from, to int, word string) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d %s %d", from, word, to)
}

// bulkRun is the number of years from y on, up to bulkYears, each of which has bulkRatio times the loans of the three
// years before and of the three years after; 0 if there is no such run or not two years on each side.
func bulkRun(perYear map[int]int64, y, first, last int) int {
	for n := bulkYears; n > 0; n-- {
		if y-2 < first || y+n+1 > last {
			continue
		}
		level := func(from, to int) float64 {
			v := []float64(nil)
			for i := max(from, first); i <= min(to, last); i++ {
				v = append(v, float64(perYear[i]))
			}
			return median(v)
		}
		around := max(level(y-3, y-1), level(y+n, y+n+2))
		all := around >= 12*fewRows/2
		for i := y; i < y+n; i++ {
			all = all && float64(perYear[i]) >= bulkRatio*around
		}
		if all {
			return n
		}
	}
	return 0
}

// spikes finds days on which loans were written down in bulk. If there is next to nothing before, a new system began
// that day and the history before is gone.
func (o *Observer) spikes(q *Quality) (out []Finding) {
	for at, n := range o.lent {
		if n < spikeLoans {
			continue
		}
		usual, before, after := []float64(nil), int64(0), int64(0)
		for i := max(0, at-2*spikeDays); i <= min(len(o.lent)-1, at+2*spikeDays); i++ {
			switch {
			case i < at:
				before += o.lent[i]
			case i > at:
				after += o.lent[i]
			}
			if i != at && o.lent[i] > 0 && i >= at-spikeDays && i <= at+spikeDays {
				usual = append(usual, float64(o.lent[i]))
			}
		}
		if float64(n) < spikeRatio*max(median(usual), 1) {
			continue
		}
		day := day0 + rettidig.Day(at)
		m := monthOfDay(day)
		f := Finding{Code: "bulk-registration", Level: Doubt, N: n, From: m, To: m, Vendor: true,
			Text:   fmt.Sprintf("%s loans are dated %s, a day like others having %.0f: they were written down in bulk", num(n), day, median(usual)),
			TextDA: fmt.Sprintf("%s udlån er dateret %s, mens en almindelig dag har %.0f", numDA(n), day, median(usual)),
			Do:     "ask when these loans really began; until then their age is not known",
			DoDA:   "Send de oprindelige udleveringsdatoer for disse udlån",
		}
		if 10*before < after {
			f.Code = "system-change"
			f.Text = fmt.Sprintf("%s loans are dated %s and there is next to nothing before: a new record system began that day, and the earlier history is gone", num(n), day)
			f.TextDA = fmt.Sprintf("%s udlån er dateret %s, og der er næsten ingen før: et nyt fagsystem er taget i brug, og historikken mangler", numDA(n), day)
			f.Do = "ask for the earlier system's loans; without them \"first loan\" means first in this system"
			f.DoDA = "Send udlån fra det tidligere fagsystem"
		}
		out = append(out, f)
		if len(out) == mostShifts {
			break
		}
	}
	return out
}

// neverBookedBack finds classes of which even the oldest loans have no return.
func (q *Quality) neverBookedBack() []Finding {
	names, namesDA, n := []string{}, []string{}, int64(0)
	for _, c := range q.Returns.Classes {
		if c.OldOpen >= fewLoans && float64(c.OldOpen) > floorShare*float64(c.Old) {
			names = append(names, fmt.Sprintf("%s (%s, %s)", strings.ToLower(c.Name), c.ISO, pct(share(c.OldOpen, c.Old))))
			namesDA = append(namesDA, fmt.Sprintf("%s (%s, %s)", strings.ToLower(c.NameDA), c.ISO, pctDA(share(c.OldOpen, c.Old))))
			n += c.OldOpen
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []Finding{{Code: "never-booked-back", Level: Doubt, N: n, From: NoMonth, To: NoMonth, Vendor: true,
		Text:   fmt.Sprintf("%s loans more than %d years old have no return: %s", num(n), floorYears, strings.Join(names, "; ")),
		TextDA: fmt.Sprintf("%s udlån, der er mere end %d år gamle, er aldrig registreret returneret: %s", numDA(n), floorYears, strings.Join(namesDA, "; ")),
		Do:     "do not count these as aids in the home; ask whether returns of these classes are booked at all",
		DoDA:   "Oplys, om returnering af disse hjælpemidler registreres, og send rettede returdatoer",
	}}
}

// exitFinding is about aids that come back together when somebody dies or moves away.
func (o *Observer) exitFinding() []Finding {
	people := o.kinds[aidsKind].people
	if o.exits < fewLoans || float64(o.exits) < exitShare*float64(people) {
		return nil
	}
	return []Finding{{Code: "batch-returns", Level: Know, N: o.exits, From: NoMonth, To: NoMonth,
		Text:   fmt.Sprintf("%s of %s citizens with aids returned everything, at least %d loans of it on the last day: most of them died or moved", num(o.exits), num(people), exitLoans),
		TextDA: fmt.Sprintf("%s af %s borgere med hjælpemidler har afleveret alt, heraf mindst %d udlån på den sidste dag", numDA(o.exits), numDA(people), exitLoans),
		Do:     "nothing to mend; a return date tells of a death, so a feature must not see it before it was known",
	}}
}

// closingFinding is about courses that the system closes long after they ended.
func (o *Observer) closingFinding() []Finding {
	if o.late < fewLoans || float64(o.late) < lateShare*float64(o.closings) {
		return nil
	}
	return []Finding{{Code: "closing-late", Level: Know, N: o.late, From: NoMonth, To: NoMonth,
		Text:   fmt.Sprintf("%s of %s courses were closed more than %d days after the last session or screening", num(o.late), num(o.closings), lateDays),
		TextDA: fmt.Sprintf("%s af %s forløb er lukket mere end %d dage efter sidste træning eller screening", numDA(o.late), numDA(o.closings), lateDays),
		Do:     "nothing to mend; a course ends with its last session, not with its closing status",
	}}
}

// covidSpring looks for March to June 2020: practical help fell, personal care did not. It compares April and May with
// January, February, August and September.
func (o *Observer) covidSpring() []Finding {
	level := func(c codes.Concept, numbers ...int) float64 {
		sum := 0.0
		if o.care[c] != nil {
			for _, n := range numbers {
				sum += float64(o.care[c][MonthOf(2020, n)-month0])
			}
		}
		return sum / float64(len(numbers)) / 1000
	}
	around := []int{1, 2, 8, 9}
	practical, personal := level(codes.PracticalHelp, around...), level(codes.PersonalCare, around...)
	if practical < 1000 || personal < 1000 {
		return nil
	}
	fell, kept := level(codes.PracticalHelp, 4, 5)/practical, level(codes.PersonalCare, 4, 5)/personal
	if fell > 0.88*kept || kept < 0.6 {
		return nil
	}
	return []Finding{{Code: "covid-spring", Level: Know, N: int64(math.Round(100 * (1 - fell))), From: MonthOf(2020, 3), To: MonthOf(2020, 6),
		Text:   fmt.Sprintf("in April and May 2020 practical help was at %s of the months around, and personal care at %s: the first wave of covid", pct(fell), pct(kept)),
		TextDA: fmt.Sprintf("I april og maj 2020 var praktisk hjælp på %s af månederne omkring og personlig pleje på %s (covid)", pctDA(fell), pctDA(kept)),
		Do:     "nothing to mend; do not read less help in these months as less need",
	}}
}

// regimeFindings are changes of codes that came at another time than expected, or not at all.
func (q *Quality) regimeFindings() (out []Finding) {
	for _, g := range q.Regimes {
		f := Finding{Code: "regime-" + g.Code, Level: Know, N: g.Rows, From: g.From, To: NoMonth,
			Do: "check the dates of the code regimes before features are read across them"}
		switch g.Status {
		case Moved:
			f.Text = fmt.Sprintf("%s: expected in %s, found in %s", g.Text, g.Expected, g.From)
		case Absent:
			f.Text = fmt.Sprintf("%s: expected in %s, and not there", g.Text, g.Expected)
		default:
			continue
		}
		out = append(out, f)
	}
	return out
}

// unknownFindings are codes that no table knows, when they are more than a few.
func (q *Quality) unknownFindings() (out []Finding) {
	for _, u := range []struct {
		code, what, whatDA string
		list               []Code
	}{
		{"services-unknown", "rows of home care have a service", "rækker om hjemmehjælp har en ydelse", q.Services},
		{"classes-unknown", "loans have a class", "udlån har en ISO-klasse", q.Classes},
	} {
		n, total, names := int64(0), int64(0), []string{}
		for _, c := range u.list {
			total += c.Rows
			if !c.Known {
				n += c.Rows
				if len(names) < 3 {
					names = append(names, strings.TrimPrefix(c.Code, codes.UnknownPrefix))
				}
			}
		}
		if n < fewLoans || float64(n) < unknownMost*float64(total) {
			continue
		}
		out = append(out, Finding{Code: u.code, Level: Doubt, N: n, From: NoMonth, To: NoMonth, Vendor: true,
			Text:   fmt.Sprintf("%s (%s) %s that no table knows, most often %s", num(n), pct(share(n, total)), u.what, strings.Join(names, ", ")),
			TextDA: fmt.Sprintf("%s %s, vi ikke kender, oftest %s", numDA(n), u.whatDA, strings.Join(names, ", ")),
			Do:     "give local names in mapping.yaml, or ask the vendor for the code behind each name",
			DoDA:   "Send en liste over koderne og deres betydning (FSIII-kode eller ISO-klasse)",
		})
	}
	return out
}

// replacedFinding counts what a newer file corrected.
func (o *Observer) replacedFinding() []Finding {
	if o.replaced == 0 {
		return nil
	}
	return []Finding{{Code: "corrected", Level: Know, N: o.replaced, From: NoMonth, To: NoMonth,
		Text:   fmt.Sprintf("%s facts were corrected by a newer file; what was known before the correction is kept", num(o.replaced)),
		TextDA: fmt.Sprintf("%s oplysninger er rettet af en nyere fil", numDA(o.replaced)),
		Do:     "nothing to mend",
	}}
}
