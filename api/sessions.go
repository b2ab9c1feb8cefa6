package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/rettidig/rettidig"
)

// SessionCookie is the name of the cookie. Its value is an opaque random id.
const SessionCookie = "rettidig_session"

// The lifetimes of a session.
const (
	IdleTimeout     = 30 * time.Minute
	AbsoluteTimeout = 8 * time.Hour
)

// Sessions knows who is logged in. It lives in memory: a restart logs everybody out. Only the SHA-256 of
// an id is kept, so that a dump of the memory lets nobody in.
type Sessions struct {
	app   App
	clock rettidig.Clock

	mu   sync.Mutex
	open map[[sha256.Size]byte]session
}

type session struct {
	who           Person
	started, seen time.Time
}

// recorder is what Service adds to App: it writes logins and logouts down.
type recorder interface {
	LoggedIn(ctx context.Context, who Person, action string) error
}

// NewSessions returns a store without sessions. A nil clock is time.Now.
func NewSessions(app App, clock rettidig.Clock) *Sessions {
	if clock == nil {
		clock = time.Now
	}
	return &Sessions{app: app, clock: clock, open: map[[sha256.Size]byte]session{}}
}

// Login starts a session for a person of the demo login and ends the request's old one. It is refused
// unless the data are synthetic and both ends of the connection are this machine: the Host header is
// checked as well, so that a name which somebody points at 127.0.0.1 does not get in.
func (s *Sessions) Login(w http.ResponseWriter, r *http.Request, persona string) error {
	if !s.app.Info().Synthetic || !fromHere(r) {
		return fail(rettidig.Forbidden, "demo-login-off", nil)
	}
	for _, p := range s.app.Personas() {
		if p.ID == persona {
			return s.start(w, r, p)
		}
	}
	return fail(rettidig.NotFound, "no-such-persona", nil)
}

func (s *Sessions) start(w http.ResponseWriter, r *http.Request, who Person) error {
	if rec, ok := s.app.(recorder); ok {
		if err := rec.LoggedIn(r.Context(), who, "login"); err != nil {
			return err
		}
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id) // never fails: the runtime ends the program instead
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep(now)
	if old, ok := sessionKey(r); ok {
		delete(s.open, old)
	}
	s.open[sha256.Sum256(id)] = session{who, now, now}
	http.SetCookie(w, cookie(r, base64.RawURLEncoding.EncodeToString(id), 0))
	return nil
}

// Person returns who made the request, and keeps the session awake.
func (s *Sessions) Person(r *http.Request) (Person, bool) {
	key, ok := sessionKey(r)
	if !ok {
		return Person{}, false
	}
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	se, ok := s.open[key]
	if !ok {
		return Person{}, false
	}
	if se.expired(now) {
		delete(s.open, key)
		return Person{}, false
	}
	se.seen = now
	s.open[key] = se
	return se.who, true
}

// Logout ends the request's session here, whatever the browser does with the cookie.
func (s *Sessions) Logout(w http.ResponseWriter, r *http.Request) {
	who, in := s.Person(r)
	if key, ok := sessionKey(r); ok {
		s.mu.Lock()
		delete(s.open, key)
		s.mu.Unlock()
	}
	http.SetCookie(w, cookie(r, "", -1))
	if rec, ok := s.app.(recorder); ok && in {
		// A logout that cannot be written down still happens: staying logged in would be worse.
		_ = rec.LoggedIn(r.Context(), who, "logout")
	}
}

func (se session) expired(now time.Time) bool {
	return now.Sub(se.seen) >= IdleTimeout || now.Sub(se.started) >= AbsoluteTimeout
}

// sweep forgets what has expired; the caller holds the lock.
func (s *Sessions) sweep(now time.Time) {
	for k, se := range s.open {
		if se.expired(now) {
			delete(s.open, k)
		}
	}
}

// sessionKey is the hash of the request's session id.
func sessionKey(r *http.Request) (key [sha256.Size]byte, ok bool) {
	c, err := r.Cookie(SessionCookie)
	if err != nil {
		return key, false
	}
	id, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(id) != 32 {
		return key, false
	}
	return sha256.Sum256(id), true
}

// cookie is Secure unless the browser talks to its own machine, where there is no TLS.
func cookie(r *http.Request, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: SessionCookie, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || !loopbackHost(r.Host)}
}

// fromHere tells whether a request comes from this machine and was addressed to it.
func fromHere(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && loopbackHost(r.Host)
}

func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
