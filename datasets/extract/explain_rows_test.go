package extract

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/codes"
)

// What an explanation shows of a row is what reading stores of it: numbers with dots above all, which are decimals in one
// column and thousands in another. Each citizen has one row.
func TestTheRowsThatAreShownAreTheFactsThatAreStored(t *testing.T) {
	all := tables()
	set := func(k Kind, column string, values ...string) {
		for i, v := range values {
			for j, title := range all[k][0] {
				if title == column {
					all[k][i+1][j] = v
				}
			}
		}
	}
	set(D1, "fysiskformåenscore", "2.375", "0.083", "4.17", "4.625", "1")
	set(D1, "behovforhjælpscore", "1.125", "3", "2,5", "7", "")
	set(A2, "PRIS", "4.69", "1.250", "12.345", "738", "99,5")
	set(H1, "Leveret tid (minutter)", "1.200", "30", "12,5", "45", "9000")
	set(H2, "Leveret Tid (min)", "1.200", "30.5", "12.500", "45", "7")
	set(D3, "Ratingscore", "2", "3", "6", "5", "2.0")
	for k, rows := range all {
		for _, hours := range []MinutesAre{"", PerVisit, Hours} {
			if (k != H1 && k != H2) && hours != "" {
				continue
			}
			for name, text := range map[string]string{"a.csv": csvOf(rows[:6], ";"), "a.xlsx": xlsx(t, cells(rows[:6]))} {
				t.Run(fmt.Sprint(k, hours, name), func(t *testing.T) {
					delivery := fixture{name: text}
					if k == A4 {
						for i, id := range borgers(5) {
							delivery[fmt.Sprint("b", i)] = a2Head + id + ",1,x,12060609,,112,14-01-2002,,1\n"
						}
					}
					facts, _ := delivery.readWith(t, Options{MinutesAre: hours, MaxQuarantined: 1})
					e, err := Explain(t.Context(), delivery.write(t)+"/"+name, Options{Key: key, MinutesAre: hours})
					require.NoError(t, err)
					table := e.Tables[0]
					require.Len(t, table.Preview, 5)
					read := 0
					for _, row := range table.Preview {
						if row.Fate != "read" && k != A4 { // what lists of citizens tell is no fact of its own
							continue
						}
						read++
						at := 0
						for j, c := range table.Columns {
							if c.Header == "" {
								continue
							}
							if want, told := stored(facts, rettidig.CitizenID(row.Cells[0]), roles[k][j]); told {
								assert.Equal(t, want, row.Cells[at], "line %d, %s", row.Line, c.Column)
							}
							at++
						}
					}
					assert.Positive(t, read)
				})
			}
		}
	}
}

// stored is what the only fact of a citizen says in one role.
func stored(f *rettidig.Facts, id rettidig.CitizenID, r role) (string, bool) {
	number := func(v float64) string {
		if v != v {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 32)
	}
	is := func(who int32) bool { return f.Citizens[who].ID == id }
	for i, c := range f.Citizens {
		if is(int32(i)) && r == roleBirth {
			return fmt.Sprint(c.Birth.Time().Year() % 100), true
		}
	}
	for _, x := range f.Aids {
		if is(x.Citizen) {
			switch r {
			case roleISO:
				return x.Fact.ISO, true
			case roleLent:
				return x.Fact.Lent.String(), true
			case roleReturned:
				if x.Fact.Returned.Valid() {
					return x.Fact.Returned.String(), true
				}
				return "", true
			case rolePrice:
				return number(float64(x.Fact.Price)), true
			case roleParagraph:
				return x.Fact.Paragraph, true
			}
		}
	}
	for _, x := range f.Services {
		if is(x.Citizen) {
			switch r {
			case roleService:
				if name, unknown := strings.CutPrefix(x.Fact.Code, codes.UnknownPrefix); unknown {
					return name + " (unknown)", true
				}
				service, _ := codes.ServiceOf(x.Fact.Code)
				return x.Fact.Code + " " + service.DA, true
			case roleMinutes:
				return number(float64(x.Fact.Minutes)), true
			case roleCount:
				return number(float64(x.Fact.Count)), true
			}
		}
	}
	for _, x := range f.Screenings {
		if is(x.Citizen) {
			switch r {
			case roleDate:
				return x.Fact.Date.String(), true
			case roleNeed:
				return number(x.Fact.Need), true
			case roleAbility:
				return number(x.Fact.Ability), true
			case roleNeedWhy:
				return x.Fact.NeedReason, true
			}
		}
	}
	for _, x := range f.Sessions {
		if is(x.Citizen) {
			switch r {
			case roleDate:
				return x.Fact.Date.String(), true
			case roleRating:
				return number(float64(x.Fact.Rating)), true
			}
		}
	}
	for _, x := range f.Statuses {
		if is(x.Citizen) {
			switch r {
			case roleDate:
				return x.Fact.Date.String(), true
			case roleStatus:
				return string(x.Fact.Status), true
			}
		}
	}
	return "", false
}

// By hand: scores in eighths, some of which look like thousands.
func TestTheRangeOfScoresIsThatOfDecimals(t *testing.T) {
	text := "BorgerID;Screeningsdate;behovforhjælpscore;fysiskformåenscore;andet\n" +
		borgers(2)[0] + ";20-10-2017;3;2.375;2.375\n" + borgers(2)[1] + ";20-10-2017;4;0.083;4.625\n"
	e, all := explained(t, "a.csv", text, nil)
	assert.Equal(t, "numbers from 0.083 to 2.375", e.Tables[0].Fields[3].Content)
	assert.NotContains(t, all, "> 2375")
	assert.NotContains(t, e.Tables[0].Preview[0].Cells, "2375")
}
