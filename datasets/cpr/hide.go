package cpr

import "regexp"

// A run of nine digits or more may be a number that lost its zero, however it is spaced and whatever digits it is
// written with; what has the shape of a replacement number is one.
var mayHold = regexp.MustCompile(`\p{Nd}(?:[^\p{L}\p{Nd}]{0,3}\p{Nd}){8,}|\p{Nd}{6}[^\p{L}\p{Nd}]{0,3}\p{Nd}\p{L}{2}\p{Nd}`)

// Programs put into names when a file was made, or from when until when it tells. No such run has ten digits, as a number
// has, and one of nine has a bracket in it, with which a copy is numbered.
var date = `20\d\d[-._ ]?(?:0[1-9]|1[0-2])[-._ ]?(?:0[1-9]|[12]\d|3[01])`
var isTime = regexp.MustCompile(`^` + date + `(?: ?\(\d{1,3}|[-._ ]{0,3}(?:[01]\d|2[0-3])[-.: _]?[0-5]\d(?:[-.: _]?[0-5]\d)?|[-_ ]{1,3}` + date + `)$`)

// Hide replaces what may be a CPR number in a text from outside, such as the name of a file, a column or a service, by
// "[number]". It is much wider than Parse: a report can do without a number, and must do without a citizen's.
func Hide(s string) string {
	return mayHold.ReplaceAllStringFunc(s, func(run string) string {
		if isTime.MatchString(run) {
			return run
		}
		return "[number]"
	})
}

// MayBeIn tells whether Hide finds something in a text.
func MayBeIn(s string) bool { return Hide(s) != s }
