package api

import (
	"bytes"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/pseudonym"
)

func TestEveryRefusalIsAProblem(t *testing.T) {
	w := newWorld(t, nil)
	id := w.firstID()
	karen := w.as(Assessor)
	judgement := `{"citizen":"` + id + `","target":"benefit","answer":"yes"`
	cases := []struct {
		name, method, path, body string
		status                   int
		code, pointer, what      string
	}{
		{"unknown address", "GET", "/api/v1/nothing", "", 404, "no-such-route", "", ""},
		{"unknown version", "GET", "/api/v2/models", "", 404, "no-such-route", "", ""},
		{"the root of the API", "GET", "/api", "", 404, "no-such-route", "", ""},
		{"wrong method", "DELETE", "/api/v1/models", "", 405, "method-not-allowed", "", ""},
		{"unknown method", "BREW", "/api/v1/models", "", 405, "method-not-allowed", "", ""},
		{"unknown citizen", "GET", "/api/v1/citizens/0f1e2d3c4b5a69788796a5b4c3d2e1f0", "", 404, "no-such-citizen", "", ""},
		{"a pseudonym is not an id", "GET", "/api/v1/citizens/" + string(w.town.histories[0].Citizen.ID), "", 404, "no-such-citizen", "", ""},
		{"unknown citizen's timeline", "GET", "/api/v1/citizens/x/timeline", "", 404, "no-such-citizen", "", ""},
		{"an encoded separator", "GET", "/api/v1/citizens/..%2f..%2fmodels", "", 404, "no-such-citizen", "", ""},
		{"unknown model", "GET", "/api/v1/models/none", "", 404, "no-such-model", "", ""},
		{"no JSON", "POST", "/api/v1/judgements", `{"citizen":`, 400, "bad-json", "", ""},
		{"empty body", "POST", "/api/v1/judgements", " ", 400, "bad-json", "", "object"},
		{"null", "POST", "/api/v1/judgements", "null", 400, "bad-json", "", "object"},
		{"a list", "POST", "/api/v1/judgements", "[]", 400, "bad-json", "", "object"},
		{"something after the object", "POST", "/api/v1/judgements", judgement + `} {}`, 400, "bad-json", "", "trailing"},
		{"NaN", "POST", "/api/v1/judgements", judgement + `,"confidence":NaN}`, 400, "bad-json", "", ""},
		{"unknown field", "POST", "/api/v1/judgements", judgement + `,"colour":"red"}`, 400, "invalid-body", "/colour", "unknown"},
		{"unknown field with a slash", "POST", "/api/v1/judgements", judgement + `,"a/b~c":1}`, 400, "invalid-body", "/a~1b~0c", "unknown"},
		{"the key is no field", "POST", "/api/v1/decisions", `{"citizen":"` + id + `","target":"benefit","action":"offer","key":"k"}`, 400, "invalid-body", "/key", "unknown"},
		{"wrong type", "POST", "/api/v1/judgements", judgement + `,"confidence":"high"}`, 400, "invalid-body", "/confidence", "type"},
		{"fraction", "POST", "/api/v1/judgements", judgement + `,"confidence":1.5}`, 400, "invalid-body", "/confidence", "type"},
		{"confidence of four", "POST", "/api/v1/judgements", judgement + `,"confidence":4}`, 400, "invalid-body", "/confidence", "value"},
		{"no target", "POST", "/api/v1/judgements", `{"citizen":"` + id + `","answer":"yes"}`, 400, "invalid-body", "/target", "required"},
		{"unknown target", "POST", "/api/v1/judgements", `{"citizen":"` + id + `","target":"falls","answer":"yes"}`, 400, "invalid-body", "/target", "value"},
		{"a long note", "POST", "/api/v1/judgements", judgement + `,"note":"` + strings.Repeat("æ", longestNote+1) + `"}`, 400, "invalid-body", "/note", "length"},
		{"a CPR number in a note", "POST", "/api/v1/judgements", judgement + `,"note":"ring til ` + w.town.numbers[1].Reveal() + `"}`, 400, "text-has-cpr", "/note", "personal"},
		{"a judgement of nobody", "POST", "/api/v1/judgements", `{"citizen":"","target":"benefit","answer":"yes"}`, 404, "no-such-citizen", "", ""},
		{"neither id nor CPR", "POST", "/api/v1/scores", `{"target":"benefit"}`, 400, "invalid-body", "/citizen", "required"},
		{"both id and CPR", "POST", "/api/v1/scores", `{"target":"benefit","citizen":"` + id + `","cpr":"x"}`, 400, "invalid-body", "/cpr", "value"},
		{"a history", "POST", "/api/v1/scores", `{"target":"benefit","citizen":"` + id + `","history":{}}`, 400, "inline-history", "/history", "value"},
		{"a question that cannot be asked", "POST", "/api/v1/scores", `{"target":"effect","citizen":"` + id + `"}`, 409, "not-eligible", "", ""},
		{"no judgement", "POST", "/api/v1/scores", `{"target":"decline","citizen":"` + id + `"}`, 409, "judgement-first", "", ""},
		{"German", "POST", "/api/v1/scores", `{"target":"benefit","citizen":"` + id + `","lang":"de"}`, 400, "invalid-body", "/lang", "value"},
		{"no CPR", "POST", "/api/v1/citizens/search", `{}`, 400, "invalid-body", "/cpr", "required"},
		{"an unreadable CPR", "POST", "/api/v1/citizens/search", `{"cpr":"310259"}`, 400, "cpr-invalid", "/cpr", "value"},
		{"nobody's CPR", "POST", "/api/v1/citizens/search", `{"cpr":"` + stranger(w) + `"}`, 404, "no-such-citizen", "", ""},
		{"a decision without a key", "POST", "/api/v1/decisions", `{"citizen":"` + id + `","target":"benefit","action":"offer"}`, 400, "idempotency-key-required", "", ""},
		{"no persona", "POST", "/api/v1/session", `{}`, 400, "invalid-body", "/persona", "required"},
		{"unknown persona", "POST", "/api/v1/session", `{"persona":"root"}`, 404, "no-such-persona", "", ""},
		{"too large", "POST", "/api/v1/judgements", `{"note":"` + strings.Repeat("x", MaxBody) + `"}`, 413, "body-too-large", "", ""},
		{"unknown query", "GET", "/api/v1/worklist?order=score", "", 400, "invalid-query", "?order", "unknown"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var body any
			if c.body != "" {
				body = c.body
			}
			a := karen.do(c.method, c.path, body)
			require.Equal(t, c.status, a.status, a.body)
			p := a.problem(t)
			require.Equal(t, c.code, p.Code)
			require.Equal(t, c.status, p.Status)
			require.Equal(t, "urn:rettidig:problem:"+c.code, p.Type)
			require.Equal(t, a.head.Get("X-Request-Id"), p.RequestID)
			require.NotEmpty(t, p.Detail)
			if c.what != "" {
				require.Contains(t, p.Errors, FieldError{c.pointer, c.what})
			}
			english := karen.do(c.method, c.path, body, "Accept-Language", "en-GB,en;q=0.9,da;q=0.1").problem(t)
			require.NotEqual(t, p.Detail, english.Detail, "both languages")
		})
	}
}

