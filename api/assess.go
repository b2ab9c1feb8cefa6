package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/ledger"
)

// Answers are the possible judgements, Actions the possible decisions.
var (
	Answers = []string{"yes", "no", "unsure"}
	Actions = []string{"offer", "not-now", "other", "defer"}
)

const (
	longestNote = 4000 // characters
	longestKey  = 200  // bytes of an idempotency key
)

// Citizen returns the head of a citizen's page.
func (s *Service) Citizen(ctx context.Context, who Person, id string) (CitizenView, error) {
	if err := s.allow(ctx, who, "view", SeeCitizens); err != nil {
		return CitizenView{}, err
	}
	c, err := s.byID(ctx, who, "view", id)
	if err != nil {
		return CitizenView{}, err
	}
	v := CitizenView{CitizenSummary: summary(c.history, s.asOf), AsOf: s.asOf, DataAsOf: s.cfg.Population.DataAsOf(), Facts: facts(c.history, s.asOf)}
	v.ID = id
	if err := s.fromLedger(ctx, who, c, &v); err != nil {
		return CitizenView{}, fail(rettidig.Unavailable, "ledger", err)
	}
	e := who.event("view", "")
	e.Citizen = id
	return v, s.note(ctx, e)
}

// fromLedger fills in how far this person has come and what was decided before.
func (s *Service) fromLedger(ctx context.Context, who Person, c citizen, v *CitizenView) error {
	judged, err := s.cfg.Ledger.Judged(ctx, who.ID, c.id, s.asOf)
	if err != nil {
		return err
	}
	shown, err := s.cfg.Ledger.Shown(ctx, who.ID, c.id, s.asOf)
	if err != nil {
		return err
	}
	for _, t := range rettidig.Targets() {
		ok, why := s.eligible(c.history, t)
		v.Targets = append(v.Targets, TargetState{Target: t, Eligible: ok, Why: why, Judged: judged[t], Shown: shown[t]})
	}
	decisions, err := s.cfg.Ledger.Decisions(ctx, c.id)
	if err != nil {
		return err
	}
	v.Decisions = make([]PastDecision, 0, len(decisions))
	for _, d := range decisions {
		v.Decisions = append(v.Decisions, PastDecision{At: d.At, By: s.nameOf(d.Actor), Target: d.Target, Action: d.Action, Reason: d.Reason, Note: d.Note})
		v.DecidedByYou = v.DecidedByYou || d.Actor == who.ID
	}
	return nil
}

// nameOf is the name of a persona, and the id of anybody else: the ledger keeps no names.
func (s *Service) nameOf(id string) string {
	for _, p := range s.Personas() {
		if p.ID == id {
			return p.Name
		}
	}
	return id
}

// Judge records the person's own judgement. One that comes after the answer was shown, on the same data,
// would not be the person's own: it is refused, and the earlier one stands.
func (s *Service) Judge(ctx context.Context, who Person, j Judgement) (Receipt, error) {
	if err := s.allow(ctx, who, "judgement", Record, SeeCitizens); err != nil {
		return Receipt{}, err
	}
	if err := checkJudgement(j); err != nil {
		return Receipt{}, err
	}
	if _, err := s.byID(ctx, who, "judgement", j.Citizen); err != nil {
		return Receipt{}, err
	}
	var r ledger.Receipt
	err := s.cfg.Ledger.Do(ctx, func(tx *ledger.Tx) (*ledger.Event, error) {
		shown, err := tx.Shown(ctx, who.ID, j.Citizen, s.asOf)
		if err != nil {
			return nil, err
		}
		if shown[j.Target] {
			return nil, fail(rettidig.Conflict, "already-shown", nil)
		}
		r, err = tx.AddJudgement(ctx, ledger.Judgement{Actor: who.ID, Citizen: j.Citizen, Target: j.Target, AsOf: s.asOf,
			Answer: j.Answer, Confidence: j.Confidence, Note: j.Note})
		e := who.event("judgement", "target="+string(j.Target))
		e.Citizen = j.Citizen
		return &e, err
	})
	return Receipt{r.ID, r.At}, unwritten(err)
}

func checkJudgement(j Judgement) error {
	var bad []FieldError
	bad = append(bad, checkTarget(j.Target)...)
	bad = append(bad, oneOf("/answer", j.Answer, Answers)...)
	if j.Confidence < 0 || j.Confidence > 3 {
		bad = append(bad, FieldError{"/confidence", "value"})
	}
	return inBody(bad, checkNote(j.Note))
}

func checkTarget(t rettidig.Target) []FieldError {
	return oneOf("/target", t, rettidig.Targets())
}

func oneOf[T ~string](pointer string, v T, allowed []T) []FieldError {
	switch {
	case v == "":
		return []FieldError{{pointer, "required"}}
	case !slices.Contains(allowed, v):
		return []FieldError{{pointer, "value"}}
	}
	return nil
}

func checkNote(note string) []FieldError {
	switch {
	case utf8.RuneCountInString(note) > longestNote:
		return []FieldError{{"/note", "length"}}
	case ledger.LooksLikeCPR(note):
		return []FieldError{{"/note", "personal"}}
	}
	return nil
}

