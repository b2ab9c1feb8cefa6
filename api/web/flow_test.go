package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

func TestTheScoreIsNotInThePageBeforeTheJudgement(t *testing.T) {
	s := newSite(t)
	for _, target := range rettidig.Targets() {
		page := s.get(assessor, "/citizens/"+rich+"?target="+string(target))
		assert.Empty(t, s.app.asked, "the page asked for the score of %s", target)
		for _, trace := range []string{"ud af", "4 ud af 10", "41 %", "Taler for", "score_id", "s-4711", "log-odds", `class="dots"`} {
			assert.NotContains(t, page, trace, "%s", target)
		}
	}
	s.judge(rich, rettidig.Benefit)
	s.get(assessor, "/citizens/"+rich+"?target=decline")
	assert.Empty(t, s.app.asked, "a judgement of one target opened another")
	assert.Contains(t, s.get(assessor, "/citizens/"+rich+"?target=benefit"), "4 ud af 10")
	assert.Len(t, s.app.asked, 1)
}

// TestPercentNeverStandsAlone: wherever a citizen's page has a per cent sign, the same paragraph, cell or
// point has the frequency.
func TestPercentNeverStandsAlone(t *testing.T) {
	s := newSite(t)
	signs := 0
	for _, st := range pageStates {
		if !strings.HasPrefix(st.name, "citizen") {
			continue
		}
		for l, frequency := range map[lang]string{danish: "ud af", english: "out of"} {
			walk(s.parse(st.show(s, l)), func(n *html.Node) {
				if n.Type != html.TextNode || !strings.ContainsAny(n.Data, "%") {
					return
				}
				signs++
				block := n.Parent
				for !strings.Contains(" p li td th dd dt div text body ", " "+block.Data+" ") {
					block = block.Parent
				}
				assert.Contains(t, words(block), frequency, "%s: %q", st.name, words(block))
			})
		}
	}
	assert.Greater(t, signs, 10, "the test saw no answers")
}

func TestTheAnswerSaysTheFrequencyFirstThenTheRangeThenTheRecord(t *testing.T) {
	s := newSite(t)
	s.judge(rich, rettidig.Completion)
	page := words(s.parse(s.get(assessor, "/citizens/"+rich)))
	at := 0
	for _, want := range []string{"Din vurdering først", "Du svarede: ja", "4 ud af 10 borgere som denne gennemfører", "mellem 3 og 5 ud af 10", "(41 %, mellem 31 % og 52 %)",
		"af 212 borgere, som modellen gav 30–40 ud af 100, gennemførte 74, altså 35 ud af 100", "Taler for, at borgeren gennemfører", "Taler imod, at borgeren gennemfører", "ikke årsager",
		"Det kan modellen ikke se: motivation, pårørende, smerter", "Det mangler i registret: Sårbehandling", "Din beslutning"} {
		i := strings.Index(page[at:], want)
		require.GreaterOrEqual(t, i, 0, "%q is missing or out of order", want)
		at += i
	}
}

func TestNotKnowingHasTheSameWeightAsAnAnswer(t *testing.T) {
	s := newSite(t)
	s.judge(rich, rettidig.Completion)
	s.judge(strange, rettidig.Completion)
	figure := func(page string) string {
		var out string
		walk(s.parse(page), func(n *html.Node) {
			if attr(n, "class") == "headline" {
				out = words(n)
				assert.Equal(t, "figure", attr(find(n, "strong")[0], "class"))
			}
		})
		return out
	}
	assert.True(t, strings.HasPrefix(figure(s.get(assessor, "/citizens/"+rich)), "4 ud af 10"))
	withheld := s.get(assessor, "/citizens/"+strange)
	assert.Equal(t, "Vi ved det ikke Borgeren ligner ikke nogen af dem, modellen har lært af.", figure(withheld))
	assert.NotContains(t, words(s.parse(withheld)), "ud af 10 borgere")
	assert.Contains(t, withheld, "Ti tomme prikker")
	assert.Contains(t, withheld, "Gem min beslutning")
}

