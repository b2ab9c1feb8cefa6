package account

import (
	"fmt"
	"slices"

	"github.com/rettidig/rettidig"
)

// State says how far a quarter has come.
type State string

// The states. Only a judged quarter is compared with its forecast.
const (
	Ahead      State = "ahead"       // nothing is told of it yet
	Immature   State = "immature"    // told, but its time is not over: what is missing may still come
	Unended    State = "unended"     // its time is over and courses have not ended: the figures want looking after
	NotTold    State = "not_told"    // its time is over; this kind of figure was left empty
	Judged     State = "judged"      // compared with the forecast
	Unforecast State = "no_forecast" // told, and nobody had forecast it
)

// PriceIndex turns kroner of one year's prices into those of another. The years are such as "2026".
type PriceIndex interface {
	Convert(kroner float64, from, to string) (float64, error)
}

// Options steer a report.
type Options struct {
	Forecast   string     // only this forecast; empty: in each quarter the one in force
	PriceLevel string     // of all kroner; empty: that of the newest forecast
	Index      PriceIndex // nil: different price levels are refused
	Small      bool       // show counts below five too: for those in the house only
	Today      rettidig.Day
}

// smallest count that is shown outside.
const smallest = 5

// Report is how forecasts fared. Figures that could lead to fewer than five citizens are left out, and Hidden says how many
// quarters were, unless Options.Small asked for them.
type Report struct {
	Proposal   string         `json:"proposal"`
	Head       string         `json:"head"` // of the account that was read
	Today      rettidig.Day   `json:"today"`
	DataAsOf   rettidig.Day   `json:"data_as_of"` // of the newest figures
	PriceLevel string         `json:"price_level,omitempty"`
	Small      bool           `json:"shows_small_counts"` // not to leave the house
	Hidden     int            `json:"hidden_quarters"`
	TornBytes  int            `json:"torn_bytes"`
	Forecasts  []Cited        `json:"forecasts"`
	Series     []SeriesReport `json:"series"`
	Targets    []TargetReport `json:"targets"`
}

// Cited is a forecast that the report uses.
type Cited struct {
	ID          string       `json:"id"`
	Made        rettidig.Day `json:"made"`
	Stored      rettidig.Day `json:"stored"`
	By          string       `json:"by"`
	Model       string       `json:"model,omitempty"`
	ModelSHA256 string       `json:"model_sha256,omitempty"`
	Seed        uint64       `json:"seed"`
	PriceLevel  string       `json:"price_level,omitempty"`
	Basis       string       `json:"basis,omitempty"`
	Synthetic   bool         `json:"synthetic,omitempty"`
}

// SeriesReport is one kind of figure.
type SeriesReport struct {
	Kind
	Quarters []QuarterReport `json:"quarters"`
	Coverage Coverage        `json:"coverage"`
	Sum      *SumReport      `json:"sum"` // nil: no quarter was forecast in time and judged
}

// QuarterReport is one quarter of it. What is nil is not known, not to be shown, or not to be judged.
type QuarterReport struct {
	Quarter  Quarter      `json:"quarter"`
	State    State        `json:"state"`
	Hidden   bool         `json:"hidden"` // for small counts
	Forecast string       `json:"forecast,omitempty"`
	Late     bool         `json:"late"` // stored when the quarter had begun: not counted
	Matures  rettidig.Day `json:"matures"`
	DataAsOf rettidig.Day `json:"data_as_of"`
	Versions int          `json:"versions"` // 2 and more: corrected

	Expected *Range  `json:"expected"`
	PhaseIn  float64 `json:"phase_in,omitempty"`
	Assumed  int     `json:"courses_assumed"`
	Started  *int    `json:"courses_started"`

	Realised   *float64 `json:"realised"`
	Inside     *bool    `json:"inside"` // of judged quarters only
	Difference *float64 `json:"difference"`
	// ByCourses is the part of the difference that comes of there being more or fewer courses than assumed, at the forecast's figure per
	// course; ByRate is the rest. They add up to Difference. Nil if no courses were assumed.
	ByCourses *float64 `json:"by_courses"`
	ByRate    *float64 `json:"by_rate"`
	// PlaceLow and PlaceHigh are between which probabilities of the forecast the outcome fell, such as 0.25 and 0.30. Over many quarters the
	// places of a sound forecast are spread evenly.
	PlaceLow  *float64 `json:"place_low"`
	PlaceHigh *float64 `json:"place_high"`
}

