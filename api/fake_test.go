package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/ledger"
)

var dataAsOf = rettidig.DayOf(2026, time.November, 15) // a Sunday: the last week is known the day after

// town is a small population with one interesting citizen, the first.
type town struct {
	histories []rettidig.History
	by        map[rettidig.CitizenID]int
	numbers   []cpr.Number
}

func (t *town) DataAsOf() rettidig.Day     { return dataAsOf }
func (t *town) Len() int                   { return len(t.histories) }
func (t *town) At(i int) *rettidig.History { return &t.histories[i] }
func (t *town) ByPseudonym(id rettidig.CitizenID) (*rettidig.History, bool) {
	i, ok := t.by[id]
	if !ok {
		return nil, false
	}
	return &t.histories[i], true
}

func newTown(n int, key pseudonym.Key) *town {
	rng := rand.New(rand.NewPCG(1, 2))
	t := &town{by: map[rettidig.CitizenID]int{}}
	for i := range n {
		birth := rettidig.DayOf(1930+rng.IntN(29), time.Month(1+rng.IntN(12)), 1+rng.IntN(28))
		sex := rettidig.Female
		if i%2 == 1 {
			sex = rettidig.Male
		}
		number := cpr.Generate(rng, birth, sex)
		h := rettidig.History{Citizen: rettidig.Citizen{ID: key.OfCPR(number), Sex: sex, Birth: birth}}
		for range rng.IntN(4) {
			d := dataAsOf - rettidig.Day(rng.IntN(900))
			h.Aids = append(h.Aids, rettidig.Aid{ISO: "12060600", Lent: d, KnownLent: d, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay})
		}
		if i == 0 {
			h = interesting(h)
		}
		h.Sort()
		if _, twice := t.by[h.Citizen.ID]; twice {
			continue
		}
		t.by[h.Citizen.ID] = len(t.histories)
		t.histories, t.numbers = append(t.histories, h), append(t.numbers, number)
	}
	return t
}

// interesting has one of everything, also things that are not known on the as-of date.
func interesting(h rettidig.History) rettidig.History {
	asOf, late := dataAsOf+1, dataAsOf+30
	h.Aids = []rettidig.Aid{
		{ISO: "12060600", Lent: asOf - 300, KnownLent: asOf - 300, Returned: asOf - 100, KnownReturned: asOf - 100},
		{ISO: "09123300", Lent: asOf - 2, KnownLent: asOf - 2, Returned: asOf - 1, KnownReturned: late}, // the return is not known yet
		{ISO: "18121000", Lent: asOf - 1, KnownLent: late, Returned: rettidig.NoDay, KnownReturned: rettidig.NoDay},
	}
	for w := range 12 {
		week := lastMonday(asOf) - rettidig.Day(7*w)
		h.Services = append(h.Services, rettidig.ServiceWeek{Code: "H1.1", Week: week, Known: week + 6, Minutes: 60, Count: 2},
			rettidig.ServiceWeek{Code: "H1.8", Week: week, Known: week + 6, Minutes: 30, Count: 1})
	}
	h.Services = append(h.Services, rettidig.ServiceWeek{Code: "H1.1", Week: lastMonday(asOf) + 7, Known: lastMonday(asOf) + 13, Minutes: 999, Count: 1})
	h.Screenings = []rettidig.Screening{{Date: asOf - 20, Known: asOf - 20, Need: 12.5, Ability: math.NaN()}, {Date: asOf - 1, Known: late, Need: 1, Ability: 1}}
	h.Sessions = []rettidig.Session{{Date: asOf - 15, Known: asOf - 15, Rating: 4}, {Date: asOf - 12, Known: asOf - 12, Rating: 1, Cancelled: true}}
	h.Statuses = []rettidig.StatusChange{{Date: asOf - 20, Known: asOf - 20, Status: rettidig.Active}, {Date: asOf - 1, Known: late, Status: rettidig.Terminated}}
	return h
}

