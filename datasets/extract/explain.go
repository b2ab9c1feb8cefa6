package extract

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rettidig/rettidig/datasets/codes"
)

// Explanation tells what a file is and what would become of it. It shows no id and no text of a column that is not
// read; citizens are shown as pseudonyms.
type Explanation struct {
	File    string           `json:"file"`
	Tables  []ExplainedTable `json:"tables"`
	Ignored []Ignored        `json:"ignored,omitempty"`
	Refused []string         `json:"refused,omitempty"` // what cannot even be looked at, where and why
	Mapping string           `json:"mapping,omitempty"` // a proposed mapping.yaml; empty if none is needed
}

// ExplainedTable is one table of a file: a text file, a sheet, or a member of an archive.
type ExplainedTable struct {
	Name      string `json:"name"`
	Container string `json:"container"`
	Encoding  string `json:"encoding"`
	Separator string `json:"separator,omitempty"`
	Header    int    `json:"header_line"` // 0: none was found
	Rows      int    `json:"rows_looked_at"`
	Whole     bool   `json:"whole"` // the table has no more rows

	Kind          Kind    `json:"kind,omitempty"` // that fits best; empty: none does
	Score         float64 `json:"score"`          // how well, in [0, 1]; 1 if every required column is there by its name
	RunnerUp      Kind    `json:"runner_up,omitempty"`
	RunnerUpScore float64 `json:"runner_up_score"`

	Readable bool   `json:"readable"`          // as it is, with the mapping that was given
	Problem  string `json:"problem,omitempty"` // why not, and what to do

	Columns  []ExplainedColumn `json:"columns,omitempty"` // ours
	Fields   []ExplainedField  `json:"fields"`            // the file's
	Preview  []PreviewRow      `json:"preview,omitempty"` // the first rows after repair, by Columns that are found
	Services []UnknownService  `json:"unknown_services,omitempty"`
}

// ExplainedColumn is one of our columns in a table.
type ExplainedColumn struct {
	Column   string   `json:"column"`
	Required bool     `json:"required"`
	State    string   `json:"state"` // "found", "proposed", "unsure" or "missing"
	Header   string   `json:"header,omitempty"`
	How      string   `json:"how,omitempty"`    // "name", "alias", "mapping.yaml" or "values"
	Share    float64  `json:"share"`            // how well it fits, in [0, 1]
	Rivals   []string `json:"rivals,omitempty"` // other columns of the file that would fit as well
}

// ExplainedField is one column of the file.
type ExplainedField struct {
	Header  string `json:"header"`
	Content string `json:"content"` // what its values look like; none of them is shown
	Use     string `json:"use"`
}

// PreviewRow is a row as it would be read.
type PreviewRow struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
	Fate  string   `json:"fate"` // "read", or the cause why not
}

// UnknownService is a name of a service that no table knows.
type UnknownService struct {
	Name        string `json:"name"`
	Rows        int64  `json:"rows"`
	Nearest     string `json:"nearest,omitempty"` // code of the known service whose name is most like it
	NearestName string `json:"nearest_name,omitempty"`
}

// How much of a table is looked at.
const (
	sampleRows  = 5000
	sampleBytes = 8 << 20
	previewRows = 5
)

// Explain looks at the first rows of every table in a file, known or not, and tells how it would be read. For tables
// that cannot be read as they are it proposes a mapping.
func Explain(ctx context.Context, name string, opt Options) (*Explanation, error) {
	opt = opt.filled()
	e, own, err := explainFile(ctx, name, opt)
	if err != nil {
		return nil, err
	}
	e.Mapping = own.text()
	return e, nil
}