// SumReport is the quarters together that were forecast in time and are judged (and shown).
type SumReport struct {
	First      Quarter `json:"first"`
	Last       Quarter `json:"last"`
	Quarters   int     `json:"quarters"`
	Expected   float64 `json:"expected"`
	Interval   *Range  `json:"interval"` // nil: they are not the first quarters of one forecast that has such intervals
	Realised   float64 `json:"realised"`
	Difference float64 `json:"difference"`
	Inside     *bool   `json:"inside"`
}

// Verdict on the intervals.
const (
	NothingYet    = "nothing_yet"
	TooFew        = "too_few"     // so few that good and bad intervals cannot be told apart
	AsPromised    = "as_promised" // 90 % is possible
	TooNarrow     = "too_narrow"  // fewer fell inside than 90 % would let expect
	TooWide       = "too_wide"    // more did
	promised      = 0.90          // what the intervals promise
	enoughToTell  = 0.30          // an exact interval wider than this tells too little
	coverageLevel = 0.95          // of that interval
)

// Coverage is how often figures fell in their interval, over judged quarters that are shown and whose forecast was in time. The exact interval takes quarters
// for independent; quarters of one forecast share what is not known of its rates, and err together.
type Coverage struct {
	Inside  int     `json:"inside"`
	Of      int     `json:"of"`
	Share   float64 `json:"share"` // 0 when Of is
	Lower   float64 `json:"lower"` // exact 95 % interval (Clopper and Pearson)
	Upper   float64 `json:"upper"`
	Verdict string  `json:"verdict"`
	Late    int     `json:"late"` // judged, and left out because their forecast was late
}

func (c *Coverage) judge() {
	c.Lower, c.Upper = Exact(c.Inside, c.Of, coverageLevel)
	if c.Of > 0 {
		c.Share = float64(c.Inside) / float64(c.Of)
	}
	switch {
	case c.Of == 0:
		c.Verdict = NothingYet
	case c.Upper < promised:
		c.Verdict = TooNarrow
	case c.Lower > promised:
		c.Verdict = TooWide
	case c.Upper-c.Lower > enoughToTell:
		c.Verdict = TooFew
	default:
		c.Verdict = AsPromised
	}
}

// reporter is a report in the making.
type reporter struct {
	a      *Account
	opt    Options
	all    []StoredForecast
	ids    []string
	now    map[Quarter]RealisedNow
	level  string
	hidden map[Quarter]bool
	cited  map[int]bool
}

// NewReport compares what was forecast with what became of it. It is an error if kroner stand at different price levels
// and opt.Index does not turn them, or if opt.Forecast is not there.
func NewReport(a *Account, opt Options) (*Report, error) {
	r := &reporter{a: a, opt: opt, all: a.Forecasts(), now: a.Latest(), hidden: map[Quarter]bool{}, cited: map[int]bool{}}
	for _, f := range r.all {
		r.ids = append(r.ids, f.ID())
	}
	if opt.Forecast != "" {
		i := slices.Index(r.ids, opt.Forecast)
		if i < 0 {
			return nil, rettidig.E(rettidig.NotFound, "account-forecast", fmt.Sprintf("there is no forecast %s; there are %v", opt.Forecast, r.ids), nil)
		}
		r.all, r.ids = r.all[i:i+1], r.ids[i:i+1]
	}
	r.level = opt.PriceLevel
	for _, f := range r.all {
		if opt.PriceLevel == "" && f.PriceLevel != "" {
			r.level = f.PriceLevel
		}
	}
	out := &Report{Proposal: a.Proposal, Head: a.Head(), Today: opt.Today, DataAsOf: rettidig.NoDay, PriceLevel: r.level,
		Small: opt.Small, TornBytes: a.Torn, Forecasts: []Cited{}, Series: []SeriesReport{}, Targets: []TargetReport{}}
	for q, n := range r.now {
		out.DataAsOf = max(out.DataAsOf, n.DataAsOf)
		if !opt.Small && n.small() {
			r.hidden[q] = true
		}
	}
	out.Hidden = len(r.hidden)
	for _, k := range kinds {
		s, err := r.series(k)
		if err != nil {
			return nil, err
		}
		if s != nil {
			out.Series = append(out.Series, *s)
		}
	}
	for i, f := range r.all {
		if r.cited[i] {
			out.Forecasts = append(out.Forecasts, Cited{r.ids[i], f.Made, f.Stored, f.By, f.Model, f.ModelSHA256, f.Seed, f.PriceLevel, f.Basis, f.Synthetic})
		}
	}
	var err error
	out.Targets, err = r.targets()
	return out, err
}

