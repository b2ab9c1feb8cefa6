package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/rettidig/rettidig"
)

// Options are the settings of the handler. The zero value is usable.
type Options struct {
	Logger *slog.Logger   // nil means none
	Clock  rettidig.Clock // nil means time.Now; only durations in the log come from it
	// PageError answers an error outside /api, if the pages have not answered it themselves. nil means
	// problem+json everywhere.
	PageError func(c *echo.Context, f Failure) error
}

// server holds what the handlers share; it is read-only after Handler.
type server struct {
	app      App
	sessions *Sessions
	log      *slog.Logger
	page     func(c *echo.Context, f Failure) error
}

// Handler returns an Echo with the API on it, behind the middleware that all requests pass: request id and
// access log, security headers, recovery, cross-origin protection, body limit. Pages may be registered on
// the same Echo and share the sessions.
func Handler(app App, sessions *Sessions, opt Options) *echo.Echo {
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	log := slog.New(Redact(opt.Logger.Handler()))
	s := &server{app: app, sessions: sessions, log: log, page: opt.PageError}
	e := echo.NewWithConfig(echo.Config{Logger: log, HTTPErrorHandler: s.fail, Router: echo.NewRouter(echo.RouterConfig{})})
	e.Use(accessLog(log, opt.Clock), secure, recoverPanic(log), sameOrigin(), limitBody)
	for _, r := range s.routes() {
		e.Add(r.method, r.path, r.handle)
	}
	return e
}