// engine is a scoring engine that does what a test wants.
type engine struct {
	mu    sync.Mutex
	score func(t rettidig.Target, lang string) (rettidig.Score, *TrackRecord, error) // nil: a plain score
	broke bool                                                                       // panics at everything
	calls int

	eligible func(h *rettidig.History, t rettidig.Target, asOf rettidig.Day) (bool, string) // nil: everybody but for effect
}

func ptr(v float64) *float64 { return &v }

func plainScore(t rettidig.Target, lang string) rettidig.Score {
	text := "Rollator lånt for nylig & <hjælp>" // what JSON has to escape
	if lang == "en" {
		text = "Rollator lent recently"
	}
	return rettidig.Score{Status: rettidig.Scored, Probability: ptr(0.41), Lower: ptr(0.31), Upper: ptr(0.52),
		Frequency: &rettidig.Frequency{Of: 10, Count: 4}, Unseen: []string{"motivation"}, Model: rettidig.ModelRef{ID: string(t) + "-1", SHA256: strings.Repeat("ab", 32)},
		Reasons: []rettidig.Reason{{Concept: "mobility_aids", Text: text, LogOdds: -0.32,
			Facts: []rettidig.Fact{{Feature: "aids_mobility_365", Label: "Ganghjælpemidler", Value: nil, Missing: "Intet lån registreret", NotApplicable: true, LogOdds: -0.32}}}, {Concept: "intercept", Text: "", LogOdds: -0.04}}}
}

func (e *engine) Score(_ *rettidig.History, t rettidig.Target, _ rettidig.Day, lang string) (rettidig.Score, *TrackRecord, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broke {
		panic("engine on fire")
	}
	e.calls++
	if e.score != nil {
		return e.score(t, lang)
	}
	return plainScore(t, lang), &TrackRecord{From: 0.4, To: 0.5, N: 120, Events: 50}, nil
}

func (e *engine) Eligible(h *rettidig.History, t rettidig.Target, asOf rettidig.Day) (bool, string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broke {
		panic("engine on fire")
	}
	if e.eligible != nil {
		return e.eligible(h, t, asOf)
	}
	if t == rettidig.Effect {
		return false, "no-course"
	}
	return true, ""
}

func (e *engine) Models() []ModelView {
	est := Estimate{0.7, 0.6, 0.8}
	return []ModelView{{Ref: rettidig.ModelRef{ID: "completion-1", SHA256: strings.Repeat("ab", 32)}, Target: rettidig.Completion, Learner: "glm", Protocol: "p1",
		N: 900, Positives: 450, BaseRate: 0.5, AUROC: est, LogLoss: est, Brier: est, ECE: est, Slope: est, Intercept: est, CardAUROC: est, CardText: "…",
		Capacity: 0.3, Precision: est, CardPrec: est, Calibration: []CalibrationPoint{{0.2, 0.21, 0.1, 0.3, 90}},
		Leaks: []LeakCheck{{"noise", true, "auroc 0.5"}}, BeatsCard: true}}
}

func savings() SavingsView {
	return SavingsView{Document: []SavingsLine{{ID: "a", Label: "Courses", Formula: "875", Printed: "875", Computed: "875", Match: true, Value: 875}},
		Cases: []SavingsCase{{ID: "measured", Label: "Measured", Citizens: Estimate{300, 200, 400}, SavingDKK: Estimate{3e6, -1e6, 7e6}, CoversZero: true}},
		Grid:  []SensitivityCell{{0.7, 0.8, 10.8e6}}, MeasuredOn: "2026", Synthetic: true}
}

func documentOf(id string) (SavingsView, bool) { return savings(), id == "su1" }

func simulation(r SimulationRequest) (SimulationView, error) {
	if r.Proposal != "su7" {
		return SimulationView{}, NoSuchCase()
	}
	for name := range r.Set {
		return SimulationView{}, BadField("/set/"+name, "unknown")
	}
	e := Estimate{10.84e6, 4e6, 14e6}
	share := 0.6
	return SimulationView{Proposal: r.Proposal, Title: "SU7", PriceLevel: 2023, Draws: r.Draws, Seed: r.Seed, Outcome: "alg1_saving", Gain: e, Saves: 1,
		Years: []SimulatedYear{{2027, e, e, 0.5}}, NotRepaid: 0.5, Gains: []SimulatedGain{{"cashable", e}}, Tornado: []SimulatedBar{{ID: "a", Share: &share}, {ID: "b"}}}, nil
}

