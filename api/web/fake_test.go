package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/datasets/codes"
)

// fakeApp is a small municipality that keeps the App's rules: permissions, own judgement first.
type fakeApp struct {
	mu        sync.Mutex
	info      api.Info
	judged    map[string]api.Judgement
	decisions []api.Decision
	asked     []api.ScoreRequest
	found     []string
	denied    []string

	scoreErr   error                // what Score fails with
	listErr    error                // what List fails with
	judgeErr   error                // what Judge fails with
	emptyLists bool                 // no work list, no models, no savings, no audit
	hostile    string               // written into every text field
	chainBad   bool                 // the audit chain does not verify
	mutate     func(*api.ScoreView) // last word on a score
	mutModel   func(*api.ModelView) // last word on a model
}

var asOf = rettidig.DayOf(2026, time.November, 20)

// fakeCPR was never issued: born 1930 and not a multiple of 11 by the CPR office's weights.
const fakeCPR = "0101301000"

func newFake() *fakeApp {
	f := &fakeApp{}
	f.reset()
	return f
}

// reset forgets everything that was asked, judged and decided, and every trouble.
func (f *fakeApp) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.judged, f.decisions, f.asked, f.found, f.denied = map[string]api.Judgement{}, nil, nil, nil, nil
	f.scoreErr, f.listErr, f.judgeErr, f.emptyLists, f.hostile, f.chainBad, f.mutate, f.mutModel = nil, nil, nil, false, "", false, nil, nil
	f.info = api.Info{Version: "0.1.0", Mode: "live", Synthetic: true, Municipality: "Prøvekøbing Kommune", DataAsOf: asOf - 1, Citizens: 20000}
}

// text returns s, or the hostile text where there is one.
func (f *fakeApp) text(s string) string {
	if f.hostile != "" && s != "" {
		return f.hostile
	}
	return s
}

func (f *fakeApp) Info() api.Info {
	i := f.info
	i.Municipality, i.Version, i.Mode = f.text(i.Municipality), f.text(i.Version), f.text(i.Mode)
	return i
}

func (f *fakeApp) Personas() []api.Person {
	if !f.info.Synthetic {
		return nil
	}
	return []api.Person{
		{ID: "demo-visitator-1", Name: f.text("Karen Holm (demo)"), Role: api.Assessor, Unit: f.text("Visitation Nord")},
		{ID: "demo-data", Name: f.text("Mette Lund (demo)"), Role: api.DataTeam, Unit: f.text("Data og analyse")},
		{ID: "demo-ledelse", Name: f.text("Ole Dam (demo)"), Role: api.Management, Unit: f.text("Ældreområdet")},
		{ID: "demo-dpo", Name: f.text("Inge Krogh (demo)"), Role: api.Auditor, Unit: f.text("Databeskyttelse")},
	}
}

func (f *fakeApp) Ready(context.Context) error { return nil }

// may refuses and writes the refusal down, as the App does.
func (f *fakeApp) may(who api.Person, p api.Permission) error {
	if !who.May(p) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.denied = append(f.denied, who.ID+" "+string(p))
		return rettidig.E(rettidig.Forbidden, "permission", "Din rolle giver ikke adgang til dette.", nil)
	}
	return nil
}

// The citizens: rich has everything, strange is unlike anyone, empty has nothing, rare has an answer
// below one in ten.
const (
	rich    = "k7m2xqa49d0be173"
	strange = "p3v9td"
	empty   = "h8r4ns"
	rare    = "w5c6jb"
)

