package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/ledger"
)

// ContentSecurityPolicy allows a page nothing but its own scripts, styles, fonts, pictures and forms.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

// MaxBody bounds the body of a request.
const MaxBody = 1 << 20

// accessLog gives the request an id, answers its error, and writes one line without personal data: the
// route's template and never the address, no name and no peer.
func accessLog(log *slog.Logger, clock rettidig.Clock) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			start, id := clock(), ledger.NewID()
			c.Set(requestIDKey, id)
			c.Response().Header().Set(echo.HeaderXRequestID, id)
			if err := next(c); err != nil {
				c.Echo().HTTPErrorHandler(c, err)
			}
			_, status := echo.ResolveResponseStatus(c.Response(), nil)
			log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", slog.String("method", method(c.Request())), slog.String("route", c.Path()),
				slog.Int("status", status), slog.Float64("ms", float64(clock().Sub(start))/float64(time.Millisecond)), slog.String("request_id", id))
			return nil
		}
	}
}

// method is the method if it is a known one: a client may send any word as a method.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// secure sets the headers of every response. A handler of static files may replace Cache-Control.
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", ContentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		return next(c)
	}
}

// recoverPanic turns a panic into an error. The stack goes to the log, to nobody else.
func recoverPanic(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) (err error) {
			defer func() {
				p := recover()
				if p == nil {
					return
				}
				if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
					panic(p) // net/http's own way to hang up
				}
				log.Error("panic", "request_id", requestID(c), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				err = rettidig.E(rettidig.Internal, "internal", "", nil)
			}()
			return next(c)
		}
	}
}

// sameOrigin refuses a change that another site asks a browser for.
func sameOrigin() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return fail(rettidig.Forbidden, "cross-origin", err)
			}
			return next(c)
		}
	}
}

func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		r := c.Request()
		if r.ContentLength > MaxBody {
			return &http.MaxBytesError{Limit: MaxBody}
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, MaxBody)
		return next(c)
	}
}
