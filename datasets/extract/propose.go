package extract

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// guess is how one column of ours could be found in a table of which little or nothing is known.
type guess struct {
	field  int // -1: nowhere
	by     string
	share  float64 // how well it fits, in [0, 1]
	rivals []int   // other fields that fit as well
}

// reading of a table as one kind.
type attempt struct {
	kind    Kind
	score   float64 // mean over the required columns
	guesses []guess // by the layout's columns
}

// Where a column of ours comes from, beside the ways in which a header finds it.
const byValues = "values"

const (
	leastFit     = 0.45 // of a required column
	leastOwn     = 0.6  // of an optional one that its values alone speak for
	near         = 0.06 // fits that differ by less say nothing
	leastKind    = 0.6  // of a kind
	leastTable   = 0.3  // of a kind that is worth a word
	hintedWeight = 0.2
)

// attempts tries every kind on a table. folded are the folded titles, empty where there is none.
func attempts(fs []fit, folded []string, ps []*profile) []attempt {
	order := dateOrders(ps)
	var out []attempt
	more := false // there is more in it than a list of citizens has
	for _, l := range layouts {
		if l.kind == A3 {
			continue
		}
		var named *fit
		for i := range fs {
			if fs[i].kind == l.kind {
				named = &fs[i]
			}
		}
		a := try(l, named, folded, ps, order)
		if l.kind == A4 && more { // every table of DigiRehab has what a list of citizens has
			a.score *= 0.6
		}
		more = more || a.complete(l) && a.score >= leastKind
		out = append(out, a)
	}
	slices.SortStableFunc(out, func(a, b attempt) int { return cmp.Compare(b.score, a.score) })
	return out
}

// dateOrders tells for pairs of date columns which mostly comes first: earlier[i][k] is the share of rows with both
// in which i is not after k.
func dateOrders(ps []*profile) (earlier map[[2]int]float64) {
	earlier = map[[2]int]float64{}
	for i, a := range ps {
		for k, b := range ps {
			if i == k || a.dates() < 0.5 || b.dates() < 0.5 {
				continue
			}
			both, notAfter := 0, 0
			for r := range a.days {
				if a.days[r].Valid() && b.days[r].Valid() {
					both++
					if a.days[r] <= b.days[r] {
						notAfter++
					}
				}
			}
			if both > 0 {
				earlier[[2]int{i, k}] = float64(notAfter) / float64(both)
			}
		}
	}
	return earlier
}

func try(l layout, named *fit, folded []string, ps []*profile, earlier map[[2]int]float64) attempt {
	a := attempt{kind: l.kind, guesses: make([]guess, len(l.columns))}
	taken := map[int]bool{}
	for j := range l.columns {
		a.guesses[j] = guess{field: -1}
		if named != nil && named.at[j] >= 0 {
			a.guesses[j] = guess{field: named.at[j], by: named.how[j], share: 1}
			if named.how[j] == howAlias {
				a.guesses[j].share = 0.95
			}
			taken[named.at[j]] = true
		}
	}
	fits := make([][]float64, len(l.columns))
	type pair struct{ j, i int }
	var pairs []pair
	for j, c := range l.columns {
		fits[j] = make([]float64, len(ps))
		if a.guesses[j].field >= 0 {
			continue
		}
		for i := range ps {
			if taken[i] {
				continue
			}
			f := suits(roles[l.kind][j], i, folded[i], ps, earlier)
			if !c.required && !(f >= leastOwn && (hinted(roles[l.kind][j], folded[i]) || tellsItself(roles[l.kind][j]))) {
				continue
			}
			if f >= leastFit {
				fits[j][i] = f
				pairs = append(pairs, pair{j, i})
			}
		}
	}
	optional := func(p pair) int {
		if l.columns[p.j].required {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(optional(x), optional(y)), cmp.Compare(fits[y.j][y.i], fits[x.j][x.i]), cmp.Compare(x.j, y.j))
	})
	for _, p := range pairs {
		if a.guesses[p.j].field < 0 && !taken[p.i] {
			a.guesses[p.j] = guess{field: p.i, by: byValues, share: fits[p.j][p.i]}
			taken[p.i] = true
		}
	}
	a.findRivals(fits, taken)
	required := 0
	for j, c := range l.columns {
		if c.required {
			required++
			a.score += a.guesses[j].share
		}
	}
	a.score /= float64(required)
	return a
}

// complete tells whether every required column could be somewhere.
func (a *attempt) complete(l layout) bool {
	for j, c := range l.columns {
		if c.required && a.guesses[j].field < 0 {
			return false
		}
	}
	return true
}