// small tells whether a figure of the quarter, or what is left when one is taken from another, is of fewer than five courses. 0 counts as
// few: that nobody completed says something of each of them. A quarter in which nothing began says nothing of anybody.
func (q *RealisedQuarter) small() bool {
	few := func(n int) bool { return n < smallest }
	return q.Started > 0 && (few(q.Started) || few(q.Ended) || few(q.Completed) || few(q.Effect) ||
		few(q.Ended-q.Completed) || few(q.Completed-q.Effect) || q.Started != q.Ended && few(q.Started-q.Ended))
}

// in force for a kind in a quarter is the last forecast stored before the quarter began, else the last one stored at all.
func (r *reporter) inForce(k Kind, q Quarter) (index int, fq *ForecastQuarter, s *Series, late bool) {
	index = -1
	for i, f := range r.all {
		at := slices.IndexFunc(f.Series, func(s Series) bool { return s.Kind == k })
		if at < 0 {
			continue
		}
		j := q.Compare(f.Series[at].Quarters[0].Quarter)
		if j < 0 || j >= len(f.Series[at].Quarters) {
			continue
		}
		isLate := f.Stored >= q.Start()
		if isLate && index >= 0 && !late {
			continue // one in time is in force already
		}
		index, fq, s, late = i, &f.Series[at].Quarters[j], &f.Series[at], isLate
	}
	return index, fq, s, late
}

// series reports one kind; nil if nothing is known of it.
func (r *reporter) series(k Kind) (*SeriesReport, error) {
	seen := map[Quarter]bool{}
	forecast := false
	for _, f := range r.all {
		for _, s := range f.Series {
			if s.Kind == k {
				forecast = true
				for _, q := range s.Quarters {
					seen[q.Quarter] = true
				}
			}
		}
	}
	told := false
	for q, n := range r.now {
		if _, ok := n.count(k); ok {
			seen[q], told = true, told || k.Gain != ""
		}
	}
	if !forecast && !told {
		return nil, nil
	}
	var quarters []Quarter
	for q := range seen {
		quarters = append(quarters, q)
	}
	slices.SortFunc(quarters, Quarter.Compare)
	out := &SeriesReport{Kind: k}
	for _, q := range quarters {
		one, err := r.quarter(k, q)
		if err != nil {
			return nil, err
		}
		out.Quarters = append(out.Quarters, one)
		if one.State == Judged && one.Late {
			out.Coverage.Late++
		}
	}
	return out, r.sum(k, out)
}

func (r *reporter) quarter(k Kind, q Quarter) (QuarterReport, error) {
	out := QuarterReport{Quarter: q, State: Ahead, DataAsOf: rettidig.NoDay, Hidden: r.hidden[q]}
	days := mature
	i, fq, s, late := r.inForce(k, q)
	if i >= 0 {
		r.cited[i] = true
		days = s.MatureDays
		e, err := r.priced(k, fq.Range, r.all[i].PriceLevel)
		if err != nil {
			return out, fmt.Errorf("forecast %s: %w", r.ids[i], err)
		}
		out.Forecast, out.Late, out.Expected, out.PhaseIn, out.Assumed = r.ids[i], late, &e, fq.PhaseIn, fq.Courses
	}
	out.Matures = q.End() + rettidig.Day(days)
	n, told := r.now[q]
	if !told {
		return out, nil
	}
	out.DataAsOf, out.Versions = n.DataAsOf, n.Versions
	amount, given := n.count(k)
	switch {
	case n.DataAsOf < out.Matures:
		out.State = Immature
	case n.Ended < n.Started:
		out.State = Unended
	case !given:
		out.State = NotTold
	case i < 0:
		out.State = Unforecast
	default:
		out.State = Judged
	}
	if given && k.Quantity == Kroner {
		turned, err := r.convert(amount, n.PriceLevel)
		if err != nil {
			return out, fmt.Errorf("realised kroner of %s: %w", q, err)
		}
		amount = turned
	}
	if out.Hidden {
		return out, nil
	}
	out.Started = &n.Started
	if given {
		out.Realised = &amount
	}
	if out.State == Judged {
		inside := out.Expected.Includes(amount)
		out.Inside = &inside
		if err := r.compare(&out, k, fq, r.all[i].PriceLevel, amount, n.Started); err != nil {
			return out, err
		}
	}
	return out, nil
}