// explainFile gives the mapping that is proposed as it is, so that it can be joined with others'.
func explainFile(ctx context.Context, name string, opt Options) (*Explanation, *proposal, error) {
	base := filepath.Base(name)
	if ext := strings.ToLower(filepath.Ext(base)); ext == ".yaml" || ext == ".yml" {
		return nil, nil, named(base, refusal(0, "mapping", "this is a mapping and no extract",
			"Explain the extracts that lie beside it: "+MappingFile+" is used by itself, another one with --mapping"))
	}
	f, err := open(ctx, name)
	if err != nil {
		return nil, nil, named(base, unreadable(err))
	}
	defer f.Close()
	stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	return look(ctx, f, base, opt)
}

func explain(ctx context.Context, r io.Reader, name string, opt Options) (*Explanation, error) {
	e, own, err := look(ctx, r, name, opt)
	if err != nil {
		return nil, err
	}
	e.Mapping = own.text()
	return e, nil
}

func look(ctx context.Context, r io.Reader, name string, opt Options) (*Explanation, *proposal, error) {
	opt.Workers, opt.partitions, opt.memory = 1, 1, 1<<40 // so few rows need no disk
	x := &explainer{opt: opt, propose: proposal{file: shown(name)}}
	o := &opening{ctx: ctx, in: newIntake(opt), opt: opt, progress: func(int64) {}, look: x}
	x.hand = o.in.hands[0]
	o.read(r, name, "", 0)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	e := &Explanation{File: shown(name), Tables: x.tables, Ignored: o.ignored}
	if len(e.Tables) == 0 && len(o.errs) > 0 {
		return nil, nil, errors.Join(o.errs...)
	}
	for _, err := range o.errs {
		e.Refused = append(e.Refused, err.Error())
	}
	return e, &x.propose, nil
}

// explainer looks at the tables of one file.
type explainer struct {
	opt     Options
	hand    *hand
	tables  []ExplainedTable
	propose proposal
}

// sample is the beginning of a table, before anybody knows what it is.
type sample struct {
	p     *part
	ways  []byte // separators; one 0 for a sheet
	recs  []record
	whole bool // the table has no more rows
}

type record struct {
	line   int
	raw    []byte // of text
	quoted bool
	cells  [][]byte // of a sheet
}

func (s *sample) cut(i, way int) [][]byte {
	r := s.recs[i]
	if r.cells != nil || r.raw == nil {
		return r.cells
	}
	fields, _ := split(nil, bytes.Clone(r.raw), s.ways[way], r.quoted)
	return fields
}

// stream looks at a stream that is no workbook and no archive.
func (x *explainer) stream(p *part, in *bufio.Reader) error {
	if !isGateway(in) {
		return x.text(p, in)
	}
	x.tables = append(x.tables, ExplainedTable{Name: p.report.Name, Container: "JSON", Encoding: UTF8, Kind: K1, Score: 1, Readable: true})
	return nil
}

// text looks at a text file.
func (x *explainer) text(p *part, in *bufio.Reader) error {
	p.skipBOM(in)
	s := &sample{p: p, ways: append(slices.Clone(separators), wrongSeparators...)}
	l := newLines(in, x.opt.MaxLine)
	for size := 0; len(s.recs) < sampleRows && size < sampleBytes; {
		rec, line, quoted, err := l.raw()
		if errors.Is(err, io.EOF) {
			s.whole = true
			break
		}
		if err != nil {
			return err
		}
		if len(trim(rec)) == 0 {
			continue
		}
		if p.encoding == ASCII {
			p.encoding = encodingOf(rec)
		}
		size += len(rec)
		s.recs = append(s.recs, record{line: line, raw: bytes.Clone(rec), quoted: quoted})
	}
	if len(s.recs) == 0 {
		return refusal(0, "empty-file", "the file holds only blank lines", "Export it again, or remove it")
	}
	x.table(s)
	return nil
}

