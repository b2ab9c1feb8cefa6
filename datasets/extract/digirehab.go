package extract

import (
	"math"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// digi is what DigiRehab's tables have in common: the citizen column holds a CPR number or a BorgerID of 12
// digits, and sex, year of birth and DigiRehab's own id may stand beside it.
type digi struct{ p *part }

// begin finds the citizen and the date, and hears what the row says about the citizen.
func (d digi) begin(fields [][]byte, date, gender, birth, patient int) (rettidig.Day, bool) {
	p := d.p
	if !p.identify(fields, false) {
		return rettidig.NoDay, false
	}
	day, ok := p.required(fields, date)
	if !ok {
		return rettidig.NoDay, false
	}
	p.hear(p.cell(fields, gender), p.cell(fields, birth))
	p.hearPatient(p.cell(fields, patient))
	return day, true
}

// screenRows reads D1.
type screenRows struct{ digi }

func (s *screenRows) row(fields [][]byte) {
	p := s.p
	day, ok := s.begin(fields, screenDate, screenGender, screenBirth, screenPatient)
	if !ok {
		return
	}
	need, ok := s.score(p.cell(fields, screenNeed), "score_missing")
	if !ok {
		p.quarantine("score_unreadable", screenNeed)
		return
	}
	ability, ok := s.score(p.cell(fields, screenAbility), "ability_missing")
	if !ok {
		p.quarantine("score_unreadable", screenAbility)
		return
	}
	fact := rettidig.Screening{Date: day, Known: day, Need: need, Ability: ability}
	fact.NeedReason = s.reason(p.cell(fields, screenNeedWhy))
	fact.AbilityReason = s.reason(p.cell(fields, screenAbilityWhy))
	p.screens.add(screenRec{p.here(fields, day, screenRegistered), fact})
}

// score reads a screening score; blank is NaN. The scales differ between deliveries (1 to 100, or multiples
// of 1/24), so only what can be on none of them is refused.
func (s *screenRows) score(cell []byte, missing string) (float64, bool) {
	if len(cell) == 0 {
		s.p.note(missing)
		return math.NaN(), true
	}
	v, ok := parseNumber(cell)
	return v, ok && v >= 0 && v <= 1000
}

// reason maps a reason. An unknown one becomes "other": a reason was given, and its text is not stored.
func (s *screenRows) reason(cell []byte) string {
	if len(cell) == 0 {
		return ""
	}
	text, mojibake := s.p.text(cell)
	if mojibake {
		s.p.repair("mojibake")
	}
	code, ok := s.p.mapping.reason(text)
	if !ok {
		code, ok = codes.ReasonByName(text)
	}
	if !ok {
		s.p.repair("reason_unknown")
		return "other"
	}
	return code
}

// statusRows reads D2.
type statusRows struct{ digi }

var statuses = func() map[string]rettidig.Status {
	m := map[string]rettidig.Status{}
	for _, s := range []rettidig.Status{rettidig.Active, rettidig.Pause, rettidig.Reactivated, rettidig.SignificantProgress,
		rettidig.Monitor, rettidig.Maintenance, rettidig.Terminated, rettidig.HasDied, rettidig.OptedOut, rettidig.ShouldBeScreened} {
		m[string(s)] = s
	}
	return m
}()

func (s *statusRows) row(fields [][]byte) {
	p := s.p
	day, ok := s.begin(fields, statusDate, statusGender, statusBirth, statusPatient)
	if !ok {
		return
	}
	cell := p.cell(fields, statusName)
	if len(cell) == 0 {
		p.quarantine("status_missing", statusName)
		return
	}
	text, _ := p.text(cell)
	status, ok := s.p.mapping.status(text)
	if !ok {
		status, ok = statuses[fold(text)]
	}
	if !ok { // its name is all the row says, and it may be anything: it is not stored
		p.quarantine("status_unknown", statusName)
		return
	}
	p.statuses.add(statusRec{p.here(fields, day, statusRegistered), rettidig.StatusChange{Date: day, Known: day, Status: status}})
}

// sessionRows reads D3 and D4, which have the same columns. A rating of 1 is a cancelled session wherever
// it stands.
type sessionRows struct{ digi }

func (s *sessionRows) row(fields [][]byte) {
	p := s.p
	day, ok := s.begin(fields, sessionDate, sessionGender, sessionBirth, sessionPatient)
	if !ok {
		return
	}
	cell := p.cell(fields, sessionRating)
	if len(cell) == 0 {
		p.quarantine("rating_missing", sessionRating)
		return
	}
	v, ok := parseNumber(cell)
	if !ok || v != math.Trunc(v) || v < 1 || v > 6 {
		p.quarantine("rating_unreadable", sessionRating)
		return
	}
	fact := rettidig.Session{Date: day, Known: day, Rating: int8(v), Cancelled: v == 1}
	if fact.Cancelled {
		p.cancelled++
	} else {
		p.done++
	}
	p.sessions.add(sessionRec{p.here(fields, day, sessionRegistered), fact})
}
