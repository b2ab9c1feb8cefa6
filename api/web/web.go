package web

import (
	"crypto/rand"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

// SessionStore is what the pages need to know about who is logged in; *api.Sessions is one.
type SessionStore interface {
	// Person returns who made the request; false if nobody is logged in.
	Person(r *http.Request) (api.Person, bool)
	// Login starts a new session for a persona of App.Personas and ends the request's old one.
	Login(w http.ResponseWriter, r *http.Request, personaID string) error
	// Logout ends the request's session. It does nothing if there is none.
	Logout(w http.ResponseWriter, r *http.Request)
}

var _ SessionStore = (*api.Sessions)(nil)

// Options are the settings of the pages. The zero value is usable.
type Options struct {
	SecureCookies bool           // set where the service is behind TLS
	NewKey        func() string  // idempotency key of a decision form; nil means a random one
	Now           rettidig.Clock // nil means time.Now; tells how old the data are
	Log           *slog.Logger   // nil means slog.Default
}

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/rettidig.css static/icon.svg static/vendor/dkfds-11.2.0
var staticFiles embed.FS

// server holds what the handlers share; it is read-only after Register.
type server struct {
	app      api.App
	sessions SessionStore
	opt      Options
	pages    pages
}

// Register puts the pages on e: /, /login, /citizens, /models, /savings, /audit and /static. What no route
// takes is answered by e's error handler: give PageError to api.Options, so that it answers with a page. (A
// catch-all route here would turn every 405 of the API into a 404.) It panics if an embedded template is
// damaged, which a test would have found.
func Register(e *echo.Echo, app api.App, sessions SessionStore, opt Options) {
	s := newServer(app, sessions, opt)
	e.GET("/static/*", echo.WrapHandler(staticHandler()))
	e.GET("/login", s.open(s.loginForm))
	e.POST("/login", s.open(s.login))
	e.POST("/logout", s.open(s.logout))
	e.GET("/", s.open(s.start))
	e.GET("/citizens", s.allowed(api.SeeCitizens, s.find))
	e.POST("/find", s.allowed(api.SeeCitizens, s.lookUp))
	e.GET("/citizens/:id", s.allowed(api.SeeCitizens, s.citizen))
	e.POST("/citizens/:id/judgement", s.allowed(api.Record, s.judge))
	e.POST("/citizens/:id/decision", s.allowed(api.Record, s.decide))
	e.GET("/models", s.allowed(api.SeeModels, s.models))
	e.GET("/savings", s.allowed(api.SeeSavings, s.savings))
	e.GET("/audit", s.allowed(api.SeeAudit, s.audit))
	e.POST("/audit", s.allowed(api.SeeAudit, s.auditFilter))
}

func newServer(app api.App, sessions SessionStore, opt Options) *server {
	if opt.NewKey == nil {
		opt.NewKey = rand.Text
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &server{app: app, sessions: sessions, opt: opt, pages: parsePages()}
}

// PageError returns the page for a failure that no page handler saw, such as an unknown address or a method
// that a page does not take. It fits api.Options.
func PageError(app api.App, sessions SessionStore, opt Options) func(c *echo.Context, f api.Failure) error {
	s := newServer(app, sessions, opt)
	return func(c *echo.Context, f api.Failure) error { return s.failed(s.newRequest(c), f) }
}

func mustSub(f fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		panic("web: embedded folder " + dir + ": " + err.Error())
	}
	return sub
}