// sheet looks at a sheet.
func (x *explainer) sheet(p *part, t *sheetTable) error {
	s := &sample{p: p, ways: []byte{0}}
	for size := 0; len(s.recs) < sampleRows && size < sampleBytes; {
		fields, line, err := t.next()
		if errors.Is(err, io.EOF) {
			s.whole = true
			break
		}
		if err != nil {
			return err
		}
		if blank(fields) {
			continue
		}
		r := record{line: line}
		for _, f := range fields {
			r.cells = append(r.cells, bytes.Clone(f))
			size += len(f) + 24
		}
		s.recs = append(s.recs, r)
	}
	if len(s.recs) == 0 {
		return io.EOF
	}
	x.table(s)
	return nil
}

func (x *explainer) table(s *sample) {
	p := s.p
	t := ExplainedTable{Name: p.report.Name, Container: p.report.Container}
	h, way, err := x.header(s)
	t.Readable = err == nil && way < len(separators)
	var problem *FileError
	switch {
	case errors.As(err, &problem):
		t.Problem = problem.Problem + ". " + problem.Do
	case !t.Readable:
		t.Problem = "The columns are separated by " + sepName(s.ways[way]) + ". Export it again with comma, semicolon or tab"
	}
	if err != nil {
		way, h = s.guessWay(), header{}
		h.line, h.theirs = s.guessHeader(way, x.opt.Mapping)
	}
	if s.ways[way] != 0 {
		t.Separator = sepName(s.ways[way])
	}
	body := 0
	for body < len(s.recs) && s.recs[body].line <= h.line && h.kind != A3 {
		body++
	}
	t.Header, t.Rows, t.Whole = h.line, len(s.recs)-body, s.whole
	if h.kind == A3 {
		t.Header = 0
	}
	profiles := s.columns(body, way, len(h.theirs))
	for len(h.theirs) < len(profiles) {
		h.theirs = append(h.theirs, "")
	}
	if h.kind == A3 {
		t.Kind, t.Score = A3, 1
		x.fields(&t, h, nil, nil, profiles)
	} else {
		x.columns(&t, s, h, way, body, profiles)
	}
	if t.Encoding = p.encoding; p.mixed {
		t.Encoding = Mixed
	}
	x.tables = append(x.tables, t)
}

// header finds the header as reading does.
func (x *explainer) header(s *sample) (header, int, error) {
	i := 0
	h, way, _, err := findHeader(func() ([][]string, int, error) {
		if i == len(s.recs) {
			return nil, 0, io.EOF
		}
		r := s.recs[i]
		i++
		if r.raw != nil {
			return s.p.cuts(r.raw, r.quoted), r.line, nil
		}
		return [][]string{texts(r.cells)}, r.line, nil
	}, x.opt.Mapping)
	return h, way, err
}

func texts(cells [][]byte) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = string(c)
	}
	return out
}

// guessWay finds the separator that cuts most lines alike.
func (s *sample) guessWay() int {
	best, bestScore := 0, 0.0
	for way := range s.ways {
		width, lines := s.width(way)
		score := float64(lines) / float64(len(s.recs)) * (1 - 1/float64(width)) // sentences have commas too, but few and not alike
		if width > 1 && score > bestScore {
			best, bestScore = way, score
		}
	}
	return best
}

// width is the number of fields that most lines have, and how many have it.
func (s *sample) width(way int) (width, lines int) {
	count := map[int]int{}
	for i := range s.recs {
		count[len(s.cut(i, way))]++
	}
	for n, c := range count {
		if c > lines || c == lines && n > width {
			width, lines = n, c
		}
	}
	return width, lines
}

// guessHeader finds the line that most likely has the columns' names: one that some kind knows two of, else the first
// that has a text in nearly every column. The line is 0 if there is none.
func (s *sample) guessHeader(way int, m *Mapping) (int, []string) {
	width, _ := s.width(way)
	best, found := -1, 1
	for i := range min(headerWithin, len(s.recs)) {
		if f := match(s.names(i, way), 0, m); f.found > found {
			best, found = i, f.found
		}
	}
	for i := 0; best < 0 && i < min(headerWithin, len(s.recs)-1); i++ {
		names := s.names(i, way)
		words := 0
		for _, n := range names {
			if strings.ContainsFunc(n, isLetter) && len(n) <= 60 && !looksLikeValue(n) {
				words++
			}
		}
		if words > 0 && 3*words >= 2*min(width, len(names)) && len(names) >= width-1 && !s.likeRows(i, way) {
			best = i
		}
	}
	if best < 0 {
		return 0, nil
	}
	return s.recs[best].line, s.names(best, way)
}

