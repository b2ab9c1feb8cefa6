package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
	"github.com/rettidig/rettidig/ledger"
)

// Population is the snapshot of everybody in the event store. It does not change while a Service uses it.
type Population interface {
	DataAsOf() rettidig.Day
	Len() int
	At(i int) *rettidig.History
	ByPseudonym(id rettidig.CitizenID) (*rettidig.History, bool)
}

// Scorer is the scoring engine. It may be called from several goroutines.
type Scorer interface {
	// Score answers one question about one citizen from what was known before asOf.
	Score(h *rettidig.History, t rettidig.Target, asOf rettidig.Day, lang string) (rettidig.Score, *TrackRecord, error)
	// Eligible tells whether the question can be asked about the citizen, and a code for why not.
	Eligible(h *rettidig.History, t rettidig.Target, asOf rettidig.Day) (ok bool, why string)
	Models() []ModelView
}

// The modes. Development scores nobody who is identified, shadow stores answers and shows them to nobody.
const (
	Development = "development"
	Shadow      = "shadow"
	Live        = "live"
)

// SyntheticBasis is the recorded basis of live mode on synthetic data.
const SyntheticBasis = "synthetic data"

// Config is what a Service works on.
type Config struct {
	Population   Population
	Scorer       Scorer
	Savings      func() SavingsView
	Document     func(id string) (v SavingsView, ok bool)        // nil: there are no other documents
	Simulate     func(SimulationRequest) (SimulationView, error) // nil: nothing can be simulated
	Ledger       *ledger.Ledger
	Pseudonym    func(cpr.Number) rettidig.CitizenID
	Mode         string // Development, Shadow or Live
	LegalBasis   string // demanded for Live on real data
	Synthetic    bool
	Municipality string
	Version      string
	Clock        rettidig.Clock // nil means time.Now
	Logger       *slog.Logger   // nil means none

	LookupBurst int           // CPR look-ups in a row per person; 0 means 20
	LookupEvery time.Duration // one more for each; 0 means 3 s

	SimulationWait time.Duration // for the simulations of others; 0 means 20 s
}

// Service is App over a population, a scoring engine and a ledger.
type Service struct {
	cfg    Config
	log    *slog.Logger
	asOf   rettidig.Day // everything that has been delivered is known
	lists  map[string][]int32
	stamp  string // names the snapshot in a cursor
	limits limiter
	chain  chainState
	draws  chan struct{} // holds who simulates now
}

var _ App = (*Service)(nil)

// NewService checks the configuration, sorts the work lists, and writes to the ledger what is being
// started, in which mode and on which basis. It refuses live mode on real data without a legal basis.
func NewService(cfg Config) (*Service, error) {
	if cfg.Population == nil || cfg.Scorer == nil || cfg.Savings == nil || cfg.Ledger == nil || cfg.Pseudonym == nil {
		panic("api: NewService needs a population, a scorer, savings, a ledger and a pseudonym function")
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.SimulationWait = cmp.Or(cfg.SimulationWait, 20*time.Second)
	cfg.LookupBurst, cfg.LookupEvery = cmp.Or(cfg.LookupBurst, 20), cmp.Or(cfg.LookupEvery, 3*time.Second)
	if err := cfg.checkMode(); err != nil {
		return nil, err
	}
	if !cfg.Population.DataAsOf().Valid() {
		return nil, errors.New("api: the population has no date: ingest a delivery first")
	}
	s := &Service{cfg: cfg, log: slog.New(Redact(cfg.Logger.Handler())), asOf: cfg.Population.DataAsOf() + 1}
	s.draws = make(chan struct{}, 1)
	s.limits = limiter{burst: cfg.LookupBurst, every: cfg.LookupEvery}
	s.sortLists()
	err := cfg.Ledger.Log(context.Background(), ledger.Event{Actor: "system", Role: "system", Action: "start",
		Detail: fmt.Sprintf("mode=%s synthetic=%t basis=%q version=%q data-as-of=%s", cfg.Mode, cfg.Synthetic, s.Info().Basis, cfg.Version, cfg.Population.DataAsOf())})
	if err != nil {
		return nil, fmt.Errorf("api: record the start: %w", err)
	}
	return s, nil
}

func (c Config) checkMode() error {
	if !slices.Contains([]string{Development, Shadow, Live}, c.Mode) {
		return fmt.Errorf("api: mode is %q, want development, shadow or live", c.Mode)
	}
	if c.Mode == Live && !c.Synthetic && c.LegalBasis == "" {
		return errors.New("api: live mode on real data needs a recorded legal basis: name it, or use shadow mode")
	}
	return nil
}

// Info tells what is running.
func (s *Service) Info() Info {
	basis := s.cfg.LegalBasis
	if s.cfg.Synthetic {
		basis = SyntheticBasis
	}
	return Info{Version: s.cfg.Version, Mode: s.cfg.Mode, Synthetic: s.cfg.Synthetic, Municipality: s.cfg.Municipality,
		DataAsOf: s.cfg.Population.DataAsOf(), Citizens: s.cfg.Population.Len(), Basis: basis}
}

// demoPeople are the personas of the demo login. They are nobody.
var demoPeople = []Person{
	{ID: "demo-visitator-1", Name: "Karen Holm (demo)", Role: Assessor, Unit: "Visitation Nord"},
	{ID: "demo-visitator-2", Name: "Jens Bro (demo)", Role: Assessor, Unit: "Visitation Syd"},
	{ID: "demo-data", Name: "Mette Lund (demo)", Role: DataTeam, Unit: "Data og analyse"},
	{ID: "demo-ledelse", Name: "Ole Dam (demo)", Role: Management, Unit: "Ældreområdet"},
	{ID: "demo-dpo", Name: "Inge Krogh (demo)", Role: Auditor, Unit: "Databeskyttelse"},
}

// Personas lists the people of the demo login; there are none on real data.
func (s *Service) Personas() []Person {
	if !s.cfg.Synthetic {
		return nil
	}
	return slices.Clone(demoPeople)
}

// Component is one thing that must work for the service to answer.
type Component struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	err  error
}

