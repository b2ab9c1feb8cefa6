package synth

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"github.com/rettidig/rettidig"
)

// Figure is one published figure beside what a generated municipality has.
type Figure struct {
	ID        string  `json:"id"`   // where it stands in the table of statistics
	Kind      string  `json:"kind"` // published, read_from_figure or derived; "design" for our own choice
	Unit      string  `json:"unit"`
	Target    float64 `json:"target"`
	Tolerance float64 `json:"tolerance"` // largest accepted difference, in the figure's unit
	Measured  float64 `json:"measured"`
	N         int     `json:"n"`                // citizens, loans or courses behind Measured
	Reason    string  `json:"reason,omitempty"` // why a figure is not met, if it cannot be
}

// Met tells whether the measured value is within the tolerance. No data is not met.
func (f Figure) Met() bool { return math.Abs(f.Measured-f.Target) <= f.Tolerance }

// Calibration lives a municipality, without writing files, and compares it with the published figures.
func Calibration(ctx context.Context, cfg Config) ([]Figure, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("calibration: %w", err)
	}
	roll, err := makeRoll(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("calibration: %w", err)
	}
	cal := calendar(&cfg)
	marks := crossSections(&cfg)
	var all tally
	err = eachBlock(ctx, &cfg, roll, func(w *worker, first, last int) *tally {
		t := new(tally)
		for n := first; n < last; n++ {
			w.simulate(&cfg, n, roll[n])
			t.measure(&w.life, n, cal, marks)
		}
		return t
	}, func(t *tally, _ int) error {
		all.merge(t)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("calibration: %w", err)
	}
	return all.figures(&cfg), nil
}

// WriteFigures prints the table, one figure a line.
func WriteFigures(w io.Writer, figures []Figure) error {
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "figure\tkind\ttarget\ttolerance\tmeasured\tunit\tn\t")
	for _, f := range figures {
		verdict := "ok"
		if !f.Met() {
			verdict = "NOT MET: " + f.Reason
		}
		fmt.Fprintf(tw, "%s\t%s\t%.4g\t%.3g\t%.4g\t%s\t%d\t%s\n", f.ID, f.Kind, f.Target, f.Tolerance, f.Measured, f.Unit, f.N, verdict)
	}
	return tw.Flush()
}

// mean is a running mean.
type mean struct {
	n   int
	sum float64
}

func (m *mean) add(x float64)  { m.n++; m.sum += x }
func (m *mean) addIf(hit bool) { m.add(map[bool]float64{true: 1}[hit]) }
func (m *mean) merge(o mean)   { m.n += o.n; m.sum += o.sum }
func (m mean) value() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.sum / float64(m.n)
}

// What is averaged, by index into tally.means.
const (
	femaleShare = iota
	cover65
	cover67
	cover80
	cover6779
	under2h
	from2to8h
	from8to20h
	over20h
	careMinutes
	practicalOnly
	personalOnly
	bothTypes
	minutesPractical
	minutesPersonal
	minutesBoth
	homeShare65
	homeShare85
	homeWomen
	homeEntryAge
	homeGoneInYear
	noReturn
	noReturnTop
	trainedAge
	trainedFemale
	trainedAids
	trainedNone
	trainedRollator
	trainedStool
	trainedAlarm
	trainedToilet
	trainedPressure
	finalDay
	doneOfCompleted
	completed
	effective
	coursesAYear
	declined
	lostDigirehab
	changeCompleters
	numMeans
)

// topClasses are the classes whose loans are compared one by one, as positions in aidClasses, with the published share
// of all rows and the median days of returned loans.
var topClasses = []struct {
	key           string
	class         int
	share, median float64
	tolerance     float64 // of the share
}{
	{"rollator_4w", 0, 0.0793, 423, 0.02}, {"shower_stool", 1, 0.0527, 297, 0.015}, {"raised_toilet_seat_fixed", 2, 0.0342, 288, 0.015},
	{"wheelchair_folding", 4, 0.0399, 144, 0.015}, {"bed_4section_motor", 10, 0.0455, 149, 0.02}, {"large_turning", 9, 0.0507, 108, 0.02},
	{"high_sling", 11, 0.0330, 84, 0.015},
}

// notReturned is the published share of rollators without return date by years since lending (2018 back to 2013).
var notReturned = []float64{0.753, 0.543, 0.413, 0.300, 0.235, 0.194}

const numAges = 8 // five-year bands from 65, the last is 100+