func isLetter(r rune) bool { return r > 0x7F || 'a' <= r|0x20 && r|0x20 <= 'z' }

// looksLikeValue tells whether a text is a date, a number or another value that no column is called by.
func looksLikeValue(s string) bool {
	p := sniff([][]byte{[]byte(s)}, excel1900)
	return p.date+p.monthDate+p.number+p.cpr+p.yearWeek > 0
}

// likeRows tells whether a line holds values that the lines below hold too.
func (s *sample) likeRows(i, way int) bool {
	names := s.names(i, way)
	same := 0
	for k := i + 1; k < min(len(s.recs), i+50); k++ {
		for j, c := range s.names(k, way) {
			if j < len(names) && c != "" && c == names[j] {
				same++
			}
		}
	}
	return same > 0
}

func (s *sample) names(i, way int) []string {
	fields := s.cut(i, way)
	out := make([]string, len(fields))
	for j, f := range fields {
		out[j], _ = s.p.text(trim(f))
	}
	return out
}

// columns cuts the rows below the header into columns, and looks at their values.
func (s *sample) columns(body, way, width int) []*profile {
	if w, _ := s.width(way); width < w {
		width = w
	}
	width = min(width, 500)
	columns := make([][][]byte, width)
	for i := body; i < len(s.recs); i++ {
		fields := s.cut(i, way)
		for j := range width {
			var cell []byte
			if j < len(fields) {
				cell = fields[j]
			}
			columns[j] = append(columns[j], cell)
		}
	}
	profiles := make([]*profile, width)
	for j, cells := range columns {
		profiles[j] = sniff(cells, s.p.epoch)
	}
	compareCitizens(columns, profiles)
	return profiles
}

// columns tells where our columns are, and proposes a mapping for those that are not found by name.
func (x *explainer) columns(t *ExplainedTable, s *sample, h header, way, body int, ps []*profile) {
	folded := make([]string, len(ps))
	for i, name := range h.theirs[:len(ps)] {
		folded[i] = fold(name)
	}
	var known []fit
	if h.line > 0 {
		known = fits(h.theirs, h.line, x.opt.Mapping)
	}
	as := attempts(known, folded, ps)
	best, next := as[0], as[1]
	if h.kind != "" {
		i := slices.IndexFunc(as, func(a attempt) bool { return a.kind == h.kind })
		best = as[i]
		if i != 0 {
			next = as[0]
		}
	}
	if best.score < leastTable {
		t.RunnerUp, t.RunnerUpScore = best.kind, best.score
		x.fields(t, h, nil, nil, ps)
		return
	}
	t.Kind, t.Score, t.RunnerUp, t.RunnerUpScore = best.kind, best.score, next.kind, next.score
	found := header{kind: best.kind, titles: nil, at: make([]int, len(best.guesses)), how: make([]string, len(best.guesses)), width: max(len(h.theirs), len(ps)), line: h.line, theirs: h.theirs}
	l := layoutOf(best.kind)
	use, means := make([]string, len(ps)), make([]role, len(ps))
	for i := range means {
		means[i] = roleNone
	}
	for j, g := range best.guesses {
		c := ExplainedColumn{Column: l.columns[j].title, Required: l.columns[j].required, State: "missing"}
		found.titles = append(found.titles, c.Column)
		if found.at[j] = g.field; g.field >= 0 {
			if g.field >= len(ps) {
				found.at[j] = -1
				t.Columns = append(t.Columns, c)
				continue
			}
			found.how[j], means[g.field] = g.by, roles[best.kind][j]
			c.Header, c.How, c.Share, c.State = x.title(h, g.field), g.by, g.share, "found"
			use[g.field] = "read as " + c.Column
			if g.by == byValues {
				c.State = "proposed"
				use[g.field] = "could be read as " + c.Column
			}
			for _, r := range g.rivals {
				c.State = "unsure"
				c.Rivals = append(c.Rivals, x.title(h, r))
			}
		}
		t.Columns = append(t.Columns, c)
	}
	x.fields(t, h, use, means, ps)
	if !t.Readable && best.score >= leastKind && strings.HasPrefix(t.Problem, unknownKind().Problem) {
		t.Problem = "its columns have other names than ours. The mapping that is proposed makes it readable"
		if slices.ContainsFunc(best.guesses, func(g guess) bool { return g.by == byValues && len(g.rivals) > 0 }) {
			t.Problem += ", when what is asked for in it is answered"
		}
	}
	if best.score >= leastKind || t.Readable {
		x.proposeColumns(t, h, best, l, ps, folded)
		x.preview(t, s, found, way, body)
	}
}

