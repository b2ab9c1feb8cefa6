package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rettidig/rettidig"
)

// deafApp answers what needs no ledger; the fuzzed requests end before anything else, or in an error.
type deafApp struct{ App }

func (deafApp) Info() Info         { return Info{Synthetic: true} }
func (deafApp) Personas() []Person { return demoPeople }

// FuzzBody posts anything as a body. Whatever comes, the answer is a problem that is JSON, never a 500, and
// never repeats a long piece of what was sent.
func FuzzBody(f *testing.F) {
	for _, s := range []string{``, `{}`, `null`, `[`, `{"citizen":"x","target":"benefit","answer":"yes"}`, `{"persona":"x"}`, `{"persona":1}`, `{"a/b":1}`, "{\"\xff\":1}",
		`{"persona":"demo-data"} x`, `{"persona":"a","persona":"b"}`, `{"PERSONA":"demo-data"}`, `{"persona":{"persona":{}}}`, `{"0101501234":1}`} {
		f.Add([]byte(s))
	}
	e := Handler(deafApp{}, NewSessions(deafApp{}, nil), Options{Clock: func() time.Time { return time.Unix(0, 0) }})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/api/v1/session", strings.NewReader(string(body)))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code == http.StatusOK {
			return
		}
		var p Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code >= 500 || p.Status != w.Code || w.Header().Get("Content-Type") != ProblemType {
			t.Fatalf("%q gives %d %s", body, w.Code, w.Body)
		}
		for _, fe := range p.Errors {
			if len(fe.Pointer) > 300 || strings.Contains(fe.Pointer, "0101501234") {
				t.Fatalf("%q is repeated as %q", body, fe.Pointer)
			}
		}
	})
}

// FuzzCursor reads anything as a cursor: a place in the list or an Invalid error.
func FuzzCursor(f *testing.F) {
	s := &Service{stamp: "2026-11-15.60"}
	f.Add(s.cursor("all", 25))
	f.Add("")
	f.Add("YWxs")
	f.Add(auditCursor(7))
	f.Fuzz(func(t *testing.T, cursor string) {
		at, err := s.readCursor("all", cursor, 60)
		if err == nil && (at < 0 || at > 60) || err != nil && rettidig.KindOf(err) != rettidig.Invalid {
			t.Fatalf("%q gives %d, %v", cursor, at, err)
		}
		if seq, err := readAuditCursor(cursor); err == nil && seq < 0 {
			t.Fatalf("%q gives %d", cursor, seq)
		}
	})
}