// findRivals looks for fields that could change places without fitting worse.
func (a *attempt) findRivals(fits [][]float64, taken map[int]bool) {
	for j, g := range a.guesses {
		if g.by != byValues {
			continue
		}
		for i, f := range fits[j] {
			if i == g.field || f < g.share-near {
				continue
			}
			if !taken[i] {
				a.guesses[j].rivals = append(a.guesses[j].rivals, i)
				continue
			}
			for k, other := range a.guesses {
				if other.field == i && other.by == byValues && fits[k][g.field] >= other.share-near {
					a.guesses[j].rivals = append(a.guesses[j].rivals, i)
				}
			}
		}
	}
}

// tellsItself tells whether values alone can speak for an optional column.
func tellsItself(r role) bool {
	switch r {
	case roleGender, roleBirth, roleParagraph, roleSerial, roleNeedWhy, roleAbilityWhy:
		return true
	}
	return false
}

// suits says how well a field suits a role when the other fields and its name are looked at too.
func suits(r role, i int, folded string, ps []*profile, earlier map[[2]int]float64) float64 {
	p := ps[i]
	f := p.fits(r)
	if p.perHead && slices.Contains([]role{roleWeek, roleMinutes, roleCount, roleNeed, roleAbility, roleRating}, r) {
		f *= 0.6 // what happens changes
	}
	if p.n == 0 && hinted(r, folded) {
		f = 0.6 // an empty column can only be known by its name
	}
	for k, other := range ps {
		first, told := earlier[[2]int{i, k}]
		switch {
		case r == roleLent && told && first < 0.9, r == roleReturned && told && earlier[[2]int{k, i}] < 0.9:
			f *= 0.7
		case r == roleWeek && k != i && other.share(other.yearWeek) > 0.9:
			if same := sameWeeks(p, other); same > 0.9 {
				f = 1
			}
		case r == roleMinutes && k != i && smaller(p, other), r == roleCount && k != i && smaller(other, p):
			f *= 0.8
		}
	}
	switch r { // of two scores, the one with fractions is physical ability
	case roleNeed:
		if p.decimal > 0 && otherWhole(i, ps) {
			f *= 0.7
		}
	case roleAbility:
		if p.decimal == 0 && otherFraction(i, ps) {
			f *= 0.7
		}
	case roleWeek:
		if p.share(p.inWeek) < 1 {
			f *= 0.8
		}
	}
	if hinted(r, folded) {
		return f*(1-hintedWeight) + hintedWeight
	}
	return f * (1 - hintedWeight/2)
}

// smaller tells whether the numbers of a are clearly smaller than those of b, and both count something.
func smaller(a, b *profile) bool {
	return a.share(a.whole) > 0.9 && b.share(b.number) > 0.9 && b.quantile(1) <= minutesPerWeek && 3*a.quantile(0.5) <= b.quantile(0.5)
}

func otherWhole(i int, ps []*profile) bool {
	return slices.ContainsFunc(ps, func(p *profile) bool {
		return p != ps[i] && p.share(len(p.decimals)-p.decimal) > 0.9 && quantile(p.decimals, 1) <= 1000
	})
}

func otherFraction(i int, ps []*profile) bool {
	return slices.ContainsFunc(ps, func(p *profile) bool { return p != ps[i] && p.decimal > 0 && quantile(p.decimals, 1) <= 1000 })
}

// sameWeeks is the share of rows in which a column of weeks says what a column such as 2020-07 says.
func sameWeeks(week, text *profile) float64 {
	if week.n == 0 || len(week.byRow) != len(text.weeks) {
		return 0
	}
	same := 0
	for i, w := range text.weeks {
		if w > 0 && week.byRow[i] == float64(w) {
			same++
		}
	}
	return float64(same) / float64(week.n)
}

// yamlText writes a text so that YAML reads it as that text.
func yamlText(s string) string { return strconv.Quote(s) }

// proposal is a mapping.yaml in the making.
type proposal struct {
	file     string
	columns  map[Kind][]proposedColumn
	order    dateOrder
	hours    bool
	services []UnknownService
	words    []unknownWords
	leave    []leftOut
}

// leftOut is a file that seems to be no extract.
type leftOut struct{ name, why string }

type proposedColumn struct {
	local, ours, why string
	asked            bool // the values do not tell
}

// unknownWords are the words of one part of a mapping that no table knows.
type unknownWords struct {
	part, is string
	words    []NameCount
}

