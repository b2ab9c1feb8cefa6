package synth

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
)

// trainingWriter writes one citizen's rows of the four training tables: screenings (D1), statuses (D2), sessions done
// (D3) and cancelled (D4).
type trainingWriter struct {
	p                *plan
	l                *life
	b                *block
	rng              *rand.Rand
	id               identity
	patient          int
	lostID, lostDate bool
}

// appendTraining writes the citizen's courses.
func (l *life) appendTraining(p *plan, n int, id identity, b *block) {
	rng := stream(l.cfg.Seed, uint64(n), forTraining)
	d := &l.cfg.Dirt
	w := trainingWriter{p: p, l: l, b: b, rng: rng, id: id}
	if rng.Float64() < d.DigiRehabLost {
		w.lostID = rng.Float64() < 0.5
		w.lostDate = !w.lostID
		b.plant("digirehab_lost", 1)
	}
	enrolled := 0
	for i := range l.courses {
		c := &l.courses[i]
		if i > 0 && c.newID {
			if enrolled++; enrolled == 1 {
				b.plant("second_patient_id", 1)
			}
		}
		w.patient = p.patientID(n, enrolled)
		w.course(c)
	}
}

func (w *trainingWriter) course(c *course) {
	d, rng, sum := &w.l.cfg.Dirt, w.rng, &w.b.sum
	sum.Courses++
	sum.Screenings += len(c.screenings)
	sum.Statuses += len(c.statuses)
	for i := range c.screenings {
		w.screening(c, &c.screenings[i])
	}
	late := w.lateClosing(c)
	for i, r := range c.statuses {
		if late > 0 && i == len(c.statuses)-1 {
			if r.day += late; r.day > w.l.cfg.To {
				continue // not written yet
			}
			w.b.plant("late_closing", 1)
		}
		w.row(tblStatuses, r.day, func(f *form, b []byte) []byte { return f.blank(f.text(b, w.spell(r.status))) })
	}
	for _, r := range c.sessions {
		to, comment := tblDone, doneComments[0]
		switch {
		case r.rating == 1:
			sum.Cancelled++
			to, comment = tblOff, cancelComments[r.comment]
			if happens(rng, d.CancelledMixed) {
				to = tblDone
				w.b.plant("cancelled_mixed", 1)
			}
		case happens(rng, d.CommentText):
			comment = healthComments[rng.IntN(len(healthComments))]
			sum.Sessions++
			w.b.plant("comment_text", 1)
		default:
			comment = doneComments[r.comment]
			sum.Sessions++
		}
		w.row(to, r.day, func(f *form, b []byte) []byte {
			b = f.int(b, int(r.rating))
			if comment == "" {
				return f.blank(b)
			}
			return f.text(b, comment)
		})
	}
}

func (w *trainingWriter) screening(c *course, r *screening) {
	d, rng := &w.l.cfg.Dirt, w.rng
	to, scale := tblScreens, 1.0
	if w.p.scaleCut.Valid() && c.start < w.p.scaleCut {
		to, scale = tblScreensOld, 20 // of 5, made one of 100
		w.b.plant("ability_scale", 1)
	}
	score := r.ability
	if r.day != c.start && happens(rng, d.BlankAbility) {
		score = noScore
		w.b.plant("blank_ability", 1)
	}
	w.row(to, r.day, func(f *form, b []byte) []byte {
		b = reason(f, f.int(b, r.need), r.needReason)
		if score == noScore {
			b = f.blank(b)
		} else {
			b = f.float(b, float64(score)/24*scale)
		}
		return f.text(reason(f, b, r.abilityReason), exercises(rng))
	})
}

// row writes one row: the citizen's columns, the date, and what is more.
func (w *trainingWriter) row(to tableID, day rettidig.Day, more func(*form, []byte) []byte) {
	f, b := &w.p.tables[to].form, w.b.raw[to]
	b = f.open(b)
	if to == tblDone {
		b = f.blank(b) // its first column is empty
	}
	b = f.int(b, w.patient)
	b = w.citizen(f, b)
	if w.l.female {
		b = f.text(b, "Kvinde")
	} else {
		b = f.text(b, "Mand")
	}
	b = f.number(b, w.l.birthYear)
	if w.lostDate {
		b = f.blank(b)
	} else {
		b = f.day(b, day)
	}
	w.b.raw[to] = f.end(more(f, b))
	w.b.rows[to]++
}

// citizen writes the citizen's id in one of its spellings.
func (w *trainingWriter) citizen(f *form, b []byte) []byte {
	d, rng := &w.l.cfg.Dirt, w.rng
	id := w.id.training
	if w.lostID {
		if lost := [...]string{"", "#VALUE!", "681"}[rng.IntN(3)]; lost != "" {
			return f.text(b, lost)
		}
		return f.blank(b)
	}
	if len(id) == 12 {
		if w.id.digits && happens(rng, d.FloatID) {
			return f.text(b, floatID(rng, id, w.b))
		}
		if f.sheet && id[0] != '0' {
			return f.number(b, id)
		}
		return f.text(b, id)
	}
	plain := id[:6] + id[7:]
	switch {
	case plain[0] == '0' && happens(rng, d.LostZeroCPR):
		w.b.plant("lost_zero_cpr", 1)
		return f.text(b, plain[1:])
	case rng.IntN(2) == 0:
		return f.text(b, id)
	}
	return f.text(b, plain)
}

// lateClosing is how many days later than it should the last status of a course comes, if that closes the course.
func (w *trainingWriter) lateClosing(c *course) rettidig.Day {
	n := len(c.statuses)
	if n == 0 || w.l.exit.Valid() {
		return 0
	}
	if s := c.statuses[n-1].status; s != rettidig.Terminated && s != rettidig.OptedOut || !happens(w.rng, w.l.cfg.Dirt.LateClosing) {
		return 0
	}
	return 42 + rettidig.Day(w.rng.IntN(70))
}

func reason(f *form, b []byte, r uint8) []byte {
	if r == 0 {
		return f.blank(b)
	}
	return f.text(b, reasonNames[r])
}

// exercises invents the ids of the exercises that the screening chose.
func exercises(rng *rand.Rand) string {
	n := 7 + rng.IntN(3)
	ids := make([]string, n)
	for i := range ids {
		ids[i] = strconv.Itoa(100000 + rng.IntN(900000))
	}
	return strings.Join(ids, ",")
}

// statusNames are the usual spelling and another that the same system has used.
var statusNames = map[rettidig.Status][2]string{
	rettidig.Active:              {"Active", "active "},
	rettidig.Pause:               {"Pause", "PAUSE"},
	rettidig.Reactivated:         {"Re-activated", "Reactivated"},
	rettidig.SignificantProgress: {"SignificantProgress", "Significant progress"},
	rettidig.Monitor:             {"Monitor", "monitor"},
	rettidig.Maintenance:         {"Maintenance", "maintenance"},
	rettidig.Terminated:          {"Terminated", "terminated"},
	rettidig.HasDied:             {"Has died", "HasDied"},
	rettidig.OptedOut:            {"Opted out", "Opted-out"},
	rettidig.ShouldBeScreened:    {"Should be screened", "ShouldBeScreened"},
}

func (w *trainingWriter) spell(s rettidig.Status) string {
	names := statusNames[s]
	if happens(w.rng, w.l.cfg.Dirt.StatusSpelling) {
		w.b.plant("status_spelling", 1)
		return names[1]
	}
	return names[0]
}