// compare fills in how far off a judged quarter was.
func (r *reporter) compare(out *QuarterReport, k Kind, fq *ForecastQuarter, level string, amount float64, started int) error {
	d := amount - out.Expected.Estimate
	out.Difference = &d
	if fq.Courses > 0 {
		each := out.Expected.Estimate / float64(fq.Courses)
		courses := float64(each * float64(started-fq.Courses))
		rate := d - courses
		out.ByCourses, out.ByRate = &courses, &rate
	}
	if len(fq.Quantiles) == 0 {
		return nil
	}
	low, high := 0, 0
	for _, v := range fq.Quantiles {
		x := v
		if k.Quantity == Kroner {
			var err error
			if x, err = r.convert(v, level); err != nil {
				return err
			}
		}
		if x < amount {
			low++
		}
		if x <= amount {
			high++
		}
	}
	// The outcome is above the low-th quantile and below the one after the high-th.
	a, b := float64(low)/(levels+1), float64(high+1)/(levels+1)
	out.PlaceLow, out.PlaceHigh = &a, &b
	return nil
}

// convert turns kroner to the report's price level.
func (r *reporter) convert(kroner float64, level string) (float64, error) {
	if level == r.level || r.level == "" {
		return kroner, nil
	}
	if r.opt.Index == nil {
		return 0, rettidig.E(rettidig.Invalid, "account-price-level",
			fmt.Sprintf("kroner at %s prices cannot be compared with kroner at %s prices without a price index", level, r.level), nil)
	}
	return r.opt.Index.Convert(kroner, level, r.level)
}

func (r *reporter) priced(k Kind, e Range, level string) (Range, error) {
	if k.Quantity != Kroner {
		return e, nil
	}
	for _, v := range []*float64{&e.Estimate, &e.Lower, &e.Upper} {
		x, err := r.convert(*v, level)
		if err != nil {
			return e, err
		}
		*v = x
	}
	return e, nil
}

// sum fills in coverage and what the judged quarters come to together.
func (r *reporter) sum(k Kind, s *SeriesReport) error {
	var t SumReport
	var from []QuarterReport
	for _, q := range s.Quarters {
		if q.State != Judged || q.Late || q.Hidden { // what is hidden would follow from the sum, or from a narrow interval
			continue
		}
		s.Coverage.Of++
		if *q.Inside {
			s.Coverage.Inside++
		}
		from = append(from, q)
		t.Expected += q.Expected.Estimate
		t.Realised += *q.Realised
	}
	s.Coverage.judge()
	if len(from) == 0 {
		return nil
	}
	t.First, t.Last, t.Quarters, t.Difference = from[0].Quarter, from[len(from)-1].Quarter, len(from), t.Realised-t.Expected
	s.Sum = &t
	i, _, fs, _ := r.inForce(k, t.First)
	if len(fs.Sum) < len(from) {
		return nil
	}
	for j, q := range from {
		if q.Forecast != r.ids[i] || q.Quarter != fs.Quarters[j].Quarter {
			return nil
		}
	}
	e, err := r.priced(k, fs.Sum[len(from)-1], r.all[i].PriceLevel)
	if err != nil {
		return err
	}
	inside := e.Includes(t.Realised)
	t.Interval, t.Inside = &e, &inside
	return nil
}