// add takes a column; a local name that means different things in two tables is asked for.
func (p *proposal) add(k Kind, c proposedColumn) {
	for i, have := range p.columns[k] {
		if fold(have.local) != fold(c.local) {
			continue
		}
		if have.ours == c.ours && have.asked == c.asked {
			return
		}
		if !have.asked && !c.asked && have.ours != c.ours {
			p.columns[k][i].asked, c.asked = true, true
			p.columns[k][i].why += "; in another table it is something else"
		}
	}
	if p.columns == nil {
		p.columns = map[Kind][]proposedColumn{}
	}
	p.columns[k] = append(p.columns[k], c)
}

func (p *proposal) empty() bool {
	return len(p.columns) == 0 && p.order == "" && len(p.services) == 0 && len(p.words) == 0 && len(p.leave) == 0 && !p.hours
}

// text is the proposal as a mapping; empty if none is needed.
func (p *proposal) text() string {
	if p.empty() {
		return ""
	}
	return p.yaml()
}

// join adds what another file needs.
func (p *proposal) join(o *proposal) {
	for k, columns := range o.columns {
		for _, c := range columns {
			p.add(k, c)
		}
	}
	p.order, p.hours = cmp.Or(p.order, o.order), p.hours || o.hours
	for _, s := range o.services {
		if i := slices.IndexFunc(p.services, func(have UnknownService) bool { return have.Name == s.Name }); i >= 0 {
			p.services[i].Rows += s.Rows
		} else {
			p.services = append(p.services, s)
		}
	}
	for _, u := range o.words {
		i := slices.IndexFunc(p.words, func(have unknownWords) bool { return have.part == u.part })
		if i < 0 {
			p.words = append(p.words, u)
			continue
		}
		for _, w := range u.words {
			if k := slices.IndexFunc(p.words[i].words, func(have NameCount) bool { return have.Name == w.Name }); k >= 0 {
				p.words[i].words[k].N += w.N
			} else {
				p.words[i].words = append(p.words[i].words, w)
			}
		}
	}
	p.leave = append(p.leave, o.leave...)
}

// yaml writes the proposal. What it cannot decide stands behind a #.
func (p *proposal) yaml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Proposed from %s by its column names and values. Read it, change what is wrong, and save it\n", oneLine(p.file))
	fmt.Fprintf(&b, "# as %s beside the extracts. Their name stands on the left, ours on the right.\nversion: 1\n", MappingFile)
	if p.hours {
		fmt.Fprintf(&b, "# minutes_are: hours # the column of minutes has small fractions; take away the first # if they are hours\n")
	}
	if p.order != "" {
		fmt.Fprintf(&b, "date_order: %s # more dates exist with the month first\n", p.order)
	}
	kinds := slices.DeleteFunc([]Kind{A1, A2, A4, H1, H2, D1, D2, D3}, func(k Kind) bool { return len(p.columns[k]) == 0 })
	if len(kinds) > 0 {
		fmt.Fprintf(&b, "columns:\n")
	}
	for _, k := range kinds {
		fmt.Fprintf(&b, "  %s: # %s\n", k, kindText[k])
		for _, c := range p.columns[k] {
			line := fmt.Sprintf("%s: %s # %s", yamlText(c.local), yamlText(c.ours), c.why)
			if c.asked {
				line = "# " + line
			}
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	if len(p.services) > 0 {
		fmt.Fprintf(&b, "# Services that no table knows. They are read under their own names; take away the # in front of what they are.\n# services:\n")
	}
	for _, s := range p.services {
		if s.Nearest != "" {
			fmt.Fprintf(&b, "#   %s: %s # %d rows; is it %s?\n", yamlText(s.Name), s.Nearest, s.Rows, s.NearestName)
		} else {
			fmt.Fprintf(&b, "#   %s: \"\" # %d rows; fill in a code (train ingest --services lists them), or leave it commented if you do not know\n", yamlText(s.Name), s.Rows)
		}
	}
	for _, u := range p.words {
		fmt.Fprintf(&b, "# Words that are no %s. Take away the # and write what they are between the quotation marks.\n# %s:\n", u.is, u.part)
		for _, w := range u.words {
			fmt.Fprintf(&b, "#   %s: \"\" # %d rows\n", yamlText(w.Name), w.N)
		}
	}
	if len(p.leave) > 0 {
		fmt.Fprintf(&b, "leave_out: # files that seem to be no extract; take away the # in front of those that nobody needs\n")
	}
	for _, l := range p.leave {
		fmt.Fprintf(&b, "#  - %s # %s\n", yamlText(globLiteral(l.name)), oneLine(l.why))
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// globLiteral writes a name as the pattern that only it fits.
func globLiteral(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}