// inBody makes one error of everything that is wrong in a body. A CPR number in a text is said first.
func inBody(lists ...[]FieldError) error {
	all := slices.Concat(lists...)
	if len(all) == 0 {
		return nil
	}
	if slices.ContainsFunc(all, func(f FieldError) bool { return f.Code == "personal" }) {
		return invalid("text-has-cpr", all...)
	}
	return invalid("invalid-body", all...)
}

// Score answers one question about one citizen and records what was shown. Nothing is computed before the
// person's own judgement on the same data, and nothing is answered that could not be recorded.
func (s *Service) Score(ctx context.Context, who Person, r ScoreRequest) (ScoreView, error) {
	if err := s.allow(ctx, who, "score", SeeCitizens); err != nil {
		return ScoreView{}, err
	}
	r.Lang = cmp.Or(r.Lang, "da")
	if err := checkScoreRequest(r); err != nil {
		return ScoreView{}, err
	}
	c, err := s.subject(ctx, who, r)
	if err != nil {
		return ScoreView{}, err
	}
	if err := s.mayAnswer(ctx, who, c, r.Target); err != nil {
		return ScoreView{}, s.refused(ctx, who, c, r.Target, err)
	}
	v, err := s.answer(c, r)
	if err != nil {
		return ScoreView{}, err
	}
	if err := s.recordScore(ctx, who, c, v); err != nil {
		return ScoreView{}, err
	}
	if s.cfg.Mode == Shadow {
		e := fail(rettidig.Forbidden, "mode-shadow", nil)
		e.Msg += " Kvittering: " + v.ScoreID
		return ScoreView{}, e
	}
	return v, nil
}

func checkScoreRequest(r ScoreRequest) error {
	bad := checkTarget(r.Target)
	switch {
	case r.Citizen == "" && r.CPR == "":
		bad = append(bad, FieldError{"/citizen", "required"})
	case r.Citizen != "" && r.CPR != "":
		bad = append(bad, FieldError{"/cpr", "value"})
	}
	return inBody(bad, oneOf("/lang", r.Lang, []string{"da", "en"}))
}

func (s *Service) subject(ctx context.Context, who Person, r ScoreRequest) (citizen, error) {
	if r.CPR != "" {
		return s.lookUp(ctx, who, r.CPR)
	}
	return s.byID(ctx, who, "score", r.Citizen)
}

// mayAnswer is the gate: the mode, whether the question can be asked, the person's own judgement.
func (s *Service) mayAnswer(ctx context.Context, who Person, c citizen, t rettidig.Target) error {
	if s.cfg.Mode == Development {
		return fail(rettidig.Forbidden, "mode-development", nil)
	}
	if ok, why := s.eligible(c.history, t); !ok {
		if why == "engine-failed" {
			return fail(rettidig.Unavailable, "scoring-failed", nil)
		}
		return fail(rettidig.Conflict, "not-eligible", errors.New(why))
	}
	judged, err := s.cfg.Ledger.Judged(ctx, who.ID, c.id, s.asOf)
	if err != nil {
		return fail(rettidig.Unavailable, "ledger", err)
	}
	if judged[t] == "" {
		return fail(rettidig.Conflict, "judgement-first", nil)
	}
	return nil
}

// refused writes down that an answer was asked for and not given.
func (s *Service) refused(ctx context.Context, who Person, c citizen, t rettidig.Target, why error) error {
	e := who.event("score", "target="+string(t)+" refused="+Explain(why).Code)
	e.Citizen = c.id
	if err := s.note(ctx, e); err != nil {
		return err
	}
	return why
}

// answer asks the engine. Whatever goes wrong in there is "the model cannot answer", never a number.
func (s *Service) answer(c citizen, r ScoreRequest) (v ScoreView, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fail(rettidig.Unavailable, "scoring-failed", fmt.Errorf("panic: %v", p))
		}
	}()
	score, track, err := s.cfg.Scorer.Score(c.history, r.Target, s.asOf, r.Lang)
	var e *rettidig.Error
	switch {
	case errors.As(err, &e) && e.Kind != rettidig.Internal:
		return ScoreView{}, err
	case err != nil:
		return ScoreView{}, fail(rettidig.Unavailable, "scoring-failed", err)
	}
	score.Reasons = slices.Clone(score.Reasons)
	for i := range score.Reasons {
		score.Reasons[i].Facts = filled(score.Reasons[i].Facts)
	}
	score.Target, score.AsOf, score.DataAsOf, score.Mode = r.Target, s.asOf, s.cfg.Population.DataAsOf(), s.cfg.Mode
	if err := checkScore(score); err != nil {
		return ScoreView{}, fail(rettidig.Unavailable, "scoring-failed", err)
	}
	return ScoreView{Score: score, ScoreID: ledger.NewID(), TrackRecord: track, Compared: s.compared(r.Target, r.Lang)}, nil
}

