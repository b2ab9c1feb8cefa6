package rettidig

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Every row of a list of weeks is asked on its own whether the part has it.
func TestAPartKeepsItsWeeksAndTheBeginning(t *testing.T) {
	const monday = Day(18264) // 2020-01-06
	on := func(week int, code string, late Day, gone Retraction) ServiceWeek {
		w := monday + Day(7*week)
		return ServiceWeek{Code: code, Week: w, Known: w + 6 + late, Retracted: gone}
	}
	all := []ServiceWeek{
		{Code: "no day", Week: NoDay, Known: NoDay},
		on(0, "other", 0, 0),
		on(1, "help, retracted", 0, RetractedOn(monday+90)),
		on(2, "help, known late", 300, 0),
		on(3, "help", 0, 0),
		on(4, "help", 0, 0),
		on(9, "last before", 0, 0),
		on(10, "first", 0, 0),
		on(12, "last", 500, 0),
		on(13, "after", 0, 0),
	}
	h := History{Citizen: Citizen{ID: "c"}, Aids: []Aid{{ISO: "120606"}}, Services: all, Sessions: []Session{{Date: monday}}}
	codes := func(p Part) (out []string) {
		for _, s := range p.Of(&h).Services {
			out = append(out, s.Code)
		}
		return out
	}
	p := Part{Services: true, From: monday + 70, To: monday + 84}
	assert.Equal(t, []string{"first", "last"}, codes(p))
	p.Begins = func(s *ServiceWeek) bool { return len(s.Code) >= 4 && s.Code[:4] == "help" }
	assert.Equal(t, []string{"no day", "other", "help, retracted", "help, known late", "help", "first", "last"}, codes(p))
	p.To = NoDay
	assert.Equal(t, []string{"no day", "other", "help, retracted", "help, known late", "help", "first", "last", "after"}, codes(p))
	p.From = NoDay
	assert.Equal(t, all, p.Of(&h).Services)
	p.Begins = func(*ServiceWeek) bool { return false }
	p.From, p.To = monday+70, monday
	assert.Len(t, codes(p), 7, "a beginning that never comes keeps all of the weeks before")

	assert.Equal(t, History{}, Part{}.Of(&h))
	assert.Equal(t, History{Citizen: h.Citizen, Aids: h.Aids}, Part{Citizen: true, Aids: true}.Of(&h))
	assert.Equal(t, h, Part{Citizen: true, Aids: true, Services: true, Screenings: true, Sessions: true, Statuses: true, Conditions: true, From: NoDay, To: NoDay}.Of(&h))
}