// stranger is a CPR number of the right form, never issued, that nobody in the town has.
func stranger(w *world) string {
	for _, n := range newTown(80, pseudonym.DemoKey()).numbers[60:] {
		if _, found := w.town.ByPseudonym(w.service.cfg.Pseudonym(n)); !found {
			return n.Reveal()
		}
	}
	panic("everybody lives here")
}

func TestABodyMustBeJSON(t *testing.T) {
	w := newWorld(t, nil)
	c := w.as(Assessor)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json5", ""} {
		a := c.do(http.MethodPost, "/api/v1/judgements", "{}", "Content-Type", kind)
		require.Equal(t, http.StatusUnsupportedMediaType, a.status, kind)
		require.Equal(t, "json-expected", a.problem(t).Code)
	}
	require.Equal(t, http.StatusBadRequest, c.do(http.MethodPost, "/api/v1/judgements", "{}", "Content-Type", "application/json; charset=utf-8").status)
}

func TestEveryCodeHasWordsInBothLanguages(t *testing.T) {
	for code, m := range messages {
		assert.NotEmpty(t, m.da, code)
		assert.NotEmpty(t, m.en, code)
		assert.NotEqual(t, m.da, m.en, code)
	}
	for _, code := range echoCodes {
		assert.Contains(t, messages, code)
	}
}