// checkScore holds the engine to what the vocabulary promises.
func checkScore(s rettidig.Score) error {
	switch s.Status {
	case rettidig.Withheld:
		if s.Probability != nil || s.Lower != nil || s.Upper != nil || s.Frequency != nil || s.WithheldReason == "" {
			return errors.New("a withheld score must have a reason and no number")
		}
	case rettidig.Scored:
		p, lo, hi := s.Probability, s.Lower, s.Upper
		if p == nil || lo == nil || hi == nil || !(0 <= *lo && *lo <= *p && *p <= *hi && *hi <= 1) {
			return errors.New("a score must have a probability within its range, and the range within 0 and 1")
		}
	default:
		return fmt.Errorf("status %q is not scored or withheld", s.Status)
	}
	for _, r := range s.Reasons {
		if math.IsNaN(r.LogOdds) || math.IsInf(r.LogOdds, 0) {
			return fmt.Errorf("reason %s has no finite contribution", r.Concept)
		}
	}
	return nil
}

// compared says who "citizens like this one" are.
func (s *Service) compared(t rettidig.Target, lang string) string {
	da, en := "Borgere, der begyndte på træning ved hjælper", "Citizens who began training with the helper"
	switch t {
	case rettidig.Effect:
		da, en = "Borgere, der gennemførte træning ved hjælper", "Citizens who completed training with the helper"
	case rettidig.Decline:
		da, en = "Borgere på 65 år og derover med hjælp eller hjælpemidler", "Citizens of 65 and over with help or aids"
	}
	if lang == "en" {
		return en + " in " + s.cfg.Municipality
	}
	return da + " i " + s.cfg.Municipality
}

// recordScore stores the JSON of what is answered, byte for byte.
func (s *Service) recordScore(ctx context.Context, who Person, c citizen, v ScoreView) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fail(rettidig.Unavailable, "scoring-failed", err)
	}
	sealed := s.cfg.Mode != Live
	err = s.cfg.Ledger.Do(ctx, func(tx *ledger.Tx) (*ledger.Event, error) {
		_, err := tx.AddScore(ctx, ledger.Score{ID: v.ScoreID, Actor: who.ID, Citizen: c.id, Target: v.Target, AsOf: s.asOf,
			Status: v.Status, Model: v.Model, Mode: v.Mode, Sealed: sealed, Body: body})
		e := who.event("score", fmt.Sprintf("target=%s status=%s model=%s mode=%s sealed=%t", v.Target, v.Status, v.Model.ID, v.Mode, sealed))
		e.Citizen = c.id
		return &e, err
	})
	return unwritten(err)
}

// Decide records the decision. It asks the scoring engine nothing, and so works without it.
func (s *Service) Decide(ctx context.Context, who Person, d Decision) (Receipt, error) {
	if err := s.allow(ctx, who, "decision", Record, SeeCitizens); err != nil {
		return Receipt{}, err
	}
	if err := checkDecision(d); err != nil {
		return Receipt{}, err
	}
	if _, err := s.byID(ctx, who, "decision", d.Citizen); err != nil {
		return Receipt{}, err
	}
	var r ledger.Receipt
	err := s.cfg.Ledger.Do(ctx, func(tx *ledger.Tx) (*ledger.Event, error) {
		if err := wasShown(ctx, tx, who, d); err != nil {
			return nil, err
		}
		var err error
		r, err = tx.AddDecision(ctx, ledger.Decision{Actor: who.ID, Citizen: d.Citizen, Target: d.Target, ScoreID: d.ScoreID,
			Action: d.Action, Reason: d.Reason, Note: d.Note, Key: d.Key})
		if err != nil || r.Replayed {
			return nil, err
		}
		e := who.event("decision", fmt.Sprintf("target=%s with-score=%t", d.Target, d.ScoreID != ""))
		e.Citizen = d.Citizen
		return &e, nil
	})
	return Receipt{r.ID, r.At}, unwritten(err)
}

// wasShown checks that the score which a decision names was shown to this person about this question.
func wasShown(ctx context.Context, tx *ledger.Tx, who Person, d Decision) error {
	if d.ScoreID == "" {
		return nil
	}
	sc, ok, err := tx.Score(ctx, d.ScoreID)
	if err != nil {
		return err
	}
	if !ok || sc.Sealed || sc.Actor != who.ID || sc.Citizen != d.Citizen || sc.Target != d.Target {
		return invalid("no-such-score", FieldError{"/score_id", "value"})
	}
	return nil
}

func checkDecision(d Decision) error {
	if d.Key == "" {
		return invalid("idempotency-key-required")
	}
	var bad []FieldError
	if len(d.Key) > longestKey {
		bad = append(bad, FieldError{"/key", "length"})
	}
	bad = append(bad, checkTarget(d.Target)...)
	bad = append(bad, oneOf("/action", d.Action, Actions)...)
	if d.Reason != "" { // agreeing and overriding cost the same: one click
		bad = append(bad, oneOf("/reason", d.Reason, DecisionReasons)...)
	}
	return inBody(bad, checkNote(d.Note))
}