// title is how a column of the file is called in an explanation.
func (x *explainer) title(h header, i int) string {
	if name := shown(h.theirs[i]); name != "" {
		return name
	}
	return "(column " + strconv.Itoa(i+1) + ")"
}

// fields tells what would be done with each column of the file.
func (x *explainer) fields(t *ExplainedTable, h header, use []string, means []role, ps []*profile) {
	for i, p := range ps {
		is := roleNone
		if means != nil {
			is = means[i]
		}
		f := ExplainedField{Header: x.title(h, i), Content: p.describe(is)}
		switch {
		case use != nil && use[i] != "":
			f.Use = use[i]
		case h.kind == A3 && i < 3:
			f.Use = "read as " + layoutOf(A3).columns[i].title
		case p.freeText():
			f.Use = "not read: free text is never loaded"
		case h.theirs[i] == "" && p.share(p.whole) == 1 && len(p.distinct) == min(p.n, mostDistinct):
			f.Use = "not read: numbers the rows"
		case p.n == 0:
			f.Use = "not read: empty"
		default:
			f.Use = "not read: nothing here needs it"
		}
		t.Fields = append(t.Fields, f)
	}
}

// proposeColumns adds to the mapping what would make the table readable.
func (x *explainer) proposeColumns(t *ExplainedTable, h header, a attempt, l layout, ps []*profile, folded []string) {
	if t.Separator != "" && !slices.ContainsFunc(separators, func(c byte) bool { return sepName(c) == t.Separator }) {
		return // no mapping helps
	}
	if h.line == 0 {
		names := make([]string, len(ps))
		for j, g := range a.guesses {
			if g.field >= 0 && g.field < len(names) {
				names[g.field] = l.columns[j].title
			}
		}
		t.Problem = "there is no line with the columns' names. Export it with its header, or, if this is right, put this line on top: " +
			strings.Join(names, map[string]string{"comma": ",", "semicolon": ";", "tab": "\t"}[t.Separator])
		return
	}
	for j, g := range a.guesses {
		if g.by != byValues {
			continue
		}
		for _, i := range append([]int{g.field}, g.rivals...) {
			local := h.theirs[i]
			c := proposedColumn{local: shown(local), ours: l.columns[j].title, why: ps[i].describe(roles[a.kind][j]), asked: len(g.rivals) > 0}
			switch {
			case c.asked && i == g.field:
				c.why += "; the values do not tell: take away the # of the right one"
			case c.asked:
				c.why += "; or this one"
			case !l.columns[j].required && t.Readable:
				c.asked = true
				c.why += "; take away the # if it is that"
			}
			if folded[i] == "" || fold(c.local) != folded[i] || countOf(folded, folded[i]) > 1 {
				t.Problem = fmt.Sprintf("%s may be our column %s, but it has no name of its own. Give it one and explain the file again", x.title(h, i), c.ours)
				continue
			}
			x.propose.add(a.kind, c)
		}
	}
	for _, p := range ps {
		if p.share(p.monthDate) > p.share(p.date)+0.1 && p.share(p.monthDate) > 0.8 {
			x.propose.order = monthFirst
		}
	}
	for j, g := range a.guesses {
		if roles[a.kind][j] == roleMinutes && g.field >= 0 {
			p := ps[g.field]
			x.propose.hours = x.propose.hours || p.share(p.fraction) > 0.3 && p.quantile(0.5) < 8
		}
	}
}