func TestExplainTellsNothingInternal(t *testing.T) {
	for _, err := range []error{
		rettidig.E(rettidig.Internal, "boom", "secret table", os.ErrNotExist), os.ErrPermission, echo.NewHTTPError(500, "secret"),
		rettidig.E(rettidig.Kind(99), "odd", "secret", nil),
	} {
		f := Explain(err)
		require.Equal(t, 500, f.Status)
		require.NotContains(t, f.DA+f.EN+f.Code, "secret")
		require.NotContains(t, f.DA+f.EN+f.Code, "boom")
	}
	f := Explain(rettidig.E(rettidig.Unavailable, "model-suspended", "Modellen er stoppet.", os.ErrNotExist))
	require.Equal(t, Failure{Status: 503, Code: "model-suspended", DA: "Modellen er stoppet.", EN: "Modellen er stoppet."}, f)
}

func TestHeadersAreOnEveryResponse(t *testing.T) {
	w := newWorld(t, nil)
	c := w.as(Assessor)
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json", "/api/v1/worklist", "/api/v1/none", "/nothing", "/api/v1/citizens/x"} {
		h := c.do(http.MethodGet, path, nil).head
		require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'", h.Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"), path)
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"), path)
		require.Equal(t, "no-store", h.Get("Cache-Control"), path)
		require.Empty(t, h.Get("Access-Control-Allow-Origin"), path)
		require.Len(t, h.Get("X-Request-Id"), 32, path)
	}
}

func TestAnotherSiteCannotChangeAnything(t *testing.T) {
	w := newWorld(t, nil)
	c, id := w.as(Assessor), w.firstID()
	body := map[string]any{"citizen": id, "target": "benefit", "answer": "yes"}
	for name, headers := range map[string][]string{
		"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same-site": {"Sec-Fetch-Site", "same-site"}, "an old browser": {"Origin", "https://evil.example"},
	} {
		a := c.do(http.MethodPost, "/api/v1/judgements", body, headers...)
		require.Equal(t, http.StatusForbidden, a.status, name)
		require.Equal(t, "cross-origin", a.problem(t).Code)
	}
	judged, err := w.ledger.Judged(t.Context(), demoPeople[0].ID, id, dataAsOf+1)
	require.NoError(t, err)
	require.Empty(t, judged)
	require.Equal(t, http.StatusCreated, c.do(http.MethodPost, "/api/v1/judgements", body, "Sec-Fetch-Site", "same-origin").status)
}

// sessionCookie logs somebody in without a cookie jar.
func sessionCookie(t *testing.T, w *world, persona string, old *http.Cookie) *http.Cookie {
	t.Helper()
	rec := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8080/", nil)
	r.RemoteAddr = "127.0.0.1:5000"
	if old != nil {
		r.AddCookie(old)
	}
	require.NoError(t, w.sessions.Login(rec, r, persona))
	require.Len(t, rec.Result().Cookies(), 1)
	return rec.Result().Cookies()[0]
}

func (w *world) who(c *http.Cookie) (Person, bool) {
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "http://127.0.0.1:8080/", nil)
	r.AddCookie(c)
	return w.sessions.Person(r)
}