var fakeCitizens = []api.CitizenSummary{
	{ID: rich, Age: 84, Sex: "female", AidsOnLoan: 7, MinutesWeek: 444, LastEvent: asOf - 4, LastEventDA: "Hjælp: personlig pleje, 4 besøg", LastEventEN: "Help: personal care, 4 visits"},
	{ID: strange, Age: 97, Sex: "male", AidsOnLoan: 14, MinutesWeek: 2110, LastEvent: asOf - 6, LastEventDA: "Mobil personløfter udlånt", LastEventEN: "Mobile hoist lent", OpenCourse: true},
	{ID: empty, Age: 71, Sex: "female", LastEvent: rettidig.NoDay},
	{ID: rare, Age: 68, Sex: "male", AidsOnLoan: 1, MinutesWeek: 40, LastEvent: asOf - 30, LastEventDA: "Albuestok udlånt", LastEventEN: "Elbow crutch lent", DecidedByYou: true},
	{ID: "d2f8la", Age: 0, Sex: "unknown", AidsOnLoan: 2, MinutesWeek: 125.5, LastEvent: asOf - 41, LastEventDA: "Toiletforhøjer udlånt", LastEventEN: "Raised toilet seat lent"},
	{ID: "z9q1me", Age: 79, Sex: "female", AidsOnLoan: 3, MinutesWeek: 90, LastEvent: asOf - 55, LastEventDA: "Hjælp: rengøring", LastEventEN: "Help: cleaning"},
}

func (f *fakeApp) summary(id string) (api.CitizenSummary, error) {
	for _, c := range fakeCitizens {
		if c.ID == id {
			c.LastEventDA, c.LastEventEN = f.text(c.LastEventDA), f.text(c.LastEventEN)
			c.Sex = f.text(c.Sex)
			return c, nil
		}
	}
	return api.CitizenSummary{}, rettidig.E(rettidig.NotFound, "no-such-citizen", "Borgeren findes ikke her.", nil)
}

func (f *fakeApp) Find(_ context.Context, who api.Person, cpr string) (api.CitizenSummary, error) {
	if err := f.may(who, api.SeeCitizens); err != nil {
		return api.CitizenSummary{}, err
	}
	f.mu.Lock()
	f.found = append(f.found, cpr)
	f.mu.Unlock()
	cpr = strings.NewReplacer("-", "", " ", "").Replace(cpr)
	switch {
	case len(cpr) != 10:
		return api.CitizenSummary{}, rettidig.E(rettidig.Invalid, "cpr-invalid", "CPR-nummeret kan ikke læses.", nil)
	case cpr != fakeCPR:
		return api.CitizenSummary{}, rettidig.E(rettidig.NotFound, "no-such-citizen", "Borgeren findes ikke her.", nil)
	}
	return f.summary(rich)
}

func (f *fakeApp) List(_ context.Context, who api.Person, q api.ListQuery) (api.CitizenPage, error) {
	if err := f.may(who, api.SeeCitizens); err != nil {
		return api.CitizenPage{}, err
	}
	if f.listErr != nil || f.emptyLists {
		return api.CitizenPage{}, f.listErr
	}
	p := api.CitizenPage{Total: 1874, Next: "bmV4dA"}
	if q.Cursor != "" {
		p.Next = ""
	}
	for _, c := range fakeCitizens {
		c, _ = f.summary(c.ID)
		p.Citizens = append(p.Citizens, c)
	}
	return p, nil
}