// tally is what is counted over citizens; two tallies merge.
type tally struct {
	means    [numMeans]mean
	deaths   [2][numAges]float64 // [men, women]
	years    [2][numAges]float64
	days     [7][]float64 // of returned loans lent in the first year, by topClasses
	rows     [7]int
	allRows  int
	stillOut [6]mean // rollators without return date, by years since lending
	aids     []float64
}

func (t *tally) merge(o *tally) {
	for i := range t.means {
		t.means[i].merge(o.means[i])
	}
	for s := range t.deaths {
		for a := range t.deaths[s] {
			t.deaths[s][a] += o.deaths[s][a]
			t.years[s][a] += o.years[s][a]
		}
	}
	for i := range t.days {
		t.days[i] = append(t.days[i], o.days[i]...)
		t.rows[i] += o.rows[i]
	}
	for i := range t.stillOut {
		t.stillOut[i].merge(o.stillOut[i])
	}
	t.allRows += o.allRows
	t.aids = append(t.aids, o.aids...)
}

// crossSections are three days a year apart in the middle of the period on which the population is looked at.
func crossSections(cfg *Config) []rettidig.Day {
	mid := landmarkOnOrBefore((cfg.From+cfg.To)/2 + 60)
	return []rettidig.Day{yearsLater(mid, -1), mid, yearsLater(mid, 1)}
}

// measure counts one life.
func (t *tally) measure(l *life, n int, cal []week, marks []rettidig.Day) {
	if rettidig.AgeAt(l.birth, l.cfg.From) >= 65 {
		t.means[femaleShare].addIf(l.female)
	}
	t.measureDeaths(l)
	t.measureCare(l, cal, marks)
	for _, day := range marks {
		t.measureNursingHome(l, day)
	}
	t.measureNursingHomeEntry(l)
	t.measureLoans(l)
	t.measureTraining(l, n)
	for _, r := range l.truths {
		if r.target == rettidig.Decline && r.outcome != unknown {
			t.means[declined].addIf(r.outcome == yes)
		}
	}
}

func (l *life) residentOn(d rettidig.Day) bool { return !l.resident.Valid() || l.resident > d }

func (t *tally) measureDeaths(l *life) {
	end := l.cfg.To
	if l.resident.Valid() {
		end = min(end, l.resident)
	}
	sex := 0
	if l.female {
		sex = 1
	}
	for a := range numAges {
		from := l.birth + rettidig.Day(math.Round((65+5*float64(a))*year))
		to := l.birth + rettidig.Day(math.Round((70+5*float64(a))*year))
		if a == numAges-1 {
			to = end
		}
		if lo, hi := max(from, l.cfg.From), min(to, end); hi > lo {
			t.years[sex][a] += float64(hi-lo) / year
			if l.died.Valid() && l.died <= l.cfg.To && l.died >= lo && l.died <= hi && (l.died < to || a == numAges-1) {
				t.deaths[sex][a]++
			}
		}
	}
}

// careNow is the help of four weeks, per week.
type careNow struct {
	personal, practical float64
	meals               bool
}

// measureCare looks at the four weeks before each day, as the statistics of granted help do.
func (t *tally) measureCare(l *life, cal []week, marks []rettidig.Day) {
	care := make([]careNow, len(marks))
	l.weeks(cal, func(w *week, d delivery) {
		for i, day := range marks {
			if w.monday < day-28 || w.monday >= day {
				continue
			}
			switch {
			case d.service <= svcSupervision:
				care[i].personal += float64(d.minutes) / 4
			case d.service <= svcMeals:
				care[i].practical += float64(d.minutes) / 4
				care[i].meals = true
			}
		}
	})
	for i, day := range marks {
		if rettidig.AgeAt(l.birth, day) >= 65 && l.residentOn(day) {
			t.measureCareOf(rettidig.AgeAt(l.birth, day), care[i])
		}
	}
}

func (t *tally) measureCareOf(age int, c careNow) {
	personal, practical, meals := c.personal, c.practical, c.meals
	gets := personal+practical > 0 || meals
	t.means[cover65].addIf(gets)
	if age >= 67 {
		t.means[cover67].addIf(gets)
	}
	if age >= 80 {
		t.means[cover80].addIf(gets)
	} else if age >= 67 {
		t.means[cover6779].addIf(gets)
	}
	if !gets {
		return
	}
	m := personal + practical
	t.means[careMinutes].add(m)
	t.means[under2h].addIf(m < 120)
	t.means[from2to8h].addIf(m >= 120 && m < 480)
	t.means[from8to20h].addIf(m >= 480 && m < 1200)
	t.means[over20h].addIf(m >= 1200)
	t.means[practicalOnly].addIf(personal == 0)
	t.means[personalOnly].addIf(personal > 0 && practical == 0)
	t.means[bothTypes].addIf(personal > 0 && practical > 0)
	switch {
	case personal == 0:
		t.means[minutesPractical].add(m)
	case practical == 0:
		t.means[minutesPersonal].add(m)
	default:
		t.means[minutesBoth].add(m)
	}
}

