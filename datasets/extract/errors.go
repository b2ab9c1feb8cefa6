package extract

import (
	"strconv"

	"github.com/rettidig/rettidig"
)

// FileError is a file that was refused: where, what is wrong, and what to do. It holds no citizen data.
type FileError struct {
	File    string // name within the delivery
	Line    int    // 1-based; 0: the file as a whole
	Column  string // column name; empty: the whole line
	Code    string // machine-readable, kebab-case
	Problem string
	Do      string // what the reader of the message can do
	Err     error  // cause, may be nil
}

// Error returns "file, line 3, column X: problem. What to do."
func (e *FileError) Error() string {
	s := e.File
	if e.Line > 0 {
		s += ", line " + strconv.Itoa(e.Line)
	}
	if e.Column != "" {
		s += ", column " + e.Column
	}
	s += ": " + e.Problem
	if e.Err != nil {
		s += " (" + e.Err.Error() + ")"
	}
	return s + ". " + e.Do
}

// Unwrap returns the same as the project's own error, of kind Invalid, so that a caller can ask for its kind.
func (e *FileError) Unwrap() []error {
	own := rettidig.E(rettidig.Invalid, e.Code, e.File+": "+e.Problem+". "+e.Do, nil)
	if e.Err == nil {
		return []error{own}
	}
	return []error{own, e.Err}
}

// refusal is a FileError before anybody knows which file it is about.
func refusal(line int, code, problem, do string) *FileError {
	return &FileError{Line: line, Code: code, Problem: problem, Do: do}
}
