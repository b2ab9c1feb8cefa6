package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/api/web"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/internal/buildinfo"
	"github.com/rettidig/rettidig/ledger"
	"github.com/rettidig/rettidig/pipeline"
)

// parts is what a service is put together from.
type parts struct {
	data     *pipeline.Data
	registry string
	db       string // path of the SQLite file
	key      pseudonym.Key
	protocol cohort.Protocol
	mode     string
	place    string // name of the municipality
	log      *slog.Logger
}

// handler opens the ledger and puts the service together. close must be called when no request is under way.
func handler(ctx context.Context, p parts) (h http.Handler, close func() error, err error) {
	if p.data.Manifest.KeyID != p.key.ID() {
		return nil, nil, fmt.Errorf("the event store was made with key %s and this is key %s: no citizen would be found", p.data.Manifest.KeyID, p.key.ID())
	}
	scorer, err := loadAnswers(p.registry, p.protocol)
	if err != nil {
		return nil, nil, err
	}
	saved, err := savings(scorer, p.data.Manifest.Synthetic)
	if err != nil {
		return nil, nil, err
	}
	book, err := ledger.Open(ctx, p.db, time.Now)
	if err != nil {
		return nil, nil, fmt.Errorf("open ledger %s: %w", p.db, err)
	}
	app, err := api.NewService(api.Config{
		Population: p.data, Scorer: scorer, Savings: func() api.SavingsView { return saved }, Document: document, Simulate: simulate, Ledger: book,
		Pseudonym: p.key.OfCPR, Mode: p.mode, Synthetic: p.data.Manifest.Synthetic, Municipality: p.place,
		Version: buildinfo.Version(), Logger: p.log,
	})
	if err != nil {
		return nil, nil, errors.Join(err, book.Close())
	}
	sessions := api.NewSessions(app, time.Now)
	pages := web.Options{Log: p.log}
	e := api.Handler(app, sessions, api.Options{Logger: p.log, PageError: web.PageError(app, sessions, pages)})
	web.Register(e, app, sessions, pages)
	return e, book.Close, nil
}

// serve answers until ctx is done, then lets requests under way finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := api.Server(l.Addr().String(), h)
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(wait)
}

// listen takes the address before any long work, so that a port in use is said at once.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (is something else running there? try --addr 127.0.0.1:8081): %w", addr, err)
	}
	return l, nil
}

// loopback tells whether a listener is reachable from this machine only.
func loopback(l net.Listener) bool {
	a, ok := l.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

func logger(w io.Writer) *slog.Logger {
	return slog.New(api.Redact(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo})))
}