func TestASessionEndsWhenItIsNotUsedAndAfterAWorkingDay(t *testing.T) {
	w := newWorld(t, nil)
	idle := sessionCookie(t, w, "demo-data", nil)
	w.clock.add(IdleTimeout - time.Second)
	_, in := w.who(idle)
	require.True(t, in)
	w.clock.add(IdleTimeout - time.Second)
	_, in = w.who(idle)
	require.True(t, in, "use keeps it awake")
	w.clock.add(IdleTimeout)
	_, in = w.who(idle)
	require.False(t, in)

	long := sessionCookie(t, w, "demo-data", nil)
	started := w.clock.time()
	for w.clock.time().Sub(started) < AbsoluteTimeout-10*time.Minute {
		_, in = w.who(long)
		require.True(t, in)
		w.clock.add(10 * time.Minute)
	}
	_, in = w.who(long)
	require.True(t, in)
	w.clock.add(10 * time.Minute)
	_, in = w.who(long)
	require.False(t, in, "eight hours are over although it was used")
	require.Empty(t, w.sessions.open, "what has ended is forgotten")
}

func TestALoginMakesANewSessionAndALogoutEndsIt(t *testing.T) {
	w := newWorld(t, nil)
	planted := &http.Cookie{Name: SessionCookie, Value: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} // chosen by somebody else
	first := sessionCookie(t, w, "demo-data", planted)
	require.NotEqual(t, planted.Value, first.Value)
	_, in := w.who(planted)
	require.False(t, in)
	second := sessionCookie(t, w, "demo-dpo", first)
	require.NotEqual(t, first.Value, second.Value)
	_, in = w.who(first)
	require.False(t, in, "the old session is over")
	who, in := w.who(second)
	require.True(t, in)
	require.Equal(t, "demo-dpo", who.ID)

	rec := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8080/", nil)
	r.AddCookie(second)
	w.sessions.Logout(rec, r)
	_, in = w.who(second)
	require.False(t, in, "the server forgets, whatever the browser does")
	require.Negative(t, rec.Result().Cookies()[0].MaxAge)
	for _, bad := range []string{"", "x", second.Value + "A", strings.ToLower(second.Value)} {
		_, in := w.who(&http.Cookie{Name: SessionCookie, Value: bad})
		require.False(t, in)
	}
}

func TestTheCookieIsOutOfReach(t *testing.T) {
	w := newWorld(t, nil)
	c := sessionCookie(t, w, "demo-data", nil)
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
	require.Empty(t, c.Domain)
	require.Len(t, c.Value, 43, "256 bits")
	require.False(t, c.Secure, "there is no TLS on one's own machine")
	for host, secure := range map[string]bool{"localhost:8080": false, "LOCALHOST": false, "127.0.0.1": false, "[::1]:80": false, "rettidig.example": true, "10.0.0.7:80": true, "localhost.evil.example": true} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host = host
		require.Equal(t, secure, cookie(r, "x", 0).Secure, host)
	}
	for key := range w.sessions.open {
		require.NotContains(t, string(key[:]), c.Value, "only a hash is kept")
	}
}