func (t *tally) measureNursingHome(l *life, day rettidig.Day) {
	if l.residentOn(day) && rettidig.AgeAt(l.birth, day) >= 65 {
		in := l.how == nursingHome && l.exit <= day
		t.means[homeShare65].addIf(in)
		if rettidig.AgeAt(l.birth, day) >= 85 {
			t.means[homeShare85].addIf(in)
		}
		if in {
			t.means[homeWomen].addIf(l.female)
		}
	}
}

func (t *tally) measureNursingHomeEntry(l *life) {
	if l.how == nursingHome && l.exit >= l.cfg.From && l.exit <= l.cfg.To-365 {
		t.means[homeEntryAge].add(float64(l.exit-l.birth) / year)
		t.means[homeGoneInYear].addIf(l.resident.Valid() && l.resident <= l.exit+365)
	}
}

// measureLoans counts loans lent in the period; what was lent before it belongs to survivors only.
func (t *tally) measureLoans(l *life) {
	for _, a := range l.loans {
		if a.lent < l.cfg.From || a.lent > l.cfg.To {
			continue
		}
		t.allRows++
		out := a.returned == rettidig.NoDay || a.returned > l.cfg.To
		never := l.cfg.Dirt.NeverBooked
		if aidClasses[a.class].sticky {
			never = l.cfg.Dirt.NeverBookedSticky
		}
		missing := 1.0
		if !out {
			missing = never
		}
		t.means[noReturn].add(missing)
		if a.class <= 15 {
			t.means[noReturnTop].add(missing)
		}
		for i := range topClasses {
			if int(a.class) != topClasses[i].class {
				continue
			}
			t.rows[i]++
			if !out && a.lent < l.cfg.From+730 {
				t.days[i] = append(t.days[i], float64(a.returned-a.lent))
			}
		}
		if a.class == 0 {
			if y := int(float64(l.cfg.To-a.lent)/year + 0.13); y < len(t.stillOut) { // the source's years end on 15 November
				t.stillOut[y].add(missing)
			}
		}
	}
}

func (t *tally) measureTraining(l *life, n int) {
	if len(l.courses) > 0 {
		t.means[lostDigirehab].addIf(stream(l.cfg.Seed, uint64(n), forTraining).Float64() < l.cfg.Dirt.DigiRehabLost)
	}
	for i := range l.courses {
		c := &l.courses[i]
		s := l.stateAt(c.start)
		t.means[trainedAge].add(s.age)
		t.means[trainedFemale].addIf(s.female)
		t.means[trainedAids].add(float64(s.ever))
		t.aids = append(t.aids, float64(s.ever))
		t.means[trainedNone].addIf(s.ever == 0)
		t.means[trainedRollator].addIf(s.has[rollator])
		t.means[trainedStool].addIf(s.has[showerStool])
		t.means[trainedAlarm].addIf(s.has[alarm])
		t.means[trainedToilet].addIf(s.has[toiletSeat])
		t.means[trainedPressure].addIf(l.hadPressure(c.start))
		t.means[coursesAYear].n = 1
		t.means[coursesAYear].sum++
		if c.completes && c.start+180 < l.cfg.To && !(l.exit.Valid() && l.exit < c.start+180) {
			k := 0
			for _, x := range c.sessions {
				if x.rating > 1 {
					k++
				}
			}
			t.means[doneOfCompleted].add(float64(k))
			t.means[finalDay].add(float64(c.screenings[len(c.screenings)-1].day - c.start))
			if s.personal > 0 {
				t.means[changeCompleters].add(level(l.personal, c.start+180) - s.personal)
			}
		}
	}
	for _, r := range l.truths {
		switch {
		case r.target == rettidig.Completion && (r.outcome == yes || r.outcome == no):
			t.means[completed].addIf(r.outcome == yes)
		case r.target == rettidig.Effect && (r.outcome == yes || r.outcome == no):
			t.means[effective].addIf(r.outcome == yes)
		}
	}
}

// hadPressure tells whether an aid against pressure ulcers had been lent before a day.
func (l *life) hadPressure(t rettidig.Day) bool {
	return slices.ContainsFunc(l.loans, func(a loan) bool {
		return a.lent < t && aidClasses[a.class].iso[:4] == "0433"
	})
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