func TestADecisionCanBeMadeWithoutTheModel(t *testing.T) {
	for name, err := range map[string]error{
		"down":   rettidig.E(rettidig.Unavailable, "scoring-failed", "x", nil),
		"broken": assert.AnError,
		"sealed": rettidig.E(rettidig.Forbidden, "mode-shadow", "x", nil),
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.judge(rich, rettidig.Completion)
			s.app.scoreErr = err
			page := s.get(assessor, "/citizens/"+rich)
			assert.Contains(t, page, "Du kan beslutte som du plejer")
			assert.NotContains(t, page, "ud af 10")
			w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/decision", "target=completion&action=not-now&reason=citizens-wish&key=k")
			assert.Equal(t, http.StatusSeeOther, w.Code)
			require.Len(t, s.app.decisions, 1)
		})
	}
}

func TestSealedModesShowNoAnswer(t *testing.T) {
	s := newSite(t)
	s.judge(rich, rettidig.Completion)
	s.app.info.Mode = api.Shadow
	page := s.get(assessor, "/citizens/"+rich)
	assert.Len(t, s.app.asked, 1, "in shadow mode the answer must be computed and stored")
	assert.NotContains(t, page, "ud af 10")
	assert.Contains(t, page, "skyggetilstand")
	s.app.info.Mode = api.Development
	page = s.get(assessor, "/citizens/"+rich)
	assert.Len(t, s.app.asked, 1, "in development mode nobody is scored")
	assert.NotContains(t, page, "ud af 10")
}

func TestNothingIsChosenBeforehand(t *testing.T) {
	s := newSite(t)
	before := s.get(assessor, "/citizens/"+rich)
	s.judge(rich, rettidig.Completion)
	for _, page := range []string{before, s.get(assessor, "/citizens/"+rich)} {
		for _, n := range find(s.parse(page), "input") {
			for _, a := range n.Attr {
				assert.NotEqual(t, "checked", a.Key, "%s %s", attr(n, "name"), attr(n, "value"))
			}
		}
	}
}

func TestAJudgementTakesTwoClicks(t *testing.T) {
	s := newSite(t)
	w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/judgement", "target=completion&answer=unsure") // a choice and a button
	assert.Equal(t, http.StatusSeeOther, w.Code)
	assert.Equal(t, "/citizens/"+rich+"?target=completion#answer", w.Header().Get("Location"))
}

func TestAReceiptIsShownOnceAfterTheDecision(t *testing.T) {
	s := newSite(t)
	s.judge(rich, rettidig.Completion)
	form := "target=completion&action=offer&reason=new-information&score_id=s-4711&note=Set+i+dag&key=key-1"
	w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/decision", form)
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.Equal(t, "/citizens/"+rich+"?target=completion#receipt", w.Header().Get("Location"))
	assert.Equal(t, []api.Decision{{Citizen: rich, Target: "completion", ScoreID: "s-4711", Action: "offer", Reason: "new-information", Note: "Set i dag", Key: "key-1"}}, s.app.decisions)
	s.do(assessor, http.MethodPost, "/citizens/"+rich+"/decision", form)
	assert.Len(t, s.app.decisions, 1, "the form has a key, so a second click changes nothing")

	cookie := w.Result().Cookies()[0]
	after := s.do(assessor, http.MethodGet, "/citizens/"+rich+"?target=completion", "", "Cookie", cookie.Name+"="+cookie.Value)
	assert.Contains(t, words(s.parse(after.Body.String())), "Beslutningen er gemt Tilbyd Træning ved hjælper – Nye oplysninger fra besøg eller samtale. Gemt 20. nov. 2026 kl. 10.05. Kvittering b-20261120-0017.")
	assert.Equal(t, -1, after.Result().Cookies()[0].MaxAge, "the receipt goes with the page that shows it")
	other := s.do(assessor, http.MethodGet, "/citizens/"+strange, "", "Cookie", cookie.Name+"="+cookie.Value)
	assert.NotContains(t, other.Body.String(), "Beslutningen er gemt", "a receipt belongs to its citizen")
	later := s.get(assessor, "/citizens/"+rich)
	assert.NotContains(t, later, "Beslutningen er gemt")
	assert.Contains(t, later, "Set i dag", "the note stands beside the decision")
}

