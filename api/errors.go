package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v5"

	"github.com/rettidig/rettidig"
)

// FieldError points at a part of the input. Code says what is wrong with it: required, unknown, type,
// value, length, personal.
type FieldError struct {
	Pointer string `json:"pointer"` // JSON pointer into the body, or "?name" for a query parameter
	Code    string `json:"code"`
}

// InputError is an Invalid error that says where.
type InputError struct {
	Fields []FieldError
	err    *rettidig.Error
}

// Error names the places.
func (e *InputError) Error() string { return fmt.Sprintf("%s %v", e.err.Code, e.Fields) }

// Unwrap returns the error of the vocabulary, so that KindOf finds it.
func (e *InputError) Unwrap() error { return e.err }

func invalid(code string, fields ...FieldError) error {
	return &InputError{fields, fail(rettidig.Invalid, code, nil)}
}

// TooMany refuses somebody who asks too often.
type TooMany struct{ RetryAfter time.Duration }

// Error says how long to wait.
func (e *TooMany) Error() string { return fmt.Sprintf("too many look-ups, again in %s", e.RetryAfter) }

// StatusCode is 429, for Echo.
func (*TooMany) StatusCode() int { return http.StatusTooManyRequests }

// ErrNoSession is returned when nobody is logged in.
var ErrNoSession error = &plainError{http.StatusUnauthorized, "login-required"}

// plainError is a failure of the transport that no Kind names.
type plainError struct {
	status int
	code   string
}

func (e *plainError) Error() string { return e.code }

// StatusCode is for Echo.
func (e *plainError) StatusCode() int { return e.status }

// fail makes an Error whose Msg is the Danish text of its code.
func fail(kind rettidig.Kind, code string, cause error) *rettidig.Error {
	return rettidig.E(kind, code, messages[code].da, cause)
}

// Failure is what may be told about an error: nothing of an internal one.
type Failure struct {
	Status     int
	Code       string
	DA, EN     string
	Fields     []FieldError
	RetryAfter time.Duration
}

var statusOf = map[rettidig.Kind]int{
	rettidig.Internal:    http.StatusInternalServerError,
	rettidig.Invalid:     http.StatusBadRequest,
	rettidig.NotFound:    http.StatusNotFound,
	rettidig.Conflict:    http.StatusConflict,
	rettidig.Forbidden:   http.StatusForbidden,
	rettidig.Unavailable: http.StatusServiceUnavailable,
}

// Explain is the only place that turns an error into a status and words.
func Explain(err error) Failure {
	var (
		e     *rettidig.Error
		in    *InputError
		many  *TooMany
		plain *plainError
		big   *http.MaxBytesError
		sc    echo.HTTPStatusCoder
	)
	f := Failure{Status: http.StatusInternalServerError, Code: "internal"}
	switch {
	case errors.As(err, &many):
		f = Failure{Status: http.StatusTooManyRequests, Code: "too-many", RetryAfter: many.RetryAfter}
	case errors.As(err, &big):
		f = Failure{Status: http.StatusRequestEntityTooLarge, Code: "body-too-large"}
	case errors.As(err, &plain):
		f = Failure{Status: plain.status, Code: plain.code}
	case errors.As(err, &e) && e.Kind != rettidig.Internal && statusOf[e.Kind] != 0:
		f = Failure{Status: statusOf[e.Kind], Code: e.Code, DA: e.Msg, EN: e.Msg}
		if errors.As(err, &in) {
			f.Fields = in.Fields
		}
	case errors.As(err, &e):
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		f = Failure{Status: http.StatusServiceUnavailable, Code: "cancelled"}
	case errors.As(err, &sc) && sc.StatusCode() >= 400:
		f = Failure{Status: sc.StatusCode(), Code: echoCodes[sc.StatusCode()]}
	}
	if f.Code == "" {
		f.Code = "failed"
	}
	if m, ok := messages[f.Code]; ok {
		if f.DA == "" {
			f.DA = m.da
		}
		if f.EN == "" || f.EN == m.da {
			f.EN = m.en
		}
	}
	return f
}

// echoCodes names what Echo itself refuses.
var echoCodes = map[int]string{
	http.StatusBadRequest:            "bad-request",
	http.StatusNotFound:              "no-such-route",
	http.StatusMethodNotAllowed:      "method-not-allowed",
	http.StatusRequestEntityTooLarge: "body-too-large",
	http.StatusUnsupportedMediaType:  "json-expected",
}
