package formula

import "strconv"

// Error is a formula that cannot be read or whose units do not fit.
type Error struct {
	Column int    // 1-based, in characters from the start of the formula, line breaks counted
	Msg    string // what is wrong
	Hint   string // what to do; may be empty
	Name   string // the unknown name, for the caller's "did you mean"; else empty
}

// Error writes position, message and hint on one line.
func (e *Error) Error() string {
	s := "column " + strconv.Itoa(e.Column) + ": " + e.Msg
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Warning is a formula that can be computed and is doubtful.
type Warning struct {
	Column int // as in [Error]
	Msg    string
	Hint   string
}

// String writes position, message and hint on one line.
func (w Warning) String() string { return (&Error{Column: w.Column, Msg: w.Msg, Hint: w.Hint}).Error() }