func TestARefusedFormKeepsWhatWasChosenAndPointsAtTheField(t *testing.T) {
	s := newSite(t)
	s.judge(rich, rettidig.Completion)
	w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/decision", "target=completion&action=other&note=Ringer+i+morgen&key=k")
	assert.Equal(t, http.StatusUnprocessableEntity, w.Code)
	assert.Empty(t, s.app.decisions)
	doc := s.parse(w.Body.String())
	ids := map[string]*html.Node{}
	walk(doc, func(n *html.Node) {
		if id := attr(n, "id"); id != "" {
			ids[id] = n
		}
	})
	links := find(ids["error-summary"], "a")
	require.Len(t, links, 1)
	assert.Equal(t, "input", ids[strings.TrimPrefix(attr(links[0], "href"), "#")].Data, "the summary leads to the field")
	assert.Contains(t, w.Body.String(), `value="other" checked`)
	assert.Equal(t, "Ringer i morgen", words(ids["decision-note"]))
}

func TestACPRNumberIsNeverInAnAddressOrAPage(t *testing.T) {
	s := newSite(t)
	w := s.do(assessor, http.MethodPost, "/find", "cpr=010130-1000")
	require.Equal(t, http.StatusSeeOther, w.Code)
	assert.Equal(t, "/citizens/"+rich, w.Header().Get("Location"))
	assert.Equal(t, []string{"010130-1000"}, s.app.found)
	for _, form := range []string{"cpr=0101301001", "cpr=010130", "cpr=%3Cb%3E0101301000"} {
		w := s.do(assessor, http.MethodPost, "/find", form)
		assert.GreaterOrEqual(t, w.Code, 400)
		assert.NotContains(t, w.Body.String(), "010130")
	}
	w = s.do(auditor, http.MethodPost, "/audit", "citizen=010130+1000")
	assert.Equal(t, http.StatusUnprocessableEntity, w.Code)
	assert.NotContains(t, w.Body.String(), "010130")
	assert.Empty(t, w.Header().Get("Location"))
	for _, n := range find(s.parse(s.get(assessor, "/citizens")), "input") {
		if attr(n, "name") == "cpr" {
			assert.Equal(t, "off", attr(n, "autocomplete"))
		}
	}
	w = s.do(assessor, http.MethodGet, "/find?cpr=0101301000", "")
	assert.NotEqual(t, http.StatusOK, w.Code, "a CPR number in an address finds nobody")
	assert.Len(t, s.app.found, 4)
}

func TestAuditFiltersBecomeAnAddressThatCanBePaged(t *testing.T) {
	s := newSite(t)
	w := s.do(auditor, http.MethodPost, "/audit", "citizen="+rich+"&action=view&actor=")
	assert.Equal(t, "/audit?action=view&citizen="+rich, w.Header().Get("Location"))
	page := s.get(auditor, w.Header().Get("Location"))
	assert.Contains(t, page, "/audit?action=view&amp;citizen="+rich+"&amp;cursor=b2xkZXI")
	assert.Contains(t, page, `value="view" selected`)
	assert.Contains(t, page, `value="`+rich+`"`)
	assert.Equal(t, 1, strings.Count(page, `>åbnede borgeren</td>`))
}

func TestEachRoleSeesItsPagesAndNoOther(t *testing.T) {
	s := newSite(t)
	pages := []string{"/citizens", "/models", "/savings", "/audit"}
	for who, may := range map[string][]string{
		assessor: {"/citizens", "/models"}, dataTeam: {"/models", "/savings"}, management: {"/models", "/savings"}, auditor: {"/models", "/savings", "/audit"},
	} {
		var shown []string
		for _, nav := range find(s.parse(s.get(who, may[0])), "nav") {
			if attr(nav, "aria-label") == "Hovedmenu" {
				for _, a := range find(nav, "a") {
					shown = append(shown, attr(a, "href"))
				}
			}
		}
		assert.ElementsMatch(t, may, shown, who)
		for _, p := range append(pages, "/citizens/"+rich) {
			want := http.StatusForbidden
			for _, m := range may {
				if strings.HasPrefix(p, m) {
					want = http.StatusOK
				}
			}
			assert.Equal(t, want, s.do(who, http.MethodGet, p, "").Code, "%s on %s", who, p)
			assert.Equal(t, http.StatusSeeOther, s.do(nobody, http.MethodGet, p, "").Code, "nobody on %s", p)
		}
		for _, p := range []string{"/find", "/citizens/" + rich + "/judgement", "/citizens/" + rich + "/decision"} {
			w := s.do(who, http.MethodPost, p, "target=completion&answer=yes")
			assert.Equal(t, who != assessor, w.Code == http.StatusForbidden, "%s posts %s: %d", who, p, w.Code)
		}
		assert.Equal(t, who != auditor, s.do(who, http.MethodPost, "/audit", "").Code == http.StatusForbidden, who)
		first := map[string]string{assessor: "/citizens", dataTeam: "/models", management: "/savings", auditor: "/audit"}[who]
		assert.Equal(t, first, s.do(who, http.MethodGet, "/", "").Header().Get("Location"), "the first page of %s", who)
	}
}