// clock is set by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a service with everything around it.
type world struct {
	t        *testing.T
	town     *town
	engine   *engine
	ledger   *ledger.Ledger
	service  *Service
	sessions *Sessions
	clock    *clock
	log      *safeBuffer
	url      string
}

// safeBuffer is a log that several goroutines write.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newWorld(t *testing.T, edit func(*Config)) *world {
	t.Helper()
	w := &world{t: t, engine: &engine{}, clock: &clock{now: time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)}, log: &safeBuffer{}}
	key := pseudonym.DemoKey()
	w.town = newTown(60, key)
	var err error
	w.ledger, err = ledger.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), w.clock.time)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.ledger.Close() }) // some tests close it earlier
	cfg := Config{Population: w.town, Scorer: w.engine, Savings: savings, Document: documentOf, Simulate: simulation, Ledger: w.ledger, Pseudonym: key.OfCPR, Mode: Live, Synthetic: true,
		Municipality: "Prøvestrup", Version: "test", Clock: w.clock.time, Logger: slog.New(slog.NewJSONHandler(w.log, nil))}
	if edit != nil {
		edit(&cfg)
	}
	w.service, err = NewService(cfg)
	require.NoError(t, err)
	w.sessions = NewSessions(w.service, w.clock.time)
	srv := httptest.NewServer(Handler(w.service, w.sessions, Options{Logger: cfg.Logger, Clock: w.clock.time}))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

// person is one of the demo people, without HTTP.
func (w *world) person(role Role) Person {
	for _, p := range demoPeople {
		if p.Role == role {
			return p
		}
	}
	panic("no such role")
}

// firstID is the internal id of the first citizen of the town, found without asking the service.
func (w *world) firstID() string {
	var id string
	p := w.town.histories[0].Citizen.ID
	require.NoError(w.t, w.ledger.Do(context.Background(), func(tx *ledger.Tx) (*ledger.Event, error) {
		ids, err := tx.Citizens(context.Background(), keyOf(p), p)
		id = ids[0]
		return &ledger.Event{Actor: "test", Action: "search"}, err
	}))
	return id
}

// client is a browser of one person.
type client struct {
	w    *world
	http *http.Client
	head http.Header
}

func (w *world) anonymous() *client {
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	return &client{w: w, http: &http.Client{Jar: jar}, head: http.Header{}}
}

func (w *world) as(role Role) *client {
	c := w.anonymous()
	a := c.do(http.MethodPost, "/api/v1/session", map[string]any{"persona": w.person(role).ID})
	require.Equal(w.t, http.StatusOK, a.status, a.body)
	return c
}

type answer struct {
	status int
	head   http.Header
	body   string
}

// problem reads a problem.
func (a answer) problem(t *testing.T) Problem {
	t.Helper()
	require.Equal(t, ProblemType, a.head.Get("Content-Type"), a.body)
	var p Problem
	require.NoError(t, json.Unmarshal([]byte(a.body), &p), a.body)
	return p
}

func read[T any](t *testing.T, a answer) T {
	t.Helper()
	require.Less(t, a.status, 300, a.body)
	var v T
	require.NoError(t, json.Unmarshal([]byte(a.body), &v), a.body)
	return v
}

// do sends a request; a body that is a string goes as it is, anything else as JSON.
func (c *client) do(method, path string, body any, headers ...string) answer {
	c.w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		require.NoError(c.w.t, err)
		r = bytes.NewReader(j)
	}
	req, err := http.NewRequestWithContext(c.w.t.Context(), method, c.w.url+path, r)
	require.NoError(c.w.t, err)
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(req)
	require.NoError(c.w.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(c.w.t, err)
	conform(c.w.t, method, path, res, b)
	return answer{res.StatusCode, res.Header, string(b)}
}
