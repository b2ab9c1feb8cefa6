package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/labstack/echo/v5"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/ledger"
)

func benchService(b *testing.B, n int) (*Service, *town, *ledger.Ledger) {
	b.Helper()
	l, err := ledger.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() }) // a scratch file
	key := pseudonym.DemoKey()
	t := newTown(n, key)
	for i := range t.histories { // two years of two services
		h := &t.histories[i]
		for w := range 104 {
			week := lastMonday(dataAsOf+1) - rettidig.Day(7*w)
			h.Services = append(h.Services, rettidig.ServiceWeek{Code: "H1.1", Week: week, Known: week + 6, Minutes: 60}, rettidig.ServiceWeek{Code: "H1.8", Week: week, Known: week + 6, Minutes: 60})
		}
		h.Sort()
	}
	s, err := NewService(Config{Population: t, Scorer: &engine{}, Savings: savings, Ledger: l, Pseudonym: key.OfCPR, Mode: Live, Synthetic: true})
	if err != nil {
		b.Fatal(err)
	}
	return s, t, l
}

// BenchmarkSortLists is what starting costs with 20,000 citizens.
func BenchmarkSortLists(b *testing.B) {
	s, _, _ := benchService(b, 20_000)
	for b.Loop() {
		s.sortLists()
	}
}

// BenchmarkScore is POST /scores with an engine that answers at once, against a handler that returns a
// constant: the difference is the service's own, most of it the ledger's flush to the disk.
func BenchmarkScore(b *testing.B) {
	s, t, l := benchService(b, 100)
	ctx := b.Context()
	p := t.histories[0].Citizen.ID
	var id string
	if err := l.Do(ctx, func(tx *ledger.Tx) (*ledger.Event, error) {
		ids, err := tx.Citizens(ctx, keyOf(p), p)
		if err != nil {
			return nil, err
		}
		id = ids[0]
		return &ledger.Event{Actor: "b", Action: "search"}, nil
	}); err != nil {
		b.Fatal(err)
	}
	if _, err := s.Judge(ctx, demoPeople[0], Judgement{Citizen: id, Target: "benefit", Answer: "yes"}); err != nil {
		b.Fatal(err)
	}
	sessions := NewSessions(s, nil)
	rec := httptest.NewRecorder()
	login := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/", nil)
	login.RemoteAddr = "127.0.0.1:1"
	if err := sessions.Login(rec, login, demoPeople[0].ID); err != nil {
		b.Fatal(err)
	}
	e := Handler(s, sessions, Options{})
	constant := echo.New()
	constant.POST("/api/v1/scores", func(c *echo.Context) error { return c.JSONBlob(200, []byte(`{"probability":0.41}`)) })
	body := []byte(`{"citizen":"` + id + `","target":"benefit"}`)
	ask := func(b *testing.B, h http.Handler) {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/api/v1/scores", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.AddCookie(rec.Result().Cookies()[0])
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Body.String())
		}
	}
	b.Run("service", func(b *testing.B) {
		for b.Loop() {
			ask(b, e)
		}
	})
	b.Run("constant", func(b *testing.B) {
		for b.Loop() {
			ask(b, constant)
		}
	})
}
