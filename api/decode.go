package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v5"
)

// decode reads a JSON body strictly: one object, nothing unknown in it, nothing after it.
func decode(c *echo.Context, into any) error {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationJSON {
		return &plainError{http.StatusUnsupportedMediaType, "json-expected"}
	}
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return err
		}
		return invalid("bad-request")
	}
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return invalid("bad-json", FieldError{"", "object"}) // null, too, would decode into anything
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return jsonError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return invalid("bad-json", FieldError{"", "trailing"})
	}
	return nil
}

// jsonError says where. It never passes on the decoder's words, which quote the input.
func jsonError(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return invalid("invalid-body", FieldError{"/" + strings.ReplaceAll(kind.Field, ".", "/"), "type"})
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if field, err := strconv.Unquote(name); err == nil {
			return invalid("invalid-body", FieldError{"/" + pointerToken(field), "unknown"})
		}
	}
	return invalid("bad-json")
}

// pointerToken escapes a name for a JSON pointer. A name that is itself suspicious is not repeated.
func pointerToken(name string) string {
	if len(name) > 64 {
		name = name[:64]
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return '?'
		}
		return r
	}, name)
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(maskDigits(plain))
}

// maskDigits keeps a CPR number that was sent as a name out of the answer.
func maskDigits(s string) string {
	digits := 0
	for _, r := range s {
		if '0' <= r && r <= '9' {
			digits++
		}
	}
	if digits < 6 {
		return s
	}
	return "..."
}

// query reads query parameters strictly: only those named, each once.
func query(c *echo.Context, names ...string) (url.Values, error) {
	v, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, invalid("invalid-query", FieldError{"?", "syntax"})
	}
	var bad []FieldError
	for name, values := range v {
		switch {
		case !slices.Contains(names, name):
			bad = append(bad, FieldError{"?" + pointerToken(name), "unknown"})
		case len(values) > 1:
			bad = append(bad, FieldError{"?" + name, "repeated"})
		}
	}
	if len(bad) > 0 {
		slices.SortFunc(bad, func(a, b FieldError) int { return strings.Compare(a.Pointer, b.Pointer) })
		return nil, invalid("invalid-query", bad...)
	}
	return v, nil
}

// limitOf reads the parameter limit; absent is 0.
func limitOf(v url.Values) (int, error) {
	s := v.Get("limit")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > largestPage {
		return 0, invalid("invalid-query", FieldError{"?limit", "value"})
	}
	return n, nil
}
