package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/features"
)

func TestTheCardIsNotComparedWithItself(t *testing.T) {
	m := api.ModelView{Target: rettidig.Effect, Learner: "card", Capacity: 0.3, AUROC: api.Estimate{Value: 0.64, Lower: 0.58, Upper: 0.7}, CardAUROC: api.Estimate{Value: 0.64, Lower: 0.58, Upper: 0.7},
		Precision: api.Estimate{Value: 0.6, Lower: 0.5, Upper: 0.7}, CardPrec: api.Estimate{Value: 0.6, Lower: 0.5, Upper: 0.7}}
	v := makeModel(danish, m)
	assert.Equal(t, "Modellen er papirreglen selv: intet andet var klart bedre.", v.Verdict)
	for _, f := range v.Figures {
		assert.NotContains(t, f.Name, "apirregel")
	}
	for _, s := range []string{v.Card, v.Chosen} {
		assert.NotContains(t, s, "apirreglen")
	}
}

func TestAModelThatMayBeChanceSaysThatItAnswersNobody(t *testing.T) {
	for _, learner := range []string{"card", "glm"} {
		m := api.ModelView{Target: rettidig.Effect, Learner: learner, BeatsCard: learner == "glm", AUROC: api.Estimate{Value: 0.55, Lower: 0.5, Upper: 0.6}}
		assert.Equal(t, "Modellen har ikke vist, at den er bedre end tilfældet. Visitatorer får svaret 'vi ved det ikke'.", makeModel(danish, m).Verdict)
		assert.Equal(t, "ikke vist bedre end tilfældet", makeModel(danish, m).Beats)
		m.AUROC.Lower = 0.51
		assert.NotContains(t, makeModel(danish, m).Verdict, "tilfældet")
	}
}

func TestWhatWasMeasuredIsNamed(t *testing.T) {
	for target, want := range map[rettidig.Target]string{rettidig.Benefit: "Målt på 807 forløb", rettidig.Decline: "Målt på 807 halvårsvurderinger"} {
		assert.Contains(t, makeModel(danish, api.ModelView{Target: target, N: 807, Positives: 300}).About, want)
	}
}

func TestUnitsAreWordsInTheLanguageOfThePage(t *testing.T) {
	for _, c := range []struct {
		value  float64
		unit   string
		da, en string
	}{
		{69.5, features.UnitYears, "69,5 år", "69.5 years"}, {1, features.UnitYears, "1 år", "1 year"},
		{1, features.UnitFlag, "ja", "yes"}, {0, features.UnitFlag, "nej", "no"},
		{0.25, features.UnitShare, "25 ud af 100 (25 %)", "25 out of 100 (25%)"},
		{3, features.UnitCount, "3", "3"}, {1, features.UnitDays, "1 dag", "1 day"}, {12, features.UnitWeeks, "12 uger", "12 weeks"},
		{110, features.UnitMinutesPerWeek, "110 minutter om ugen", "110 minutes a week"}, {-2.5, features.UnitSlope, "−2,5 minutter om ugen, ændring pr. uge", "−2.5 minutes a week, change per week"},
		{4, features.UnitVisitsPerWeek, "4 besøg om ugen", "4 visits a week"}, {2, features.UnitPoints, "2 point", "2 points"}, {2, "parsec", "2 parsec", "2 parsec"},
	} {
		f := rettidig.Fact{Value: &c.value, Unit: c.unit}
		assert.Equal(t, c.da, factValue(danish, f))
		assert.Equal(t, c.en, factValue(english, f))
	}
}

func TestAWideBandHasNoTrackRecord(t *testing.T) {
	f := newFake()
	v := f.fakeScore(api.ScoreRequest{Citizen: rich, Target: rettidig.Completion, Lang: "da"})
	v.TrackRecord = &api.TrackRecord{From: 0.48, To: 0.53, N: 81, Events: 37}
	assert.Equal(t, "af 81 borgere, som modellen gav 48–53 ud af 100, gennemførte 37, altså 46 ud af 100.", makeAnswer(danish, v).Track)
	v.TrackRecord = &api.TrackRecord{From: 0.1, To: 0.35, N: 81, Events: 37}
	assert.NotEmpty(t, makeAnswer(danish, v).Track)
	v.TrackRecord.To = 0.36
	assert.Empty(t, makeAnswer(danish, v).Track)
}

// TestARefusedPageReachesTheLedger: the App alone writes refusals down, so each must be put to it.
func TestARefusedPageReachesTheLedger(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct{ who, method, path, form, want string }{
		{management, http.MethodGet, "/citizens", "", "citizens:see"},
		{management, http.MethodGet, "/citizens/" + rich, "", "citizens:see"},
		{management, http.MethodGet, "/audit", "", "audit:see"},
		{assessor, http.MethodGet, "/savings", "", "savings:see"},
		{dataTeam, http.MethodPost, "/find", "cpr=" + fakeCPR, "citizens:see"},
		{dataTeam, http.MethodPost, "/citizens/" + rich + "/judgement", "target=completion&answer=yes", "decisions:write"},
		{auditor, http.MethodPost, "/citizens/" + rich + "/decision", "", "decisions:write"},
		{assessor, http.MethodPost, "/audit", "citizen=x", "audit:see"},
	} {
		s.app.reset()
		w := s.do(c.who, c.method, c.path, c.form)
		assert.Equal(t, http.StatusForbidden, w.Code, "%s %s", c.method, c.path)
		assert.Equal(t, []string{c.who + " " + c.want}, s.app.denied, "%s %s", c.method, c.path)
	}
}