func TestTheDemoLoginIsForSyntheticDataOnThisMachineOnly(t *testing.T) {
	login := func(w *world, remote, host string) error {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		r.RemoteAddr, r.Host = remote, host
		r.Header.Set("X-Forwarded-For", "127.0.0.1") // anybody can write this
		return w.sessions.Login(httptest.NewRecorder(), r, "demo-data")
	}
	demo := newWorld(t, nil)
	require.NoError(t, login(demo, "127.0.0.1:1", "localhost:8080"))
	require.NoError(t, login(demo, "[::1]:1", "[::1]:8080"))
	for name, err := range map[string]error{
		"from elsewhere":      login(demo, "10.0.0.7:1", "localhost:8080"),
		"a name that rebinds": login(demo, "127.0.0.1:1", "evil.example:8080"),
		"no host":             login(demo, "127.0.0.1:1", ""),
		"a broken peer":       login(demo, "pipe", "localhost"),
		"real data": login(newWorld(t, func(c *Config) { c.Synthetic, c.Mode = false, Shadow }),
			"127.0.0.1:1", "localhost:8080"),
	} {
		require.Equal(t, "demo-login-off", Explain(err).Code, name)
		require.Equal(t, rettidig.Forbidden, rettidig.KindOf(err), name)
	}
	real := newWorld(t, func(c *Config) { c.Synthetic, c.Mode = false, Shadow })
	a := real.anonymous().do(http.MethodPost, "/api/v1/session", map[string]any{"persona": "demo-data"})
	require.Equal(t, http.StatusForbidden, a.status)
	require.Empty(t, a.head.Values("Set-Cookie"))
	require.Empty(t, real.sessions.open)
}