func TestLoginLeadsBackToThePageButNeverElsewhere(t *testing.T) {
	s := newSite(t)
	w := s.do(nobody, http.MethodGet, "/citizens/"+rich+"?target=decline", "")
	require.Equal(t, "/login?next=%2Fcitizens%2F"+rich+"%3Ftarget%3Ddecline", w.Header().Get("Location"))
	assert.Contains(t, s.get(nobody, w.Header().Get("Location")), `name="next" value="/citizens/`+rich+`?target=decline"`)
	for next, want := range map[string]string{
		"/citizens/x?target=decline": "/citizens/x?target=decline", "": "/", "//evil.example": "/", "https://evil.example": "/", `/\evil.example`: "/", "/\t/evil.example": "/",
		"javascript:alert(1)": "/", "evil": "/", "/a\r\nSet-Cookie: x": "/",
	} {
		w := s.do(nobody, http.MethodPost, "/login", url.Values{"persona": {assessor}, "next": {next}}.Encode())
		assert.Equal(t, http.StatusSeeOther, w.Code)
		assert.Equal(t, want, w.Header().Get("Location"), "next=%q", next)
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	s := newSite(t)
	w := s.do(assessor, http.MethodPost, "/logout", "")
	assert.Equal(t, "/login", w.Header().Get("Location"))
	assert.Equal(t, -1, w.Result().Cookies()[0].MaxAge)
}

func TestAnotherSiteCannotPostForAPerson(t *testing.T) {
	s := newSite(t)
	for _, h := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}} {
		w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/judgement", "target=completion&answer=yes", h[0], h[1])
		assert.Equal(t, http.StatusForbidden, w.Code, "%v", h)
	}
	assert.Empty(t, s.app.judged)
	w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/judgement", "target=completion&answer=yes", "Sec-Fetch-Site", "same-origin")
	assert.Equal(t, http.StatusSeeOther, w.Code)
}

// TestThePagesAreSafeWithoutTheFrame: the service's frame guards everything; the pages guard themselves too.
func TestThePagesAreSafeWithoutTheFrame(t *testing.T) {
	app := newFake()
	s := &site{T: t, app: app, echo: echo.New()}
	Register(s.echo, app, fakeSessions{app}, Options{Log: slog.New(slog.DiscardHandler)})
	w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/judgement", "target=completion&answer=yes", "Sec-Fetch-Site", "cross-site")
	assert.Equal(t, http.StatusForbidden, w.Code)
	assert.Empty(t, app.judged)
	for name, want := range map[string]string{"Content-Security-Policy": api.ContentSecurityPolicy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
		assert.Equal(t, want, s.do(assessor, http.MethodGet, "/citizens", "").Header().Get(name))
	}
}

func TestABodyThatIsTooBigIsRefusedInWords(t *testing.T) {
	s := newSite(t)
	w := s.do(assessor, http.MethodPost, "/citizens/"+rich+"/decision", "target=completion&note="+strings.Repeat("x", maxForm))
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	assert.Contains(t, w.Body.String(), "Teksten er for lang")
	assert.Contains(t, w.Body.String(), `<a href="/citizens/`+rich+`">Tilbage til borgeren</a>`)
}