// Components looks at everything that the service needs.
func (s *Service) Components(ctx context.Context) []Component {
	var noData, noModel error
	if s.cfg.Population.Len() == 0 {
		noData = errors.New("the population is empty")
	}
	if len(s.cfg.Scorer.Models()) == 0 {
		noModel = errors.New("no model is loaded")
	}
	written := s.cfg.Ledger.Ping(ctx)
	return []Component{
		{"ledger", written == nil, written},
		{"population", noData == nil, noData},
		{"models", noModel == nil, noModel},
	}
}

// Ready tells whether the service can answer; the error says what is missing.
func (s *Service) Ready(ctx context.Context) error {
	var errs []error
	for _, c := range s.Components(ctx) {
		if !c.OK {
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, c.err))
		}
	}
	if len(errs) > 0 {
		return fail(rettidig.Unavailable, "not-ready", errors.Join(errs...))
	}
	return nil
}

// event starts an event of this person.
func (p Person) event(action, detail string) ledger.Event {
	return ledger.Event{Actor: p.ID, Role: string(p.Role), Action: action, Detail: detail}
}

// LoggedIn records a login or a logout; Sessions calls it.
func (s *Service) LoggedIn(ctx context.Context, who Person, action string) error {
	return s.note(ctx, who.event(action, ""))
}

// note writes an event that is about no row.
func (s *Service) note(ctx context.Context, e ledger.Event) error {
	return unwritten(s.cfg.Ledger.Log(ctx, e))
}

// unwritten turns a failure of the ledger into "it is not done"; an error that already says more stays.
func unwritten(err error) error {
	var e *rettidig.Error
	switch {
	case err == nil, errors.As(err, &e):
		return err
	case errors.Is(err, ledger.ErrPersonal):
		return invalid("text-has-cpr")
	case errors.Is(err, ledger.ErrKeyReused):
		return fail(rettidig.Conflict, "idempotency-mismatch", err)
	}
	return fail(rettidig.Unavailable, "ledger", err)
}

// allow checks a permission. A refusal is written down too, for a row of them is what an attempt looks
// like.
func (s *Service) allow(ctx context.Context, who Person, action string, perms ...Permission) error {
	for _, p := range perms {
		if who.May(p) {
			continue
		}
		if who.ID == "" {
			return ErrNoSession
		}
		if err := s.note(ctx, who.event("denied", "action="+action+" permission="+string(p))); err != nil {
			return err
		}
		return fail(rettidig.Forbidden, "permission", nil)
	}
	return nil
}

// chainState remembers the last verification, which walks the whole ledger.
type chainState struct {
	mu sync.Mutex
	at time.Time
	v  ledger.Verification
}