func TestEveryActionInTheLogHasWords(t *testing.T) {
	s := newSite(t)
	page := s.get(auditor, "/audit")
	for _, da := range []string{"blev afvist", "blev bremset", "loggede af", "startede"} {
		assert.Contains(t, page, ">"+da+"</option>")
	}
	assert.NotContains(t, page, "i drift", "invented citizens are no operation")
}

func TestOldDataSaySo(t *testing.T) {
	s := newSite(t) // the data were fetched the day before
	for days, want := range map[int]string{0: "", 30: "", 31: "Data er 1 måned gamle.", 59: "Data er 2 måneder gamle.", 700: "Data er 23 måneder gamle."} {
		s.now = asOf.Time().Add(time.Duration(days) * 24 * time.Hour)
		page := s.get(assessor, "/citizens/"+rich)
		if want == "" {
			assert.NotContains(t, page, "Data er ")
		} else {
			assert.Contains(t, page, want)
		}
	}
	assert.Empty(t, oldData(danish, rettidig.NoDay, asOf))
}

func TestSavingsSayWhereTheyComeFrom(t *testing.T) {
	s := newSite(t)
	page := words(s.parse(s.get(management, "/savings")))
	for _, want := range []string{
		"Forslaget SU7 'Kunstig intelligens til beslutningsstøtte' (Københavns Kommune, overførselssagen 2021-2022)",
		"På opdigtede borgere: 2,0 mio. kr. om året før driftsudgift (mellem −0,2 og 4,1 mio. kr. med 90 % sikkerhed om de målte andele); forslaget regnede med 10,8 mio. kr.",
		"Målt på 243 udvalgte af 807 forløb (model benefit-1).",
		"ja: andelen med udskudt behov er ikke målt",
	} {
		assert.Contains(t, page, want)
	}
	plot := page[strings.Index(page, "Spændet i kroner"):strings.Index(page, "Hvad skal der til?")]
	assert.NotContains(t, plot, "Tidlig indsats før et fald")
	for in, want := range map[string]string{"8.728 1.000 kr./år": "8.728 tusind kr. om året", "10,8 mio. kr./år": "10,8 mio. kr. om året", "5 1.000 kr./årsværk": "5 tusind kr./årsværk", "219 borgere/år": "219 borgere om året", "": ""} {
		assert.Equal(t, want, amountWords(danish, in))
	}
	assert.Equal(t, "8,728 thousand DKK a year", amountWords(english, "8,728 1000 kr/year"))
}

func TestHelpIsOneUnitEverywhere(t *testing.T) {
	for minutes, want := range map[float64]string{0: "0 min.", 58: "58 min.", 59.6: "1 t. 00 min.", 444: "7 t. 24 min.", -3: "0 min."} {
		assert.Equal(t, want, hours(danish, minutes))
	}
	for in, want := range map[string]string{"0 t. 58 min.": "58 min.", "0 t. 05 min.": "5 min.", "0 t. 00 min.": "0 min.", "0 h 09 min": "9 min", "10 t. 05 min.": "10 t. 05 min.", "Rollator": "Rollator", "": ""} {
		assert.Equal(t, want, factText(in), in)
	}
}

func TestTheReceiptSaysThatTheNoteWasKeptAndCarriesNoneOfIt(t *testing.T) {
	s := newSite(t)
	for note, want := range map[string]bool{"": false, "Ringede": true} {
		w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/decision", "target=completion&action=offer&reason=capacity&key=k&note="+note)
		cookie := w.Result().Cookies()[0]
		page := s.do(assessor, http.MethodGet, "/citizens/"+rich+"?target=completion", "", "Cookie", cookie.Name+"="+cookie.Value).Body.String()
		assert.Contains(t, page, "Beslutningen er gemt")
		assert.Equal(t, want, strings.Contains(page, "Noten er gemt med beslutningen."))
	}
}

// TestEveryFeaturesUnitHasWords: an English code in a Danish account would be nobody's fault but ours.
func TestEveryFeaturesUnitHasWords(t *testing.T) {
	for _, f := range features.Catalogue() {
		for _, v := range []float64{1, 2.5} {
			got := factValue(danish, rettidig.Fact{Value: &v, Unit: f.Unit})
			assert.NotContains(t, got, "/week", f.ID)
			for _, code := range []string{features.UnitYears, features.UnitFlag, features.UnitCount, features.UnitDays, features.UnitWeeks, features.UnitShare, features.UnitPoints} {
				assert.NotContains(t, got, code, f.ID)
			}
		}
	}
}