func TestAPanicIsAProblemWithoutAStack(t *testing.T) {
	w := newWorld(t, nil)
	var log safeBuffer
	e := Handler(w.service, w.sessions, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	number := w.town.numbers[0].Reveal()
	e.GET("/api/v1/broken", func(*echo.Context) error { panic("no citizen " + number) })
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/broken", nil))
	require.Equal(t, http.StatusInternalServerError, rec.Code)
	require.Equal(t, ProblemType, rec.Header().Get("Content-Type"))
	require.NotContains(t, rec.Body.String(), "citizen")
	require.NotContains(t, rec.Body.String(), ".go")
	require.Contains(t, log.String(), "no citizen [cpr]")
	require.NotContains(t, log.String(), number)
}

func TestPagesMayAnswerTheirOwnErrors(t *testing.T) {
	w := newWorld(t, nil)
	e := Handler(w.service, w.sessions, Options{PageError: func(c *echo.Context, f Failure) error { return c.HTML(f.Status, "<p>"+f.Code) }})
	for path, kind := range map[string]string{"/nothing": "text/html; charset=UTF-8", "/api/nothing": ProblemType, "/api": ProblemType, "/apiary": "text/html; charset=UTF-8"} {
		rec := httptest.NewRecorder()
		e.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		require.Equal(t, http.StatusNotFound, rec.Code)
		require.Equal(t, kind, rec.Header().Get("Content-Type"), path)
	}
}

// TestNoNumberGetsOut puts CPR numbers wherever a client can put anything, and then looks into the log, the
// database files and the answers.
func TestNoNumberGetsOut(t *testing.T) {
	w := newWorld(t, nil)
	karen := w.as(Assessor)
	dpo := w.as(Auditor)
	var answers bytes.Buffer
	for i, n := range w.town.numbers[:8] {
		plain := n.Reveal()
		hyphen := plain[:6] + "-" + plain[6:]
		number := []string{plain, hyphen}[i%2]
		found := read[CitizenSummary](t, karen.do(http.MethodPost, "/api/v1/citizens/search", map[string]any{"cpr": number}))
		w.engine.score = func(rettidig.Target, string) (rettidig.Score, *TrackRecord, error) {
			return rettidig.Score{}, nil, &os.PathError{Op: "read", Path: number, Err: os.ErrNotExist}
		}
		headers := []string{"Idempotency-Key", number, "X-Request-Id", number, "User-Agent", number, "Referer", "http://x/" + number, "Accept-Language", number, "X-Forwarded-For", number}
		for _, a := range []answer{
			karen.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": found.ID, "target": "benefit", "answer": "yes", "note": "se " + number}, headers...),
			karen.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": found.ID, "target": "benefit", "answer": "yes"}, headers...),
			karen.do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": number, "target": number, "answer": number}, headers...),
			karen.do(http.MethodPost, "/api/v1/judgements", `{"`+number+`":1}`, headers...),
			karen.do(http.MethodPost, "/api/v1/judgements", `{"citizen": `+number+`}`, headers...),
			karen.do(http.MethodPost, "/api/v1/scores", map[string]any{"cpr": number, "target": "benefit"}, headers...),
			karen.do(http.MethodPost, "/api/v1/scores", map[string]any{"citizen": number, "target": "benefit", "lang": number}, headers...),
			karen.do(http.MethodPost, "/api/v1/decisions", map[string]any{"citizen": found.ID, "target": "benefit", "action": "offer", "note": number}, headers...),
			karen.do(http.MethodPost, "/api/v1/decisions", map[string]any{"citizen": found.ID, "target": "benefit", "action": "offer"}, headers...),
			karen.do(http.MethodPost, "/api/v1/decisions", map[string]any{"citizen": found.ID, "target": "benefit", "action": "offer", "score_id": number}, headers...),
			karen.do(http.MethodGet, "/api/v1/citizens/"+number, nil, headers...),
			karen.do(http.MethodGet, "/api/v1/citizens/"+number+"/timeline", nil, headers...),
			karen.do(http.MethodGet, "/api/v1/"+number, nil, headers...),
			karen.do(number[:6], "/api/v1/models/"+number, nil, headers...),
			karen.do(http.MethodGet, "/api/v1/worklist?kind="+number+"&"+number+"="+number, nil, headers...),
			karen.do(http.MethodGet, "/api/v1/worklist?cursor="+number, nil, headers...),
			dpo.do(http.MethodGet, "/api/v1/audit?actor="+number+"&action="+number+"&citizen="+number, nil, headers...),
			w.anonymous().do(http.MethodPost, "/api/v1/session", map[string]any{"persona": number}, headers...),
			karen.do(http.MethodGet, "/api/v1/models", nil, append(headers, "Cookie", number+"="+number)...),
			karen.do(http.MethodGet, "/api/v1/citizens/"+found.ID, nil, headers...),
		} {
			answers.WriteString(a.body)
			require.NoError(t, a.head.Write(&answers))
		}
		w.clock.add(time.Minute)
	}
	answers.WriteString(dpo.do(http.MethodGet, "/api/v1/audit?limit=200", nil).body)
	places := map[string]string{"answers": answers.String(), "log": w.log.String()}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		b, err := os.ReadFile(w.ledger.Path() + suffix)
		require.NoError(t, err)
		places["database"+suffix] = string(b)
	}
	require.Contains(t, places["log"], `"route":"/api/v1/citizens/:id"`)
	for place, text := range places {
		require.NotEmpty(t, text, place)
		for _, n := range w.town.numbers {
			plain := n.Reveal()
			require.NotContains(t, text, plain, place)
			require.NotContains(t, text, plain[:6]+"-"+plain[6:], place)
		}
		for _, h := range w.town.histories {
			if !strings.HasPrefix(place, "database") {
				require.NotContains(t, text, string(h.Citizen.ID), "a pseudonym stands in the citizens table only")
			}
		}
	}
}

func TestTheServerHangsUpOnASlowClient(t *testing.T) {
	s := Server("127.0.0.1:0", http.NotFoundHandler())
	require.Equal(t, 5*time.Second, s.ReadHeaderTimeout)
	require.Positive(t, s.ReadTimeout)
	require.Positive(t, s.WriteTimeout)
	require.Positive(t, s.IdleTimeout)
	require.Positive(t, s.MaxHeaderBytes)

	s.ReadHeaderTimeout = 50 * time.Millisecond // the same server with less patience
	l, err := net.Listen("tcp", s.Addr)
	require.NoError(t, err)
	go func() { _ = s.Serve(l) }() // ends with Close
	defer func() { require.NoError(t, s.Close()) }()
	c, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n"))
	require.NoError(t, err)
	require.NoError(t, c.SetReadDeadline(time.Now().Add(30*time.Second)))
	b := make([]byte, 1)
	for err == nil {
		_, err = c.Read(b)
	}
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the server, not the test, gave up")
}