func countOf(list []string, s string) (n int) {
	for _, l := range list {
		if l == s {
			n++
		}
	}
	return n
}

// preview reads the sample as reading does, with the columns that were found or proposed, and shows its first rows.
func (x *explainer) preview(t *ExplainedTable, s *sample, h header, way, body int) {
	for j, c := range layoutOf(h.kind).columns {
		if c.required && h.at[j] < 0 {
			return
		}
	}
	s.p.head = h
	p := s.p.fork(x.hand)
	if x.propose.order != "" {
		p.mapping = x.opt.Mapping.with(h.kind, nil)
		p.mapping.dates = x.propose.order
	}
	rr := p.rowReader(x.opt)
	last := p.lastNeeded()
	words := map[role]map[string]int64{}
	for i := body; i < len(s.recs); i++ {
		fields := s.cut(i, way)
		p.line, p.who, p.repaired = s.recs[i].line, nobody, false
		before := fates(&p.report)
		if len(fields) <= h.at[last] {
			p.quarantine("row_short", last)
		} else {
			rr.row(fields)
		}
		x.unknownWord(p, fields, words)
		if i-body < previewRows {
			row := PreviewRow{Line: s.recs[i].line, Fate: fateSince(before, &p.report)}
			for j := range h.at {
				if h.at[j] >= 0 {
					row.Cells = append(row.Cells, x.cell(p, rr, fields, j))
				}
			}
			t.Preview = append(t.Preview, row)
		}
	}
	for _, n := range topNames(p.unknown.services) {
		u := UnknownService{Name: n.Name, Rows: n.N}
		if code, _, ok := codes.SuggestService(n.Name); ok {
			service, _ := codes.ServiceOf(code)
			u.Nearest, u.NearestName = code, service.DA
		}
		t.Services = append(t.Services, u)
		if !strings.Contains(u.Name, "[number]") {
			x.propose.services = append(x.propose.services, u)
		}
	}
	x.proposeWords("statuses", "status of DigiRehab's", words[roleStatus])
	x.proposeWords("reasons", "reason", words[roleNeedWhy])
}

// unknownWord counts the words of statuses and reasons that no table knows.
func (x *explainer) unknownWord(p *part, fields [][]byte, words map[role]map[string]int64) {
	for j, r := range roles[p.head.kind] {
		if r != roleStatus && r != roleNeedWhy && r != roleAbilityWhy {
			continue
		}
		text, _ := p.text(p.cell(fields, j))
		if text == "" || len(text) > 40 {
			continue
		}
		_, local := p.mapping.status(text)
		_, ok := statuses[fold(text)]
		if r != roleStatus {
			r = roleNeedWhy
			_, local = p.mapping.reason(text)
			_, ok = codes.ReasonByName(text)
		}
		if ok || local {
			continue
		}
		if words[r] == nil {
			words[r] = map[string]int64{}
		}
		if len(words[r]) < 100 {
			words[r][text]++
		}
	}
}

func (x *explainer) proposeWords(part, is string, words map[string]int64) {
	if len(words) == 0 || len(words) > 30 { // more are sentences
		return
	}
	top := slices.DeleteFunc(topNames(words), func(n NameCount) bool { return strings.Contains(n.Name, "[number]") })
	if len(top) > 0 {
		x.propose.words = append(x.propose.words, unknownWords{part, is, top})
	}
}

