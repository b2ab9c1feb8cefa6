package api

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
)

func TestFromCPRToADecision(t *testing.T) {
	w := newWorld(t, nil)
	c := w.as(Assessor)
	found := read[CitizenSummary](t, c.do(http.MethodPost, "/api/v1/citizens/search", map[string]any{"cpr": w.town.numbers[0].Reveal()}))
	ask := map[string]any{"citizen": found.ID, "target": "benefit"}

	// The score appears nowhere before the person's own judgement.
	before := c.do(http.MethodPost, "/api/v1/scores", ask)
	require.Equal(t, http.StatusConflict, before.status)
	require.Equal(t, "judgement-first", before.problem(t).Code)
	view := c.do(http.MethodGet, "/api/v1/citizens/"+found.ID, nil)
	for _, a := range []answer{before, view, c.do(http.MethodGet, "/api/v1/citizens/"+found.ID+"/timeline", nil)} {
		require.NotContains(t, a.body, "0.41")
		require.NotContains(t, a.body, "probability")
	}
	require.Zero(t, w.engine.calls, "nothing may be computed before the judgement")

	read[Receipt](t, c.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": found.ID, "target": "benefit", "answer": "yes", "confidence": 3}))
	shown := c.do(http.MethodPost, "/api/v1/scores", ask)
	score := read[ScoreView](t, shown)
	require.InDelta(t, 0.41, *score.Probability, 0)
	require.Equal(t, dataAsOf+1, score.AsOf)
	require.Equal(t, "live", score.Mode)

	// What was shown is in the ledger byte for byte.
	stored, ok, err := w.ledger.Score(t.Context(), score.ScoreID)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, shown.body, string(stored.Body))
	require.False(t, stored.Sealed)

	decision := map[string]any{"citizen": found.ID, "target": "benefit", "score_id": score.ScoreID, "action": "offer", "reason": "professional-judgement", "note": "Set i dag"}
	first := read[Receipt](t, c.do(http.MethodPost, "/api/v1/decisions", decision, "Idempotency-Key", "k1"))
	require.Equal(t, first, read[Receipt](t, c.do(http.MethodPost, "/api/v1/decisions", decision, "Idempotency-Key", "k1")))
	decision["action"] = "defer"
	other := c.do(http.MethodPost, "/api/v1/decisions", decision, "Idempotency-Key", "k1")
	require.Equal(t, http.StatusConflict, other.status)
	require.Equal(t, "idempotency-mismatch", other.problem(t).Code)

	after := read[CitizenView](t, c.do(http.MethodGet, "/api/v1/citizens/"+found.ID, nil))
	require.True(t, after.DecidedByYou)
	require.Len(t, after.Decisions, 1)
	require.Equal(t, "Karen Holm (demo)", after.Decisions[0].By)
	require.Equal(t, "Set i dag", after.Decisions[0].Note)
	require.Equal(t, TargetState{Target: "benefit", Eligible: true, Judged: "yes", Shown: true}, after.Targets[2])
	require.Equal(t, TargetState{Target: "effect", Why: "no-course"}, after.Targets[1])

	v, err := w.ledger.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
}

func TestAJudgementIsOnesOwn(t *testing.T) {
	w := newWorld(t, nil)
	id, karen := w.firstID(), demoPeople[0]
	jens := demoPeople[1]
	require.Equal(t, Assessor, jens.Role)
	_, err := w.service.Judge(t.Context(), karen, Judgement{Citizen: id, Target: "completion", Answer: "no"})
	require.NoError(t, err)

	_, err = w.service.Score(t.Context(), jens, ScoreRequest{Citizen: id, Target: "completion"})
	require.Equal(t, "judgement-first", Explain(err).Code, "a colleague's judgement does not count")
	_, err = w.service.Score(t.Context(), karen, ScoreRequest{Citizen: id, Target: "benefit"})
	require.Equal(t, "judgement-first", Explain(err).Code, "a judgement of another target does not count")
	_, err = w.service.Score(t.Context(), karen, ScoreRequest{Citizen: id, Target: "completion"})
	require.NoError(t, err)
	seen, err := w.service.Score(t.Context(), karen, ScoreRequest{Citizen: id, Target: "completion"})
	require.NoError(t, err, "it may be seen again")
	for name, d := range map[string]Decision{
		"of a colleague":      {Citizen: id, Target: "completion", ScoreID: seen.ScoreID},
		"of another question": {Citizen: id, Target: "benefit", ScoreID: seen.ScoreID},
		"that is none":        {Citizen: id, Target: "completion", ScoreID: "0f1e2d3c4b5a69788796a5b4c3d2e1f0"},
	} {
		d.Action, d.Key = "offer", name
		who := karen
		if name == "of a colleague" {
			who = jens
		}
		_, err := w.service.Decide(t.Context(), who, d)
		require.Equal(t, "no-such-score", Explain(err).Code, "a decision on a score "+name)
	}
	_, err = w.service.Judge(t.Context(), karen, Judgement{Citizen: id, Target: "completion", Answer: "yes"})
	require.Equal(t, "already-shown", Explain(err).Code, "after the answer it is no longer one's own")
	require.Equal(t, rettidig.Conflict, rettidig.KindOf(err))
}