// Server returns a server with limits for slow and greedy clients.
func Server(addr string, handler http.Handler) *http.Server {
	return &http.Server{Addr: addr, Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
}

// fail is the only way from an error to a response.
func (s *server) fail(c *echo.Context, err error) {
	f := Explain(err)
	if f.Status >= http.StatusInternalServerError {
		s.log.Error("request failed", "request_id", requestID(c), "route", c.Path(), "code", f.Code, "error", err)
	}
	if r, _ := echo.UnwrapResponse(c.Response()); r != nil && r.Committed {
		return // half an answer is out; the connection says the rest
	}
	write := writeProblem
	if s.page != nil && !isAPI(c.Request().URL.Path) {
		write = s.page
	}
	if err := write(c, f); err != nil {
		s.log.Error("an error could not be answered", "request_id", requestID(c), "error", err)
	}
}

type route struct {
	method, path string
	handle       echo.HandlerFunc
}

func (s *server) routes() []route {
	return []route{
		{http.MethodGet, "/healthz", s.health},
		{http.MethodGet, "/readyz", s.ready},
		{http.MethodGet, "/openapi.json", s.openAPI},
		{http.MethodPost, "/api/v1/session", s.login},
		{http.MethodDelete, "/api/v1/session", s.logout},
		{http.MethodGet, "/api/v1/worklist", s.known(s.worklist)},
		{http.MethodPost, "/api/v1/citizens/search", s.known(s.search)},
		{http.MethodGet, "/api/v1/citizens/:id", s.known(s.citizen)},
		{http.MethodGet, "/api/v1/citizens/:id/timeline", s.known(s.timeline)},
		{http.MethodPost, "/api/v1/judgements", s.known(s.judge)},
		{http.MethodPost, "/api/v1/scores", s.known(s.score)},
		{http.MethodPost, "/api/v1/decisions", s.known(s.decide)},
		{http.MethodGet, "/api/v1/models", s.known(s.models)},
		{http.MethodGet, "/api/v1/models/:id", s.known(s.model)},
		{http.MethodGet, "/api/v1/businesscase/:id", s.known(s.businessCase)},
		{http.MethodPost, "/api/v1/businesscase/simulate", s.known(s.simulate)},
		{http.MethodGet, "/api/v1/audit", s.known(s.audit)},
	}
}

// known finds out who asks; nobody is ErrNoSession.
func (s *server) known(h func(c *echo.Context, who Person) error) echo.HandlerFunc {
	return func(c *echo.Context) error {
		who, in := s.sessions.Person(c.Request())
		if !in {
			return ErrNoSession
		}
		return h(c, who)
	}
}

// send answers with JSON. It is marshalled before the status is out, so that a NaN becomes an error and not
// half an answer; the bytes are the ones that the ledger keeps of a score.
func send[T any](c *echo.Context, status int, v T, err error) error {
	if err != nil {
		return err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return c.JSONBlob(status, b)
}

// health tells that the process runs, whatever else does not.
func (s *server) health(c *echo.Context) error {
	return send(c, http.StatusOK, map[string]string{"status": "ok"}, nil)
}

type readiness struct {
	Status     string      `json:"status"`
	Components []Component `json:"components"`
}

// ready names what works and what does not, and never why: that is for the log.
func (s *server) ready(c *echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 5*time.Second)
	defer cancel()
	state := readiness{Status: "ready", Components: []Component{}}
	if parts, ok := s.app.(interface {
		Components(context.Context) []Component
	}); ok {
		state.Components = parts.Components(ctx)
	}
	status := http.StatusOK
	if err := s.app.Ready(ctx); err != nil {
		s.log.Error("not ready", "request_id", requestID(c), "error", err)
		state.Status, status = "not-ready", http.StatusServiceUnavailable
	}
	return send(c, status, state, nil)
}

func (s *server) openAPI(c *echo.Context) error {
	return c.JSONBlob(http.StatusOK, OpenAPI())
}

func (s *server) login(c *echo.Context) error {
	var in struct {
		Persona string `json:"persona"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.Persona == "" {
		return invalid("invalid-body", FieldError{"/persona", "required"})
	}
	if err := s.sessions.Login(c.Response(), c.Request(), in.Persona); err != nil {
		return err
	}
	for _, p := range s.app.Personas() {
		if p.ID == in.Persona {
			return send(c, http.StatusOK, p, nil)
		}
	}
	return fail(rettidig.NotFound, "no-such-persona", nil)
}

func (s *server) logout(c *echo.Context) error {
	s.sessions.Logout(c.Response(), c.Request())
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return c.NoContent(http.StatusNoContent)
}

func (s *server) worklist(c *echo.Context, who Person) error {
	v, err := query(c, "kind", "cursor", "limit")
	if err != nil {
		return err
	}
	limit, err := limitOf(v)
	if err != nil {
		return err
	}
	page, err := s.app.List(c.Request().Context(), who, ListQuery{Kind: v.Get("kind"), Cursor: v.Get("cursor"), Limit: limit})
	return send(c, http.StatusOK, page, err)
}

func (s *server) search(c *echo.Context, who Person) error {
	var in struct {
		CPR string `json:"cpr"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.CPR == "" {
		return invalid("invalid-body", FieldError{"/cpr", "required"})
	}
	found, err := s.app.Find(c.Request().Context(), who, in.CPR)
	return send(c, http.StatusOK, found, err)
}

func (s *server) citizen(c *echo.Context, who Person) error {
	v, err := s.app.Citizen(c.Request().Context(), who, c.Param("id"))
	return send(c, http.StatusOK, v, err)
}

func (s *server) timeline(c *echo.Context, who Person) error {
	v, err := s.app.Timeline(c.Request().Context(), who, c.Param("id"))
	return send(c, http.StatusOK, v, err)
}

func (s *server) judge(c *echo.Context, who Person) error {
	var in Judgement
	if err := decode(c, &in); err != nil {
		return err
	}
	r, err := s.app.Judge(c.Request().Context(), who, in)
	return send(c, http.StatusCreated, r, err)
}

func (s *server) score(c *echo.Context, who Person) error {
	var in struct {
		ScoreRequest
		History json.RawMessage `json:"history"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	if in.History != nil {
		return invalid("inline-history", FieldError{"/history", "value"})
	}
	v, err := s.app.Score(c.Request().Context(), who, in.ScoreRequest)
	return send(c, http.StatusOK, v, err)
}

func (s *server) decide(c *echo.Context, who Person) error {
	var in Decision
	if err := decode(c, &in); err != nil {
		return err
	}
	in.Key = c.Request().Header.Get("Idempotency-Key")
	r, err := s.app.Decide(c.Request().Context(), who, in)
	return send(c, http.StatusCreated, r, err)
}

func (s *server) models(c *echo.Context, who Person) error {
	ms, err := s.app.Models(c.Request().Context(), who)
	return send(c, http.StatusOK, struct {
		Models []ModelView `json:"models"`
	}{ms}, err)
}

func (s *server) model(c *echo.Context, who Person) error {
	ms, err := s.app.Models(c.Request().Context(), who)
	if err != nil {
		return err
	}
	for _, m := range ms {
		if m.Ref.ID == c.Param("id") {
			return send(c, http.StatusOK, m, nil)
		}
	}
	return fail(rettidig.NotFound, "no-such-model", nil)
}

func (s *server) businessCase(c *echo.Context, who Person) error {
	if id := c.Param("id"); id != "su7" {
		v, err := s.app.Document(c.Request().Context(), who, id)
		return send(c, http.StatusOK, v, err)
	}
	v, err := s.app.Savings(c.Request().Context(), who)
	return send(c, http.StatusOK, v, err)
}

func (s *server) simulate(c *echo.Context, who Person) error {
	var in SimulationRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	v, err := s.app.Simulate(c.Request().Context(), who, in)
	return send(c, http.StatusOK, v, err)
}

func (s *server) audit(c *echo.Context, who Person) error {
	v, err := query(c, "citizen", "actor", "action", "cursor", "limit")
	if err != nil {
		return err
	}
	limit, err := limitOf(v)
	if err != nil {
		return err
	}
	page, err := s.app.Audit(c.Request().Context(), who, AuditQuery{Citizen: v.Get("citizen"), Actor: v.Get("actor"), Action: v.Get("action"),
		Cursor: v.Get("cursor"), Limit: limit})
	return send(c, http.StatusOK, page, err)
}