// fates lists the causes by which rows became no fact of their own.
func fates(f *File) map[string]int64 {
	out := map[string]int64{}
	for _, causes := range []Causes{f.Merged, f.Dropped, f.Quarantined} {
		for c, n := range causes {
			out[c] += n
		}
	}
	return out
}

func fateSince(before map[string]int64, f *File) string {
	for c, n := range fates(f) {
		if n > before[c] {
			return c
		}
	}
	return "read"
}

// cell shows a value as it is read. Only services and suppliers are texts that are kept; any other text that is not
// what it should be is not shown.
func (x *explainer) cell(p *part, rr rowReader, fields [][]byte, j int) string {
	cell := p.cell(fields, j)
	if len(cell) == 0 {
		return ""
	}
	const unclear = "(unreadable)"
	text, _ := p.text(cell)
	orUnclear := func(s string, ok bool) string {
		if !ok {
			return unclear
		}
		return s
	}
	switch roles[p.head.kind][j] {
	case roleCPR, roleCitizen:
		if _, _, refused := p.people.of(cell, p.onlyCPR()); refused != "" {
			return "(" + refused + ")"
		}
		return string(p.people.now.id)
	case roleISO:
		class := (&aidRows{p: p, names: interner{p, map[string]int32{}}}).readClass(cell)
		return orUnclear(class.iso, class.refused == "")
	case roleLent, roleReturned, roleDate, roleRegistered:
		d, ok := p.date(cell)
		return orUnclear(d.String(), ok)
	case roleService:
		code, ok := p.mapping.service(text)
		if !ok {
			code, ok = codes.ServiceByName(text)
		}
		if !ok {
			return shown(text) + " (unknown)"
		}
		service, _ := codes.ServiceOf(code)
		return code + " " + service.DA
	case roleParagraph:
		if ours, ok := p.mapping.paragraph(text); ok {
			text = ours
		}
		code, ok, _ := codes.ParagraphByName(text)
		return orUnclear(code, ok)
	case roleStatus:
		s, ok := p.mapping.status(text)
		if !ok {
			s, ok = statuses[fold(text)]
		}
		return orUnclear(string(s), ok)
	case roleNeedWhy, roleAbilityWhy:
		code, ok := p.mapping.reason(text)
		if !ok {
			code, ok = codes.ReasonByName(text)
		}
		return orUnclear(code, ok)
	case roleGender:
		return orUnclear(text, sniff([][]byte{cell}, p.epoch).gender > 0)
	case roleSupplier:
		return shown(text)
	case rolePatient, roleSerial:
		return "(not shown)"
	case roleYear:
		at := sniff([][]byte{cell}, p.epoch)
		return orUnclear(text, at.yearWeek+at.year > 0)
	}
	v, ok := x.number(p, rr, fields, j)
	return orUnclear(strconv.FormatFloat(v, 'g', -1, 32), ok && v <= 1e6)
}

// number reads a number with what reads the rows of its kind, so that what is shown is what is stored.
func (x *explainer) number(p *part, rr rowReader, fields [][]byte, j int) (v float64, ok bool) {
	cell := p.cell(fields, j)
	switch r := roles[p.head.kind][j]; r {
	case roleNeed, roleAbility, roleRating:
		return parseNumber(cell)
	case roleMinutes, roleCount:
		care := rr.(*careRows)
		minutes, visits, ok := care.amount(fields, care.service(p.cell(fields, careName)).meals)
		if r == roleCount {
			minutes = visits
		}
		if ok {
			return minutes, true
		}
	case rolePrice:
		before := p.report.Notes["price_unreadable"]
		v = float64(rr.(*aidRows).price(cell))
		return v, p.report.Notes["price_unreadable"] == before
	case roleHMI:
		v = float64(rr.(*aidRows).product(fields))
		return v, v > 0
	case roleBirth:
		year, ok := smallInt(cell)
		return float64(year), ok
	}
	v, _, ok = parseWhole(cell)
	return v, ok
}