func (f *fakeApp) Citizen(_ context.Context, who api.Person, id string) (api.CitizenView, error) {
	if err := f.may(who, api.SeeCitizens); err != nil {
		return api.CitizenView{}, err
	}
	c, err := f.summary(id)
	if err != nil {
		return api.CitizenView{}, err
	}
	v := api.CitizenView{CitizenSummary: c, AsOf: asOf, DataAsOf: asOf - 1}
	for _, t := range rettidig.Targets() {
		f.mu.Lock()
		j := f.judged[who.ID+"|"+id+"|"+string(t)]
		f.mu.Unlock()
		st := api.TargetState{Target: t, Eligible: true, Judged: j.Answer, Shown: j.Answer != ""}
		if id == empty || id == strange && t == rettidig.Effect {
			st = api.TargetState{Target: t, Why: "no service and no aid"}
		}
		v.Targets = append(v.Targets, st)
	}
	if id == empty {
		return v, nil
	}
	v.Facts = []api.SummaryFact{
		{LabelDA: "Hjælp om ugen", LabelEN: "Help per week", ValueDA: f.text("7 t. 24 min."), Value: f.text("7 h 24 min"), Date: asOf - 4, Source: f.text("services")},
		{LabelDA: "Behov for hjælp", LabelEN: "Need of help", ValueDA: f.text("31 (screening)"), Value: f.text("31 (screening)"), Date: asOf - 18, Source: f.text("training")},
		{LabelDA: "Hjælpemidler på lån", LabelEN: "Aids on loan", ValueDA: f.text("7, det seneste en plejeseng"), Value: f.text("7, the latest a care bed"), Date: asOf - 96, Source: f.text("aids")},
		{LabelDA: "Tidligere træning", LabelEN: "Earlier training", ValueDA: f.text("1 forløb, ikke gennemført"), Value: f.text("1 course, not completed"), Date: asOf - 640, Source: f.text("training")},
	}
	if id == rich {
		v.Decisions = []api.PastDecision{
			{At: time.Date(2026, 6, 3, 7, 12, 0, 0, time.UTC), By: f.text("Jens Bro (demo)"), Target: rettidig.Completion, Action: f.text("not-now"), Reason: f.text("citizens-wish")},
			{At: time.Date(2026, 1, 14, 12, 40, 0, 0, time.UTC), By: f.text("Karen Holm (demo)"), Target: rettidig.Decline, Action: "offer", Reason: "professional-judgement"},
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, d := range f.decisions {
		if d.Citizen == id {
			v.Decisions = append([]api.PastDecision{{At: time.Date(2026, 11, 20, 9, 5, 0, 0, time.UTC), By: who.Name, Target: d.Target, Action: d.Action, Reason: d.Reason, Note: d.Note}}, v.Decisions...)
		}
	}
	return v, nil
}

func (f *fakeApp) Timeline(_ context.Context, who api.Person, id string) (api.Timeline, error) {
	if err := f.may(who, api.SeeCitizens); err != nil {
		return api.Timeline{}, err
	}
	t := api.Timeline{AsOf: asOf, From: rettidig.DayOf(2022, time.November, 21)}
	switch id {
	case empty:
		return t, nil
	case rare:
		t.Aids = []api.TimelineAid{f.loan("120306", 30, -1)}
		return t, nil
	}
	t.Aids = []api.TimelineAid{
		f.loan("120606", 1290, -1), f.loan("120303", 1400, 700), f.loan("093307", 980, -1), f.loan("091215", 975, 400), f.loan("091203", 400, -1),
		f.loan("181806", 900, -1), f.loan("181806", 610, -1), f.loan("222718", 720, -1), f.loan("181210", 96, -1), f.loan("122218", 60, 21),
	}
	t.Weeks = fakeWeeks(t.From + 400)
	t.Train = f.fakeTraining()
	if id == strange {
		for _, iso := range []string{"123603", "123621", "123103", "043306", "043303", "122306", "183018", "180909"} {
			t.Aids = append(t.Aids, f.loan(iso, 200, -1))
		}
	}
	return t, nil
}

// loan is a loan that began some days ago and ended some days ago; -1 is never.
func (f *fakeApp) loan(iso string, lent, returned int) api.TimelineAid {
	c, _ := codes.ClassOf(iso)
	a := api.TimelineAid{ISO: iso, NameDA: f.text(c.DA), Name: f.text(c.EN), Concept: f.text(string(c.Concept)), Lent: asOf - rettidig.Day(lent), Returned: rettidig.NoDay}
	if returned >= 0 {
		a.Returned = asOf - rettidig.Day(returned)
	}
	return a
}

func fakeWeeks(from rettidig.Day) []api.TimelineWeek {
	rng := rand.New(rand.NewPCG(7, 11))
	var out []api.TimelineWeek
	for w := from.Monday(); w < asOf.Monday(); w += 7 {
		age := float64(w-from) / float64(asOf-from)
		week := api.TimelineWeek{Week: w}
		if age > 0.12 {
			week.Practical = 45 + 10*math.Round(3*rng.Float64())
		}
		if age > 0.40 && !(age > 0.55 && age < 0.58) { // three weeks in hospital
			week.Personal = math.Round(60 + 240*(age-0.4)/0.6 + 40*rng.Float64())
		}
		if age > 0.62 {
			week.Nursing = math.Round(30 + 50*rng.Float64())
		}
		if age > 0.9 {
			week.Other = 20
		}
		if age > 0.55 && age < 0.58 {
			week = api.TimelineWeek{Week: w}
		}
		out = append(out, week)
	}
	return out
}

func (f *fakeApp) fakeTraining() []api.TimelineMark {
	rng := rand.New(rand.NewPCG(3, 5))
	need := func(v float64) *float64 { return &v }
	start := asOf - 700
	marks := []api.TimelineMark{{Date: start, Kind: "screening", Need: need(22), Abil: need(41)}, {Date: start, Kind: "status", Text: f.text("active")}}
	for d := start + 3; d < start+62; d += 3 {
		kind := "session"
		if rng.Float64() < 0.3 {
			kind = "cancelled"
		}
		marks = append(marks, api.TimelineMark{Date: d, Kind: kind, Text: f.text("3")})
		if (d-start)%27 == 0 {
			marks = append(marks, api.TimelineMark{Date: d + 1, Kind: "screening", Need: need(24), Abil: need(40)})
		}
	}
	return append(marks, api.TimelineMark{Date: start + 64, Kind: "status", Text: f.text("optedout")},
		api.TimelineMark{Date: asOf - 18, Kind: "screening", Need: need(31), Abil: need(37), Text: f.text("fall")})
}

func (f *fakeApp) Judge(_ context.Context, who api.Person, j api.Judgement) (api.Receipt, error) {
	if err := f.may(who, api.Record); err != nil {
		return api.Receipt{}, err
	}
	if f.judgeErr != nil {
		return api.Receipt{}, f.judgeErr
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.judged[who.ID+"|"+j.Citizen+"|"+string(j.Target)] = j
	return api.Receipt{ID: "j-" + strconv.Itoa(len(f.judged)), At: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}, nil
}

func (f *fakeApp) Score(_ context.Context, who api.Person, r api.ScoreRequest) (api.ScoreView, error) {
	if err := f.may(who, api.SeeCitizens); err != nil {
		return api.ScoreView{}, err
	}
	f.mu.Lock()
	f.asked = append(f.asked, r)
	_, ok := f.judged[who.ID+"|"+r.Citizen+"|"+string(r.Target)]
	f.mu.Unlock()
	if !ok {
		return api.ScoreView{}, rettidig.E(rettidig.Conflict, "judgement-first", "Skriv din egen vurdering først.", nil)
	}
	if f.scoreErr != nil {
		return api.ScoreView{}, f.scoreErr
	}
	v := f.fakeScore(r)
	if f.mutate != nil {
		f.mutate(&v)
	}
	return v, nil
}

// fakeScore makes a score whose reasons add up to its probability.
func (f *fakeApp) fakeScore(r api.ScoreRequest) api.ScoreView {
	v := api.ScoreView{ScoreID: "s-4711", Score: rettidig.Score{Target: r.Target, Status: rettidig.Scored, Unseen: []string{"motivation", "pårørende", "smerter"}, AsOf: asOf, DataAsOf: asOf - 1,
		Model: rettidig.ModelRef{ID: string(r.Target) + "-7", SHA256: f.text("9f2c41d07a35be61c4a98e02d1")}, Mode: "live"}}
	if r.Citizen == strange {
		v.Status, v.WithheldReason = rettidig.Withheld, "unlike-training"
		return v
	}
	num := func(x float64) *float64 { return &x }
	l := lang(r.Lang)
	reason := func(c codes.Concept, da, en string, lo float64, facts ...rettidig.Fact) rettidig.Reason {
		return rettidig.Reason{Concept: f.text(string(c)), Text: f.text(l.pick(da, en)), LogOdds: lo, Facts: facts}
	}
	fact := func(da, en string, value *float64, unit string, lo float64) rettidig.Fact {
		return rettidig.Fact{Feature: "x", Label: f.text(l.pick(da, en)), Value: value, Unit: f.text(unit), LogOdds: lo}
	}
	v.Reasons = []rettidig.Reason{
		reason(codes.PersonalCare, "hjælpen til personlig pleje er steget med 110 minutter om ugen på et halvt år.", "help with personal care rose by 110 minutes a week in half a year.", -0.52,
			fact("Personlig pleje, stigning på 26 uger", "Personal care, rise over 26 weeks", num(110), "minutes/week", -0.44), fact("Personlig pleje, 4 uger", "Personal care, 4 weeks", num(285), "minutes/week", -0.08)),
		reason(codes.Training, "et tidligere forløb blev afbrudt efter 9 uger.", "an earlier course was broken off after 9 weeks.", -0.31, fact("Tidligere afbrudte forløb", "Earlier courses broken off", num(1), "count", -0.31)),
		reason(codes.Screening, "behovet for hjælp var 31 ved seneste screening, og den fysiske formåen 37.", "need of help was 31 at the latest screening, and ability 37.", 0.28, fact("Behov for hjælp", "Need of help", num(31), "points", 0.19), fact("Fysisk formåen", "Physical ability", num(37), "points", 0.09)),
		reason(codes.MobilityAids, "en rollator i tre et halvt år, og ingen nye ganghjælpemidler.", "a rollator for three and a half years, and no new walking aids.", 0.17, fact("Dage siden seneste ganghjælpemiddel", "Days since the latest walking aid", num(1290), "days", 0.17)),
		reason(codes.Demography, "84 år og kvinde.", "84 years, woman.", 0.06, fact("Alder", "Age", num(84), "years", 0.06)),
		reason(codes.Nursing, "sygeplejen er uændret.", "home nursing is unchanged.", -0.03, fact("Sårbehandling, 12 uger", "Wound care, 12 weeks", nil, "minutes/week", -0.03)),
		{Concept: "intercept", LogOdds: 0.04},
		{Concept: "calibration", LogOdds: -0.05},
	}
	p := 0.41
	if r.Citizen == rare {
		p = 0.034
		v.Reasons = v.Reasons[2:5]
	}
	sum := 0.0
	for _, x := range v.Reasons {
		sum += x.LogOdds
	}
	if r.Citizen == rare { // the rest, so that the account adds up
		v.Reasons = append(v.Reasons, rettidig.Reason{Concept: "intercept", LogOdds: math.Log(p/(1-p)) - sum})
	} else {
		p = 1 / (1 + math.Exp(-sum))
	}
	lo, hi := max(p-0.10, p/2), min(p+0.11, 1)
	v.Probability, v.Lower, v.Upper = &p, &lo, &hi
	v.Frequency = &rettidig.Frequency{Of: 10, Count: int(math.Round(10 * p))}
	if p < 0.1 {
		v.Frequency = &rettidig.Frequency{Of: 100, Count: int(math.Round(100 * p))}
	}
	v.Compared = f.text(l.pick("borgere over 65 år i kommunen, der fik en første screening 2021–2025.", "citizens over 65 in the municipality with a first screening 2021–2025."))
	v.TrackRecord = &api.TrackRecord{From: 0.3, To: 0.4, N: 212, Events: 74}
	return v
}

func (f *fakeApp) Decide(_ context.Context, who api.Person, d api.Decision) (api.Receipt, error) {
	if err := f.may(who, api.Record); err != nil {
		return api.Receipt{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.ContainsFunc(f.decisions, func(x api.Decision) bool { return x.Key == d.Key }) {
		f.decisions = append(f.decisions, d)
	}
	return api.Receipt{ID: f.text("b-20261120-0017"), At: time.Date(2026, 11, 20, 9, 5, 0, 0, time.UTC)}, nil
}

// fakeCard is a card as package card prints it.
const fakeCard = `Pointkort

1. [ ] Alder højst 87,3                                           2 point
2. [ ] Hjælp i hjemmet: minutter om ugen de seneste 4 uger højst 212 1 point
3. [ ] Hjælpemidler til låns nu højst 2                           1 point
4. [ ] Fysisk formåen ved seneste screening over 2,96             2 point

Point i alt    Sandsynlighed
0              29 %
1              34 %
2              40 %
3              47 %
4              53 %
5              59 %
6              65 %
`

func (f *fakeApp) Models(_ context.Context, who api.Person) ([]api.ModelView, error) {
	if err := f.may(who, api.SeeModels); err != nil || f.emptyLists {
		return nil, err
	}
	var out []api.ModelView
	for i, t := range rettidig.Targets() {
		shift := 0.02 * float64(i)
		e := func(v, w float64) api.Estimate {
			return api.Estimate{Value: v + shift, Lower: v + shift - w, Upper: v + shift + w}
		}
		m := api.ModelView{Ref: rettidig.ModelRef{ID: string(t) + "-7", SHA256: f.text("9f2c41d07a35be61c4a98e02d1")}, Target: t, Learner: f.text("glm"), Protocol: f.text("5b1ad03c9e77f0124c66"),
			N: 1240, Positives: 613, BaseRate: 0.494, AUROC: e(0.66, 0.05), LogLoss: e(0.641, 0.02), Brier: e(0.225, 0.012), ECE: e(0.031, 0.015), Slope: e(0.94, 0.2), Intercept: e(-0.04, 0.14),
			CardAUROC: e(0.61, 0.05), CardText: f.text(fakeCard),
			Capacity: 0.3, Precision: e(0.62, 0.06), CardPrec: e(0.57, 0.06), BeatsCard: i != 2}
		for g := range 8 {
			p := 0.12 + 0.1*float64(g)
			o := p + []float64{0.03, -0.02, 0.04, 0.01, -0.05, 0.02, -0.03, -0.06}[g]
			n := []int{88, 160, 204, 231, 212, 171, 112, 62}[g]
			half := 1.96 * math.Sqrt(o*(1-o)/float64(n))
			m.Calibration = append(m.Calibration, api.CalibrationPoint{Predicted: p, Observed: o, Lower: max(o-half, 0), Upper: min(o+half, 1), N: n})
		}
		for _, name := range []string{"citizen-noise", "shuffled-label", "a feature from the future", "a fact registered late"} {
			m.Leaks = append(m.Leaks, api.LeakCheck{Name: f.text(name), Caught: true, Evidence: f.text("auroc 0.98 > 0.66")})
		}
		if i == 2 {
			m.Warnings = []string{f.text("Kun 613 forløb med udfald; intervallerne er brede.")}
		}
		if f.mutModel != nil {
			f.mutModel(&m)
		}
		out = append(out, m)
	}
	return out, nil
}

// Document and Simulate have no page yet.
func (f *fakeApp) Document(ctx context.Context, who api.Person, _ string) (api.SavingsView, error) {
	return f.Savings(ctx, who)
}

func (f *fakeApp) Simulate(context.Context, api.Person, api.SimulationRequest) (api.SimulationView, error) {
	return api.SimulationView{}, api.NoSuchCase()
}

func (f *fakeApp) Savings(_ context.Context, who api.Person) (api.SavingsView, error) {
	if err := f.may(who, api.SeeSavings); err != nil || f.emptyLists {
		return api.SavingsView{}, err
	}
	line := func(id, da, en, formula, printed, computed string, match bool) api.SavingsLine {
		return api.SavingsLine{ID: id, LabelDA: f.text(da), Label: f.text(en), Formula: f.text(formula), Printed: f.text(printed), Computed: f.text(computed), Match: match, PrintedDA: f.text(printed), ComputedDA: f.text(computed)}
	}
	rate := func(v float64, l api.SavingsLine) api.SavingsLine { l.Value = v; return l }
	v := api.SavingsView{Synthetic: true, MeasuredOn: f.text("benefit-1, 243/807"),
		Document: []api.SavingsLine{
			line("baseline_citizens", "Borgere med effekt i dag", "Citizens with an effect today", "875 × 50 % × 50 %", "219", "219", true),
			line("alg1_citizens", "Borgere med effekt med målet", "Citizens with an effect at the goal", "875 × 70 % × 80 %", "490", "490", true),
			line("alg1_saving", "Sparet på træning", "Saved on training", "(490 − 219) × 40.000 kr.", "10,8 mio. kr.", "10,8 mio. kr.", true),
			line("alg2_citizens", "Borgere fundet før et fald", "Citizens found before a decline", "775 × 20 %", "155", "155", true),
			line("alg2_saving", "Sparet på tidlig indsats", "Saved on early help", "155 × 40.000 kr.", "6,2 mio. kr.", "6,2 mio. kr.", true),
			line("extra", "Flere borgere med effekt", "More citizens with an effect", "490 − 219", "", "271", true),
			line("total", "I alt i fuld drift", "Total in full operation", "10,8 + 6,2", "17,1 mio. kr.", "17,0 mio. kr.", false),
		},
		Cases: []api.SavingsCase{
			{ID: "training", LabelDA: f.text("gennemfører og får effekt, målt som ét tal, mod i dag"), Label: f.text("completes and benefits, measured as one number, against today"), Citizens: api.Estimate{Value: 268, Lower: 214, Upper: 322}, SavingDKK: api.Estimate{Value: 1.96e6, Lower: -0.21e6, Upper: 4.12e6}, CoversZero: true,
				AssumptionDA: []string{f.text("875 pladser om året, 40.000 kr. pr. borger med effekt"), f.text("Visitatorerne følger modellen i halvdelen af sagerne")}, Assumption: []string{f.text("875 places a year, DKK 40,000 per citizen with an effect"), f.text("Assessors follow the model in half the cases")}},
			{ID: "decline", LabelDA: f.text("Tidlig indsats før et fald"), Label: f.text("Early help before a decline"), Citizens: api.Estimate{Value: 96, Lower: 71, Upper: 124}, SavingDKK: api.Estimate{Value: 3.84e6, Lower: 2.84e6, Upper: 4.96e6},
				AssumptionDA: []string{f.text("Hver borger, der findes i tide, sparer 40.000 kr.")}, Assumption: []string{f.text("Each citizen found in time saves DKK 40,000")}},
		},
		BreakEven: []api.SavingsLine{rate(0.25, line("even", "Præcision, hvor træningen går lige op", "Precision at which training breaks even", "219 / 875", "", "25,0 %", true))},
		CaveatsDA: []string{f.text("Præcisionen er målt på opdigtede borgere."), f.text("Besparelsen er brutto: løn til visitation er ikke trukket fra.")}, Caveats: []string{f.text("The precision was measured on invented citizens."), f.text("The saving is gross: pay for assessment is not deducted.")},
	}
	for _, c := range []float64{0.4, 0.5, 0.6, 0.7, 0.8} {
		for _, e := range []float64{0.4, 0.5, 0.6, 0.7, 0.8} {
			v.Grid = append(v.Grid, api.SensitivityCell{Completion: c, Effect: e, SavingDKK: (875*c*e - 218.75) * 40000})
		}
	}
	return v, nil
}

func (f *fakeApp) Audit(_ context.Context, who api.Person, q api.AuditQuery) (api.AuditPage, error) {
	if err := f.may(who, api.SeeAudit); err != nil {
		return api.AuditPage{}, err
	}
	p := api.AuditPage{ChainOK: !f.chainBad, Chain: f.text("20.417 linjer kontrolleret, den sidste 20. nov. 2026.")}
	if f.emptyLists {
		return p, nil
	}
	p.Next = "b2xkZXI"
	for i, action := range auditActions {
		e := api.AuditEvent{Seq: int64(20417 - i), At: time.Date(2026, 11, 20, 9, 5-i/2, 30, 0, time.UTC), Actor: f.text("demo-visitator-1"), Role: api.Assessor, Action: f.text(action), Hash: fmt.Sprintf("%016x", 0x9e3779b97f4a7c15*uint64(i+3)), Detail: f.text("target=completion")}
		if i > 2 && i < 8 {
			e.Citizen = f.text(rich)
		}
		if (q.Action == "" || q.Action == e.Action) && (q.Citizen == "" || q.Citizen == e.Citizen) && (q.Actor == "" || q.Actor == e.Actor) {
			p.Events = append(p.Events, e)
		}
	}
	return p, nil
}

// fakeSessions keeps the persona's id in a cookie. Nothing protects it; the real store is api.Sessions.
type fakeSessions struct{ app *fakeApp }

func (s fakeSessions) Person(r *http.Request) (api.Person, bool) {
	k, err := r.Cookie("test_session")
	if err != nil {
		return api.Person{}, false
	}
	for _, p := range s.app.Personas() {
		if p.ID == k.Value {
			return p, true
		}
	}
	return api.Person{}, false
}

func (s fakeSessions) Login(w http.ResponseWriter, _ *http.Request, id string) error {
	if id == "" {
		return errors.New("no persona")
	}
	http.SetCookie(w, &http.Cookie{Name: "test_session", Value: id, Path: "/", HttpOnly: true})
	return nil
}

func (s fakeSessions) Logout(w http.ResponseWriter, _ *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "test_session", Path: "/", MaxAge: -1})
}

// site is the pages over a fake municipality, in the frame that the service puts them in.
type site struct {
	*testing.T
	app  *fakeApp
	echo *echo.Echo
	now  time.Time
}

func newSite(t *testing.T) *site {
	s := &site{T: t, app: newFake(), now: asOf.Time()}
	opt := Options{NewKey: func() string { return "key-1" }, Now: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler)}
	s.echo = api.Handler(s.app, api.NewSessions(s.app, nil), api.Options{PageError: PageError(s.app, fakeSessions{s.app}, opt)})
	Register(s.echo, s.app, fakeSessions{s.app}, opt)
	return s
}

// The people of the fake municipality.
const (
	nobody     = ""
	assessor   = "demo-visitator-1"
	dataTeam   = "demo-data"
	management = "demo-ledelse"
	auditor    = "demo-dpo"
)

func (s *site) do(who, method, path, form string, more ...string) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != nobody {
		r.AddCookie(&http.Cookie{Name: "test_session", Value: who})
	}
	for i := 0; i+1 < len(more); i += 2 {
		r.Header.Add(more[i], more[i+1])
	}
	w := httptest.NewRecorder()
	s.echo.ServeHTTP(w, r)
	return w
}

func (s *site) get(who, path string) string {
	s.Helper()
	w := s.do(who, http.MethodGet, path, "")
	require.Equal(s, http.StatusOK, w.Code, "GET %s as %q:\n%s", path, who, w.Body.String())
	return w.Body.String()
}

// judge records the assessor's judgement, so that the score may be shown.
func (s *site) judge(citizen string, t rettidig.Target) {
	s.Helper()
	w := s.do(assessor, http.MethodPost, "/citizens/"+citizen+"/judgement", "answer=yes&confidence=2&target="+string(t))
	require.Equal(s, http.StatusSeeOther, w.Code, w.Body.String())
}
