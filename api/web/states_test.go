package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

// pageState is a page in one of the states in which a person meets it.
type pageState struct {
	name, who, method, path, form string
	status                        int
	prepare                       func(*site)
}

func judgedBefore(citizen string, t rettidig.Target) func(*site) {
	return func(s *site) { s.judge(citizen, t) }
}

// cardAndChance makes the model of effect the card rule itself and that of decline no better than chance.
func cardAndChance(m *api.ModelView) {
	switch m.Target {
	case rettidig.Effect:
		m.Learner, m.BeatsCard, m.AUROC, m.Precision = "card", false, m.CardAUROC, m.CardPrec
	case rettidig.Decline:
		m.AUROC = api.Estimate{Value: 0.53, Lower: 0.48, Upper: 0.58}
	}
}

// pageStates lists every page and every state.
var pageStates = []pageState{
	{name: "login", path: "/login"},
	{name: "login refused", method: http.MethodPost, path: "/login", form: "persona=x", status: 422},
	{name: "login off", path: "/login", prepare: func(s *site) { s.app.info.Synthetic = false }},
	{name: "find", who: assessor, path: "/citizens"},
	{name: "find decline, second page", who: assessor, path: "/citizens?kind=decline&cursor=x"},
	{name: "find empty", who: assessor, path: "/citizens", prepare: func(s *site) { s.app.emptyLists = true }},
	{name: "find invalid", who: assessor, method: http.MethodPost, path: "/find", form: "cpr=12", status: 422},
	{name: "find unknown", who: assessor, method: http.MethodPost, path: "/find", form: "cpr=0101301001", status: 404},
	{name: "citizen before", who: assessor, path: "/citizens/" + rich},
	{name: "citizen judgement refused", who: assessor, method: http.MethodPost, path: "/citizens/" + rich + "/judgement", form: "target=effect&note=x", status: 422},
	{name: "citizen judgement note refused", who: assessor, method: http.MethodPost, path: "/citizens/" + rich + "/judgement", form: "target=effect&answer=no&note=x", status: 422, prepare: func(s *site) {
		s.app.judgeErr = rettidig.E(rettidig.Invalid, "text-has-cpr", "Teksten ser ud til at indeholde et CPR-nummer. Fjern det.", nil)
	}},
	{name: "citizen answer completion", who: assessor, path: "/citizens/" + rich, prepare: judgedBefore(rich, rettidig.Completion)},
	{name: "citizen answer effect", who: assessor, path: "/citizens/" + rich + "?target=effect", prepare: judgedBefore(rich, rettidig.Effect)},
	{name: "citizen answer benefit", who: assessor, path: "/citizens/" + rich + "?target=benefit", prepare: judgedBefore(rich, rettidig.Benefit)},
	{name: "citizen answer decline", who: assessor, path: "/citizens/" + rich + "?target=decline", prepare: judgedBefore(rich, rettidig.Decline)},
	{name: "citizen rare", who: assessor, path: "/citizens/" + rare + "?target=decline", prepare: judgedBefore(rare, rettidig.Decline)},
	{name: "citizen without a record", who: assessor, path: "/citizens/" + rich, prepare: func(s *site) {
		s.judge(rich, rettidig.Completion)
		s.app.mutate = func(v *api.ScoreView) { v.TrackRecord, v.Lower, v.Upper, v.Reasons = nil, nil, nil, v.Reasons[:1] }
	}},
	{name: "citizen withheld", who: assessor, path: "/citizens/" + strange, prepare: judgedBefore(strange, rettidig.Completion)},
	{name: "citizen down", who: assessor, path: "/citizens/" + rich, prepare: func(s *site) {
		s.judge(rich, rettidig.Completion)
		s.app.scoreErr = rettidig.E(rettidig.Unavailable, "scoring-failed", "Modellen kan ikke svare lige nu.", nil)
	}},
	{name: "citizen shadow", who: assessor, path: "/citizens/" + rich, prepare: func(s *site) { s.judge(rich, rettidig.Completion); s.app.info.Mode = "shadow" }},
	{name: "citizen development", who: assessor, path: "/citizens/" + rich, prepare: func(s *site) { s.app.info.Mode = "development" }},
	{name: "citizen not eligible", who: assessor, path: "/citizens/" + strange + "?target=effect"},
	{name: "citizen without history", who: assessor, path: "/citizens/" + empty},
	{name: "citizen decision refused", who: assessor, method: http.MethodPost, path: "/citizens/" + rich + "/decision", form: "target=completion&action=offer&key=k", status: 422, prepare: judgedBefore(rich, rettidig.Completion)},
	{name: "models", who: dataTeam, path: "/models"},
	{name: "models of which one is the card, one chance", who: dataTeam, path: "/models", prepare: func(s *site) { s.app.mutModel = cardAndChance }},
	{name: "models none", who: dataTeam, path: "/models", prepare: func(s *site) { s.app.emptyLists = true }},
	{name: "savings", who: management, path: "/savings"},
	{name: "savings none", who: management, path: "/savings", prepare: func(s *site) { s.app.emptyLists = true }},
	{name: "audit", who: auditor, path: "/audit"},
	{name: "audit filtered", who: auditor, path: "/audit?action=view&citizen=" + rich},
	{name: "audit none, broken", who: auditor, path: "/audit", prepare: func(s *site) { s.app.emptyLists, s.app.chainBad = true, true }},
	{name: "audit refused", who: auditor, method: http.MethodPost, path: "/audit", form: "citizen=010130-1000", status: 422},
	{name: "error 403", who: auditor, path: "/citizens", status: 403},
	{name: "error 404", who: assessor, path: "/nowhere", status: 404},
	{name: "error 404, nobody", path: "/nowhere", status: 404},
	{name: "error 409", who: assessor, path: "/citizens/" + rich, status: 409, prepare: func(s *site) {
		s.judge(rich, rettidig.Completion)
		s.app.scoreErr = rettidig.E(rettidig.Conflict, "judgement-first", "Skriv din egen vurdering først.", nil)
	}},
	{name: "error 429", who: assessor, path: "/citizens", status: 429, prepare: func(s *site) { s.app.listErr = &api.TooMany{} }},
	{name: "error 500", who: assessor, path: "/citizens", status: 500, prepare: func(s *site) { s.app.listErr = errors.New("secret cause") }},
	{name: "error 503", who: assessor, path: "/citizens", status: 503, prepare: func(s *site) {
		s.app.listErr = rettidig.E(rettidig.Unavailable, "ledger", "Det kan ikke skrives ned lige nu.", nil)
	}},
}