func TestTheLanguageIsRememberedAndTheLinkKeepsThePage(t *testing.T) {
	s := newSite(t)
	page := s.get(assessor, "/citizens/"+rich+"?target=decline")
	assert.Contains(t, page, `href="/citizens/`+rich+`?lang=en&amp;target=decline"`)
	w := s.do(assessor, http.MethodGet, "/citizens/"+rich+"?target=decline&lang=en", "")
	assert.Contains(t, w.Body.String(), `<html lang="en">`)
	cookie := w.Result().Cookies()[0]
	assert.Equal(t, "en", cookie.Value)
	w = s.do(assessor, http.MethodGet, "/citizens", "", "Cookie", cookie.Name+"=en")
	assert.Contains(t, w.Body.String(), "Find a citizen")
	w = s.do(assessor, http.MethodGet, "/citizens?lang=xx", "", "Cookie", langCookie+"=<script>")
	assert.Contains(t, w.Body.String(), `<html lang="da">`)
	w = s.do(assessor, http.MethodPost, "/find", "cpr=1")
	assert.Contains(t, w.Body.String(), `href="/citizens?lang=en"`, "a refused form has no address of its own")
}

func TestTheAPIAnswersForItself(t *testing.T) {
	s := newSite(t)
	w := s.do(assessor, http.MethodGet, "/api/v1/nowhere", "")
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.NotContains(t, w.Header().Get("Content-Type"), "html")
}

// TestThePagesWorkOnTheRealServiceFrame puts the pages on api.Handler with api.Sessions, as the service
// does: a person logs in, sees a page, and gets a page for a method that a page does not take.
func TestThePagesWorkOnTheRealServiceFrame(t *testing.T) {
	app := newFake()
	sessions := api.NewSessions(app, nil)
	e := api.Handler(app, sessions, api.Options{PageError: PageError(app, sessions, Options{})})
	Register(e, app, sessions, Options{})
	srv := httptest.NewServer(e)
	defer srv.Close()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar}
	get := func(resp *http.Response, err error) (int, string) {
		require.NoError(t, err)
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(b)
	}
	code, body := get(client.PostForm(srv.URL+"/login", url.Values{"persona": {assessor}, "next": {"/citizens/" + rich}}))
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, body, "Kvinde, 84 år")
	code, body = get(client.Get(srv.URL + "/logout"))
	assert.Equal(t, http.StatusMethodNotAllowed, code)
	assert.Contains(t, body, "<h1>")
	code, body = get(client.Get(srv.URL + "/api/v1/nowhere"))
	assert.Equal(t, http.StatusNotFound, code)
	assert.Contains(t, body, `"status":404`)
	code, _ = get(client.PostForm(srv.URL+"/logout", nil))
	assert.Equal(t, http.StatusOK, code)
	code, body = get(client.Get(srv.URL + "/citizens"))
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, body, "Vælg, hvem du er")
}

func TestStaticFilesAreServedAndNothingElse(t *testing.T) {
	s := newSite(t)
	for path := range assetTags {
		w := s.do(nobody, http.MethodGet, asset(path), "")
		assert.Equal(t, http.StatusOK, w.Code, path)
		assert.Equal(t, "public, max-age=31536000, immutable", w.Header().Get("Cache-Control"), path)
		again := s.do(nobody, http.MethodGet, asset(path), "", "If-None-Match", w.Header().Get("ETag"))
		assert.Equal(t, http.StatusNotModified, again.Code, path)
	}
	assert.Equal(t, "no-cache", s.do(nobody, http.MethodGet, "/static/rettidig.css?v=old", "").Header().Get("Cache-Control"))
	for _, path := range []string{
		"/static/", "/static/vendor", "/static/vendor/", "/static/vendor/refresh.sh", "/static/nothing.css", "/static/..%2ftexts.go", "/static/..%2f..%2fapp.go", "/static/%2e%2e/web.go",
		"/static/vendor%2Fdkfds-11.2.0%2FLICENSE.md", "/static/vendor%5Cdkfds-11.2.0%5CLICENSE.md", "/static/..%5c..%5capp.go", "/static//rettidig.css", "/static/./rettidig.css", "/static/%2Frettidig.css",
		"/static/rettidig.css%00", "/static%2Frettidig.css",
	} {
		w := s.do(nobody, http.MethodGet, path, "")
		assert.NotEqual(t, http.StatusOK, w.Code, path)
		assert.NotContains(t, w.Body.String(), "package web", path)
	}
}

func TestUnknownRoutesArePages(t *testing.T) {
	w := newSite(t).do(assessor, http.MethodGet, "/%3Cscript%3Ealert(1)%3C/script%3E", "")
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.NotContains(t, w.Body.String(), "<script")
	assert.NotContains(t, w.Body.String(), "alert(1)</script>")
}
