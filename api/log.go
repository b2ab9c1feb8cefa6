package api

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/rettidig/rettidig/ledger"
)

// Redact wraps a log handler so that nothing of the shape of a CPR number gets through it, in a message, a
// text or an error. It is the last line: no code here logs a number.
func Redact(h slog.Handler) slog.Handler {
	if _, done := h.(redactor); done {
		return h
	}
	return redactor{h}
}

type redactor struct{ slog.Handler }

// Handle masks the message and every attribute.
func (r redactor) Handle(ctx context.Context, rec slog.Record) error {
	out := slog.NewRecord(rec.Time, rec.Level, ledger.MaskCPR(rec.Message), rec.PC)
	rec.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(mask(a))
		return true
	})
	return r.Handler.Handle(ctx, out)
}

// WithAttrs masks attributes that a logger always carries.
func (r redactor) WithAttrs(as []slog.Attr) slog.Handler {
	masked := make([]slog.Attr, len(as))
	for i, a := range as {
		masked[i] = mask(a)
	}
	return redactor{r.Handler.WithAttrs(masked)}
}

// WithGroup keeps the mask.
func (r redactor) WithGroup(name string) slog.Handler { return redactor{r.Handler.WithGroup(name)} }

func mask(a slog.Attr) slog.Attr {
	a.Key = ledger.MaskCPR(a.Key)
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, ledger.MaskCPR(v.String()))
	case slog.KindGroup:
		masked := make([]slog.Attr, len(v.Group()))
		for i, g := range v.Group() {
			masked[i] = mask(g)
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(masked...)}
	case slog.KindAny:
		// An unknown value is printed here: what a handler would make of it is out of sight.
		return slog.String(a.Key, ledger.MaskCPR(fmt.Sprint(v.Any())))
	}
	return slog.Attr{Key: a.Key, Value: v}
}