// show brings a fresh site into the state and returns the page.
func (st pageState) show(s *site, l lang) string {
	s.Helper()
	hostile := s.app.hostile
	s.app.reset()
	if st.prepare != nil {
		st.prepare(s)
	}
	s.app.hostile = hostile
	method, status := st.method, st.status
	if method == "" {
		method = http.MethodGet
	}
	if status == 0 {
		status = http.StatusOK
	}
	w := s.do(st.who, method, st.path, st.form, "Cookie", langCookie+"="+string(l))
	require.Equal(s, status, w.Code, "%s:\n%s", st.name, w.Body.String())
	assert.Equal(s, api.ContentSecurityPolicy, w.Header().Get("Content-Security-Policy"), st.name)
	assert.Equal(s, "no-store", w.Header().Get("Cache-Control"), st.name)
	assert.Equal(s, "text/html; charset=UTF-8", w.Header().Get("Content-Type"), st.name)
	return w.Body.String()
}

func TestEveryPageAndStateIsWellFormedInBothLanguages(t *testing.T) {
	s := newSite(t)
	for _, st := range pageStates {
		for _, l := range []lang{danish, english} {
			page := st.show(s, l)
			s.checkStructure(st.name+" "+string(l), page)
			assert.Contains(t, page, `<html lang="`+string(l)+`">`, st.name)
			if s.app.info.Synthetic {
				assert.Contains(t, page, l.text("synthetic.title"), "%s: synthetic data must be marked", st.name)
			}
			if st.who != nobody {
				assert.Contains(t, page, `action="/logout"`, "%s: no way out", st.name)
			}
		}
	}
}

func TestErrorPagesTellNothingOfTheCause(t *testing.T) {
	s := newSite(t)
	for _, st := range pageStates {
		if st.status >= 500 {
			assert.NotContains(t, st.show(s, danish), "secret", st.name)
		}
	}
}

func TestTitlesTellPagesApartAndSayWhenAFormWasRefused(t *testing.T) {
	s := newSite(t)
	different := []string{"login", "find", "citizen before", "citizen answer effect", "citizen answer benefit", "citizen answer decline", "models", "savings", "audit",
		"error 403", "error 404", "error 409", "error 429", "error 500", "error 503"}
	seen := map[string]string{}
	for _, st := range pageStates {
		title := pageTitle(s.parse(st.show(s, danish)))
		if slices.Contains(different, st.name) {
			assert.Empty(t, seen[title], "%s has the title %q too", st.name, title)
			seen[title] = st.name
		}
		if st.status == http.StatusUnprocessableEntity && st.name != "login refused" {
			assert.True(t, strings.HasPrefix(title, "Fejl: "), "%s: %q", st.name, title)
		}
	}
	assert.Len(t, seen, len(different))
}

// hostile texts: each would run, or break out, where an escaping is forgotten.
var hostileTexts = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title><script>alert(1)</script>`, `</textarea><svg/onload=alert(1)>`,
	`javascript:alert(1)`, `<!--`, `{{.}}`, `</style><style>*{display:none}</style>`, "\u2028alert(1)", `<a href="https://evil.example">x</a>`, `%3Cscript%3E`, `&lt;script&gt;`, "\x00<b>", `]]><script>`,
}

func TestHostileTextStaysText(t *testing.T) {
	s := newSite(t)
	for i, st := range pageStates {
		l := []lang{danish, english}[i%2]
		s.app.hostile = "plain"
		want := skeleton(s.parse(st.show(s, l)))
		for _, h := range hostileTexts {
			s.app.hostile = h
			require.Equal(t, want, skeleton(s.parse(st.show(s, l))), "%s: %q changed the page", st.name, h)
		}
	}
}
