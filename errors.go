package rettidig

import "errors"

// Kind says what the caller can do about an error.
type Kind uint8

const (
	Internal    Kind = iota // ours: nothing the caller can do
	Invalid                 // the input is wrong; Msg says where
	NotFound                // there is no such thing, or the caller may not know that there is
	Conflict                // not now, or not in this order: Msg says what must come first
	Forbidden               // the caller may not
	Unavailable             // switched off, or not ready
)

// Error is one failure for two readers: Msg is shown to the user and holds no citizen data, Err goes to
// the log.
type Error struct {
	Kind Kind
	Code string // stable, machine-readable, kebab-case; e.g. "judgement-first"
	Msg  string
	Err  error
}

// Error returns the message for the log, which includes the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Msg
	}
	return e.Msg + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// E returns an Error. cause may be nil.
func E(kind Kind, code, msg string, cause error) *Error {
	return &Error{Kind: kind, Code: code, Msg: msg, Err: cause}
}

// KindOf returns the kind of the first *Error in err's chain, Internal if there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