func TestModes(t *testing.T) {
	for _, mode := range []string{Development, Shadow, Live} {
		t.Run(mode, func(t *testing.T) {
			w := newWorld(t, func(c *Config) { c.Mode = mode })
			c := w.as(Assessor)
			id := w.firstID()
			read[Receipt](t, c.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": id, "target": "benefit", "answer": "yes"}))
			a := c.do(http.MethodPost, "/api/v1/scores", map[string]any{"citizen": id, "target": "benefit"})
			view := read[CitizenView](t, c.do(http.MethodGet, "/api/v1/citizens/"+id, nil))
			switch mode {
			case Development:
				require.Equal(t, "mode-development", a.problem(t).Code)
				require.Equal(t, http.StatusForbidden, a.status)
				require.Zero(t, w.engine.calls)
				require.False(t, view.Targets[2].Shown)
			case Shadow:
				p := a.problem(t)
				require.Equal(t, "mode-shadow", p.Code)
				require.Equal(t, http.StatusForbidden, a.status)
				require.NotContains(t, a.body, "0.41")
				require.Equal(t, 1, w.engine.calls)
				require.False(t, view.Targets[2].Shown)
				_, scoreID, found := strings.Cut(p.Detail, "Kvittering: ")
				require.True(t, found, p.Detail)
				s, ok, err := w.ledger.Score(t.Context(), scoreID)
				require.NoError(t, err)
				require.True(t, ok)
				require.True(t, s.Sealed)
				require.Contains(t, string(s.Body), `"probability":0.41`)
				d := c.do(http.MethodPost, "/api/v1/decisions", map[string]any{"citizen": id, "target": "benefit", "action": "offer", "score_id": scoreID}, "Idempotency-Key", "1")
				require.Equal(t, "no-such-score", d.problem(t).Code, "a sealed score was seen by nobody")
			case Live:
				require.Equal(t, http.StatusOK, a.status)
				require.True(t, view.Targets[2].Shown)
			}
		})
	}
}

func TestLiveOnRealDataNeedsABasis(t *testing.T) {
	w := newWorld(t, nil)
	cfg := w.service.cfg
	cfg.Synthetic = false
	_, err := NewService(cfg)
	require.ErrorContains(t, err, "legal basis")
	cfg.Mode = "production"
	_, err = NewService(cfg)
	require.ErrorContains(t, err, "development, shadow or live")
	cfg.Mode, cfg.LegalBasis = Live, "lov nr. 1"
	s, err := NewService(cfg)
	require.NoError(t, err)
	require.Equal(t, "lov nr. 1", s.Info().Basis)
	require.Empty(t, s.Personas())
	require.Equal(t, SyntheticBasis, w.service.Info().Basis)
}

func TestADecisionNeedsNoEngine(t *testing.T) {
	w := newWorld(t, nil)
	c, id := w.as(Assessor), w.firstID()
	w.engine.broke = true
	require.Equal(t, http.StatusOK, c.do(http.MethodGet, "/api/v1/citizens/"+id, nil).status)
	read[Receipt](t, c.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": id, "target": "benefit", "answer": "yes"}))
	a := c.do(http.MethodPost, "/api/v1/scores", map[string]any{"citizen": id, "target": "benefit"})
	require.Equal(t, http.StatusServiceUnavailable, a.status)
	require.Equal(t, "scoring-failed", a.problem(t).Code)
	require.NotContains(t, a.body, "fire")
	read[Receipt](t, c.do(http.MethodPost, "/api/v1/decisions", map[string]any{"citizen": id, "target": "benefit", "action": "not-now"}, "Idempotency-Key", "1"))
}

func TestNoFailureOfTheEngineLooksLikeAScore(t *testing.T) {
	nan := math.NaN()
	broken := map[string]func(s *rettidig.Score) error{
		"an error":                     func(*rettidig.Score) error { return errors.New("matrix is singular for citizen 7") },
		"NaN":                          func(s *rettidig.Score) error { s.Probability = &nan; return nil },
		"above one":                    func(s *rettidig.Score) error { s.Probability, s.Upper = ptr(1.2), ptr(1.3); return nil },
		"outside its range":            func(s *rettidig.Score) error { s.Lower = ptr(0.5); return nil },
		"scored without a number":      func(s *rettidig.Score) error { s.Probability = nil; return nil },
		"withheld with a number":       func(s *rettidig.Score) error { s.Status, s.WithheldReason = rettidig.Withheld, "x"; return nil },
		"no status":                    func(s *rettidig.Score) error { s.Status = ""; return nil },
		"a reason of infinite weight":  func(s *rettidig.Score) error { s.Reasons[0].LogOdds = math.Inf(1); return nil },
		"a fact that is not a number":  func(s *rettidig.Score) error { s.Reasons[0].Facts[0].LogOdds = nan; return nil },
		"a withheld without a reason":  func(s *rettidig.Score) error { *s = rettidig.Score{Status: rettidig.Withheld}; return nil },
		"an internal error of its own": func(*rettidig.Score) error { return rettidig.E(rettidig.Internal, "x", "secret", nil) },
	}
	w := newWorld(t, nil)
	c, id := w.as(Assessor), w.firstID()
	read[Receipt](t, c.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": id, "target": "benefit", "answer": "yes"}))
	for name, spoil := range broken {
		t.Run(name, func(t *testing.T) {
			w.engine.score = func(target rettidig.Target, lang string) (rettidig.Score, *TrackRecord, error) {
				s := plainScore(target, lang)
				err := spoil(&s)
				return s, nil, err
			}
			a := c.do(http.MethodPost, "/api/v1/scores", map[string]any{"citizen": id, "target": "benefit"})
			require.Equal(t, http.StatusServiceUnavailable, a.status, a.body)
			require.Equal(t, "scoring-failed", a.problem(t).Code)
			require.NotContains(t, a.body, "singular")
			require.NotContains(t, a.body, "secret")
		})
	}
	shown, err := w.ledger.Shown(t.Context(), demoPeople[0].ID, id, dataAsOf+1)
	require.NoError(t, err)
	require.Empty(t, shown, "nothing of this was shown")
}

func TestWithheldIsAnAnswer(t *testing.T) {
	w := newWorld(t, nil)
	c, id := w.as(Assessor), w.firstID()
	w.engine.score = func(rettidig.Target, string) (rettidig.Score, *TrackRecord, error) {
		return rettidig.Score{Status: rettidig.Withheld, WithheldReason: "outside-support"}, nil, nil
	}
	read[Receipt](t, c.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": id, "target": "benefit", "answer": "yes"}))
	a := c.do(http.MethodPost, "/api/v1/scores", map[string]any{"citizen": id, "target": "benefit"})
	s := read[ScoreView](t, a)
	require.Equal(t, "outside-support", s.WithheldReason)
	require.NotContains(t, a.body, "probability")
}

// Training is delivered by the home care, so the list is of those who had some within 12 weeks.
func TestTheTrainingListHoldsOnlyThoseWhoMayBeOffered(t *testing.T) {
	protocol := cohort.Default()
	require.Equal(t, 12, protocol.Course.HelperWeeks)
	may := map[string]bool{}
	w := newWorld(t, func(c *Config) {
		c.Scorer.(*engine).eligible = func(h *rettidig.History, t rettidig.Target, asOf rettidig.Day) (bool, string) {
			return cohort.Eligible(h, protocol, t, asOf)
		}
		town, asOf := c.Population.(*town), dataAsOf+1
		for i, weeksAgo := range map[int]int{1: 0, 2: 11, 3: 12, 4: 60} {
			week := lastMonday(asOf) - rettidig.Day(7*weeksAgo)
			town.histories[i].Services = []rettidig.ServiceWeek{{Code: "H1.1", Week: week, Known: week + 6, Minutes: 60, Count: 2}}
			may[string(town.histories[i].Citizen.ID)] = weeksAgo < 12
		}
	})
	var got []string
	for _, i := range w.service.lists["training"] {
		h := w.town.At(int(i))
		ok, why := w.engine.Eligible(h, rettidig.Completion, w.service.asOf)
		require.True(t, ok, why)
		got = append(got, string(h.Citizen.ID))
	}
	var want []string
	for id, ok := range may {
		if ok {
			want = append(want, id)
		}
	}
	require.ElementsMatch(t, want, got, "of 60, two had home care and no course is running")
	page := read[CitizenPage](t, w.as(Assessor).do(http.MethodGet, "/api/v1/worklist?kind=training", nil))
	require.Equal(t, 2, page.Total)
	for _, s := range page.Citizens {
		v := read[CitizenView](t, w.as(Assessor).do(http.MethodGet, "/api/v1/citizens/"+s.ID, nil))
		for _, target := range v.Targets {
			require.True(t, target.Eligible || target.Target != rettidig.Completion)
		}
	}
}

func TestWorkListPagesJoinUp(t *testing.T) {
	w := newWorld(t, nil)
	c := w.as(Assessor)
	for _, kind := range append(Kinds, "") {
		var got []CitizenSummary
		path := "/api/v1/worklist?limit=7&kind=" + kind
		for next := path; next != ""; {
			page := read[CitizenPage](t, c.do(http.MethodGet, next, nil))
			require.Equal(t, w.town.Len(), page.Total)
			got = append(got, page.Citizens...)
			next = ""
			if page.Next != "" {
				next = path + "&cursor=" + page.Next
			}
		}
		require.Len(t, got, w.town.Len())
		seen := map[string]bool{}
		for i, s := range got {
			require.False(t, seen[s.ID], "shown twice")
			seen[s.ID] = true
			if i > 0 {
				require.GreaterOrEqual(t, got[i-1].LastEvent, s.LastEvent, "newest first")
			}
		}
		again := read[CitizenPage](t, c.do(http.MethodGet, path, nil))
		require.Equal(t, got[:7], again.Citizens, "ids and order are stable")
	}
	foreign := c.do(http.MethodGet, "/api/v1/worklist?kind=decline&cursor="+w.service.cursor("training", 7), nil)
	require.Equal(t, "cursor", foreign.problem(t).Code)
	for _, bad := range []string{"kind=none", "limit=0", "limit=201", "limit=x", "cursor=x", "sort=score", "kind=all&kind=all", "%zz"} {
		a := c.do(http.MethodGet, "/api/v1/worklist?"+bad, nil)
		require.Equal(t, http.StatusBadRequest, a.status, bad)
		assert.NotEmpty(t, a.problem(t).Errors, bad)
	}
}

func TestAListIsFoundInTheAuditOfEachCitizenOnIt(t *testing.T) {
	w := newWorld(t, nil)
	page := read[CitizenPage](t, w.as(Assessor).do(http.MethodGet, "/api/v1/worklist?limit=3", nil))
	dpo := w.as(Auditor)
	for _, s := range page.Citizens {
		events := read[AuditPage](t, dpo.do(http.MethodGet, "/api/v1/audit?action=list&citizen="+s.ID, nil)).Events
		require.Len(t, events, 1)
		require.Equal(t, "kind=all from=0 n=3", events[0].Detail)
	}
	require.Empty(t, read[AuditPage](t, dpo.do(http.MethodGet, "/api/v1/audit?action=list&citizen="+w.firstID()[:31]+"x", nil)).Events)
}

func TestEveryUseLeavesAnEvent(t *testing.T) {
	w := newWorld(t, nil)
	c := w.as(Assessor)
	cpr := w.town.numbers[0].Reveal()
	id := read[CitizenSummary](t, c.do(http.MethodPost, "/api/v1/citizens/search", map[string]any{"cpr": cpr})).ID
	c.do(http.MethodGet, "/api/v1/worklist", nil)
	c.do(http.MethodGet, "/api/v1/citizens/"+id, nil)
	c.do(http.MethodGet, "/api/v1/citizens/"+id+"/timeline", nil)
	c.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": id, "target": "benefit", "answer": "yes"})
	c.do(http.MethodPost, "/api/v1/scores", map[string]any{"cpr": cpr, "target": "benefit"})
	c.do(http.MethodPost, "/api/v1/decisions", map[string]any{"citizen": id, "target": "benefit", "action": "offer"}, "Idempotency-Key", "1")
	c.do(http.MethodGet, "/api/v1/models", nil)
	c.do(http.MethodDelete, "/api/v1/session", nil)
	w.as(DataTeam).do(http.MethodGet, "/api/v1/businesscase/su7", nil)
	page := read[AuditPage](t, w.as(Auditor).do(http.MethodGet, "/api/v1/audit?limit=200", nil))
	var actions []string
	for _, e := range page.Events {
		actions = append(actions, e.Action)
		assert.NotContains(t, e.Detail, cpr)
	}
	require.Equal(t, []string{"audit", "login", "savings", "login", "logout", "models", "decision", "score", "search", "judgement", "timeline", "view", "list", "search", "login", "start"}, actions)
	require.True(t, page.ChainOK, page.Chain)
	require.Contains(t, page.Chain, "16 events verified")
	require.Equal(t, id, page.Events[7].Citizen)
}

func TestAuditPagesJoinUpWhileEventsArrive(t *testing.T) {
	w := newWorld(t, nil)
	dpo := w.as(Auditor)
	for range 20 {
		dpo.do(http.MethodGet, "/api/v1/models", nil)
	}
	var seqs []int64
	for next, path := "/api/v1/audit?limit=7", "/api/v1/audit?limit=7"; next != ""; {
		page := read[AuditPage](t, dpo.do(http.MethodGet, next, nil)) // itself an event each time
		for _, e := range page.Events {
			seqs = append(seqs, e.Seq)
		}
		next = ""
		if page.Next != "" {
			next = path + "&cursor=" + page.Next
		}
	}
	for i, s := range seqs {
		require.Equal(t, int64(len(seqs)-i), s, "each once, newest first, down to the first")
	}
}

func TestATamperedLedgerIsSaidToBe(t *testing.T) {
	w := newWorld(t, nil)
	dpo := w.as(Auditor)
	require.True(t, read[AuditPage](t, dpo.do(http.MethodGet, "/api/v1/audit", nil)).ChainOK)
	tamper(t, w.ledger.Path(), "DROP TRIGGER events_no_update", "UPDATE events SET actor = 'nobody' WHERE seq = 2")
	require.True(t, read[AuditPage](t, dpo.do(http.MethodGet, "/api/v1/audit", nil)).ChainOK, "the last look still counts")
	w.clock.add(reverify + 1)
	page := read[AuditPage](t, dpo.do(http.MethodGet, "/api/v1/audit", nil))
	require.False(t, page.ChainOK)
	require.Contains(t, page.Chain, "event 2 was changed")
}

func TestWhatCannotBeWrittenDownIsNotDone(t *testing.T) {
	w := newWorld(t, nil)
	c, id := w.as(Assessor), w.firstID()
	require.NoError(t, w.ledger.Close())
	for _, path := range []string{"/api/v1/worklist", "/api/v1/citizens/" + id, "/api/v1/citizens/" + id + "/timeline", "/api/v1/models"} {
		a := c.do(http.MethodGet, path, nil)
		require.Equal(t, http.StatusServiceUnavailable, a.status, path)
		require.Equal(t, "ledger", a.problem(t).Code)
		require.NotContains(t, a.body, "sql")
	}
	require.Equal(t, http.StatusOK, c.do(http.MethodGet, "/healthz", nil).status)
	ready := c.do(http.MethodGet, "/readyz", nil)
	require.Equal(t, http.StatusServiceUnavailable, ready.status)
	var state readiness
	require.NoError(t, json.Unmarshal([]byte(ready.body), &state))
	require.Equal(t, []Component{{Name: "ledger"}, {Name: "population", OK: true}, {Name: "models", OK: true}}, state.Components)
}

func TestSearchIsCountedPerPerson(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.LookupBurst = 5 })
	karen := w.as(Assessor)
	search := func(c *client, i int) answer {
		return c.do(http.MethodPost, "/api/v1/citizens/search", map[string]any{"cpr": w.town.numbers[i].Reveal()})
	}
	for i := range 5 {
		require.Equal(t, http.StatusOK, search(karen, i).status)
	}
	for range 3 {
		a := search(karen, 6)
		require.Equal(t, http.StatusTooManyRequests, a.status)
		require.Equal(t, "too-many", a.problem(t).Code)
		require.Equal(t, "3", a.head.Get("Retry-After"))
	}
	a := karen.do(http.MethodPost, "/api/v1/scores", map[string]any{"cpr": w.town.numbers[0].Reveal(), "target": "benefit"})
	require.Equal(t, http.StatusTooManyRequests, a.status, "asking for a score by CPR is a look-up too")
	jens := w.anonymous()
	jens.do(http.MethodPost, "/api/v1/session", map[string]any{"persona": demoPeople[1].ID})
	require.Equal(t, http.StatusOK, search(jens, 0).status, "one person's hurry is not another's")
	w.clock.add(3 * 1e9)
	require.Equal(t, http.StatusOK, search(karen, 6).status)
	limited := read[AuditPage](t, w.as(Auditor).do(http.MethodGet, "/api/v1/audit?action=limited", nil)).Events
	require.Len(t, limited, 1, "a row of refusals is one event")
}

func TestASimulationIsBoundedAndWrittenDown(t *testing.T) {
	w := newWorld(t, nil)
	c := w.as(Management)
	const path = "/api/v1/businesscase/simulate"
	v := read[SimulationView](t, c.do(http.MethodPost, path, map[string]any{"proposal": "su7", "draws": 20000, "seed": 3}))
	assert.Equal(t, 20000, v.Draws)
	assert.Equal(t, []string{}, v.Notes, "an empty list, not null")
	for _, bad := range []struct {
		body          map[string]any
		status        int
		code, pointer string
	}{
		{map[string]any{"proposal": "su7", "draws": 20001}, http.StatusBadRequest, "invalid-body", "/draws"},
		{map[string]any{"proposal": "su7", "draws": 199}, http.StatusBadRequest, "invalid-body", "/draws"},
		{map[string]any{"proposal": "su7", "draws": -1}, http.StatusBadRequest, "invalid-body", "/draws"},
		{map[string]any{"proposal": "su7", "seed": -1}, http.StatusBadRequest, "invalid-body", "/seed"},
		{map[string]any{"proposal": "su7", "set": map[string]any{"x": 1}}, http.StatusBadRequest, "invalid-body", "/set/x"},
		{map[string]any{"proposal": "su7", "sett": 1}, http.StatusBadRequest, "invalid-body", "/sett"},
		{map[string]any{"proposal": "su9"}, http.StatusNotFound, "no-such-case", ""},
	} {
		a := c.do(http.MethodPost, path, bad.body)
		require.Equal(t, bad.status, a.status, "%v: %s", bad.body, a.body)
		p := a.problem(t)
		assert.Equal(t, bad.code, p.Code, bad.body)
		if bad.pointer != "" {
			require.Len(t, p.Errors, 1, bad.body)
			assert.Equal(t, bad.pointer, p.Errors[0].Pointer)
		}
	}
	many := map[string]float64{}
	for i := range 101 {
		many[strconv.Itoa(i)] = 1
	}
	assert.Equal(t, "/set", c.do(http.MethodPost, path, map[string]any{"proposal": "su7", "set": many}).problem(t).Errors[0].Pointer)
	events := read[AuditPage](t, w.as(Auditor).do(http.MethodGet, "/api/v1/audit?action=simulation", nil)).Events
	require.Len(t, events, 1, "what was refused computed nothing")
	assert.Equal(t, "proposal=su7 draws=20000 seed=3 set=0", events[0].Detail)
}

// A simulation that takes long holds the others up only so long: they are told to try again.
func TestSimulationsDoNotPileUp(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	w := newWorld(t, func(c *Config) {
		c.SimulationWait = time.Millisecond
		c.Simulate = func(r SimulationRequest) (SimulationView, error) {
			close(begun)
			<-end
			return simulation(r)
		}
	})
	const path = "/api/v1/businesscase/simulate"
	body := map[string]any{"proposal": "su7", "seed": 1}
	first := make(chan int)
	one, two := w.as(Management), w.as(Management)
	go func() { first <- one.do(http.MethodPost, path, body).status }()
	<-begun
	a := two.do(http.MethodPost, path, body)
	assert.Equal(t, http.StatusServiceUnavailable, a.status)
	assert.Equal(t, "cancelled", a.problem(t).Code)
	close(end)
	assert.Equal(t, http.StatusOK, <-first)
}

func TestTheOtherDocumentsAreThereToo(t *testing.T) {
	c := newWorld(t, nil).as(Management)
	require.Len(t, read[SavingsView](t, c.do(http.MethodGet, "/api/v1/businesscase/su1", nil)).Document, 1)
	require.Equal(t, "no-such-case", c.do(http.MethodGet, "/api/v1/businesscase/su8", nil).problem(t).Code)
}
