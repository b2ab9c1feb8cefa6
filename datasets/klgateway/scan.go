package klgateway

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// SyntaxError is a file that is not what it should be, with where and what to do. It holds no citizen data.
type SyntaxError struct {
	At      Position
	Problem string
	Do      string
	Err     error // the cause in the reader underneath, may be nil
}

// Error says where, what and what to do.
func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("line %d, bundle %d, entry %d: %s", e.At.Line, e.At.Bundle, e.At.Entry, e.Problem)
	if e.Err != nil {
		s += " (" + e.Err.Error() + ")"
	}
	return s + ". " + e.Do
}

// Unwrap returns the cause.
func (e *SyntaxError) Unwrap() error { return e.Err }

// The limits within one entry. A real one has some forty values no deeper than ten.
const (
	maxDepth  = 64
	maxText   = 4096
	maxValues = 10_000
)

// value is a JSON value of which only the elements that are asked for were kept.
type value struct {
	kind    byte // '{', '[', '"', '0' for a number, 't' and 'f' for the booleans, 'n' for null; 0: none
	text    string
	members []member
	items   []value
}

type member struct {
	key string
	v   value
}

// get returns the value under a path of keys; where an array stands on the way, its first item.
func (v *value) get(path ...string) *value {
	for _, key := range path {
		if v = v.first().member(key); v == nil {
			return nil
		}
	}
	return v
}

func (v *value) first() *value {
	if v != nil && v.kind == '[' && len(v.items) > 0 {
		return &v.items[0]
	}
	return v
}

func (v *value) member(key string) *value {
	if v != nil && v.kind == '{' {
		for i := range v.members {
			if v.members[i].key == key {
				return &v.members[i].v
			}
		}
	}
	return nil
}

// all returns the items of an array, or the value alone.
func (v *value) all() []value {
	switch {
	case v == nil:
		return nil
	case v.kind == '[':
		return v.items
	}
	return []value{*v}
}

// str returns the text of a string under a path, "" if there is none.
func (v *value) str(path ...string) string {
	if v = v.get(path...); v != nil && v.kind == '"' {
		return v.text
	}
	return ""
}

// scanner reads JSON from a stream. It holds one value of an entry at a time.
type scanner struct {
	r     *bufio.Reader
	at    Position
	keep  map[string]bool // keys whose values are kept
	depth int

	// Of the entry being read.
	values   int
	twice    bool // a kept key stood twice in one object
	overflow bool // a kept text was too long, or there were too many values
	quoted   []byte
}

var errEnd = errors.New("the file ends in the middle of a value")

func (s *scanner) fail(problem string) error {
	return &SyntaxError{At: s.at, Problem: problem, Do: "Ask the sender for the file again; if it was cut off, transfer it again"}
}

// next returns the next character that is not white space, without taking it; 0 at the end.
func (s *scanner) next() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		switch {
		case err != nil && errors.Is(err, io.EOF):
			return 0, nil
		case err != nil:
			return 0, s.broken(err)
		case c == 0:
			return 0, s.fail("a NUL character")
		case c == '\n':
			s.at.Line++
		case c == ' ' || c == '\t' || c == '\r':
		default:
			_ = s.r.UnreadByte() // always possible after a ReadByte
			return c, nil
		}
	}
}

func (s *scanner) broken(err error) error {
	return &SyntaxError{At: s.at, Problem: "the file could not be read", Do: "Try again, or copy the file anew", Err: err}
}

func (s *scanner) take() (byte, error) {
	c, err := s.r.ReadByte()
	switch {
	case err == nil:
		return c, nil
	case errors.Is(err, io.EOF):
		return 0, s.fail(errEnd.Error())
	}
	return 0, s.broken(err)
}

// want takes one character after white space.
func (s *scanner) want(c byte) error {
	got, err := s.next()
	if err != nil {
		return err
	}
	if got == 0 {
		return s.fail(errEnd.Error())
	}
	if got != c {
		return s.fail(fmt.Sprintf("%q stands where %q should", rune(got), rune(c)))
	}
	_, err = s.take()
	return err
}

// object calls f for each key; f must take the value.
func (s *scanner) object(f func(key string) error) error {
	return s.sequence('{', '}', func() error {
		c, err := s.next()
		if err != nil {
			return err
		}
		if c != '"' {
			return s.fail("a key without quotation marks")
		}
		key, _, err := s.text(true)
		if err != nil {
			return err
		}
		if err := s.want(':'); err != nil {
			return err
		}
		return f(key)
	})
}

// array calls f before each item; f must take it.
func (s *scanner) array(f func() error) error { return s.sequence('[', ']', f) }

func (s *scanner) sequence(open, end byte, item func() error) error {
	if err := s.want(open); err != nil {
		return err
	}
	if s.depth++; s.depth > maxDepth {
		return s.fail(fmt.Sprintf("more than %d levels deep", maxDepth))
	}
	c, err := s.next()
	if err != nil {
		return err
	}
	for more := c != end; more; {
		if err := item(); err != nil {
			return err
		}
		if c, err = s.next(); err != nil {
			return err
		}
		if more = c != end; more {
			if err := s.want(','); err != nil {
				return err
			}
		}
	}
	s.depth--
	return s.want(end)
}

// text takes a string. Unless it is kept only its end is found.
func (s *scanner) text(keep bool) (text string, tooLong bool, err error) {
	if err := s.want('"'); err != nil {
		return "", false, err
	}
	if text, ok := s.plain(keep); ok {
		return text, false, nil
	}
	s.quoted = append(s.quoted[:0], '"')
	escaped := false
	for {
		c, err := s.take()
		if err != nil {
			return "", false, err
		}
		if c < ' ' {
			return "", false, s.fail("a control character stands in a text")
		}
		if escaped {
			if err := s.escape(c, keep); err != nil {
				return "", false, err
			}
			escaped = false
			continue
		}
		if keep && len(s.quoted) <= maxText {
			s.quoted = append(s.quoted, c)
		}
		switch c {
		case '\\':
			escaped = true
		case '"':
			if !keep {
				return "", false, nil
			}
			if len(s.quoted) > maxText {
				return "", true, nil
			}
			return unquote(s.quoted), false, nil
		}
	}
}

// plain takes a text that stands in the buffer whole and holds nothing but printable ASCII; false if it does not, and then
// nothing is taken.
func (s *scanner) plain(keep bool) (string, bool) {
	ahead, _ := s.r.Peek(s.r.Buffered()) // what is buffered can be peeked at
	for i, c := range ahead {
		switch {
		case c == '"':
			text := ""
			if keep {
				text = string(ahead[:i])
			}
			_, _ = s.r.Discard(i + 1)
			return text, true
		case c == '\\' || c < ' ' || c >= utf8.RuneSelf || i > maxText/2:
			return "", false
		}
	}
	return "", false
}

// escape takes the rest of an escape sequence whose second character is c.
func (s *scanner) escape(c byte, keep bool) error {
	n := 0
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
	case 'u':
		n = 4
	default:
		return s.fail("a text holds an escape that JSON does not have")
	}
	if keep && len(s.quoted) <= maxText {
		s.quoted = append(s.quoted, c)
	}
	for range n {
		h, err := s.take()
		if err != nil {
			return err
		}
		if (h < '0' || h > '9') && (h|0x20 < 'a' || h|0x20 > 'f') {
			return s.fail("a text holds an escape that JSON does not have")
		}
		if keep && len(s.quoted) <= maxText {
			s.quoted = append(s.quoted, h)
		}
	}
	return nil
}

// unquote returns the text between quotation marks. Bytes that are no UTF-8 become the replacement character.
func unquote(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	plain := utf8.Valid(inner)
	for _, c := range inner {
		plain = plain && c != '\\'
	}
	if plain {
		return string(inner)
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		panic("klgateway: a text that was scanned cannot be read: " + err.Error())
	}
	return text
}

// word takes a number, true, false or null.
func (s *scanner) word() (string, error) {
	var b []byte
	for {
		c, err := s.r.ReadByte()
		if err != nil && !errors.Is(err, io.EOF) {
			return "", s.broken(err)
		}
		isWord := err == nil && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == 'E' || c == '+' || c == '-' || c == '.')
		if !isWord {
			if err == nil {
				_ = s.r.UnreadByte()
			}
			break
		}
		if b = append(b, c); len(b) > 64 {
			return "", s.fail("a number of more than 64 digits")
		}
	}
	if !json.Valid(b) {
		return "", s.fail("something that is no JSON value")
	}
	return string(b), nil
}

// value takes a value. Of an object only the members whose keys are kept are held; the rest is passed over. keep is
// false inside what is passed over.
func (s *scanner) value(keep bool) (value, error) {
	c, err := s.next()
	if err != nil {
		return value{}, err
	}
	if keep {
		if s.values++; s.values > maxValues {
			s.overflow, keep = true, false
		}
	}
	v := value{kind: c}
	switch c {
	case 0:
		return value{}, s.fail(errEnd.Error())
	case '{':
		err = s.object(func(key string) error { return s.member(&v, key, keep) })
	case '[':
		err = s.array(func() error {
			item, err := s.value(keep)
			if err == nil && keep && !s.overflow {
				v.items = append(v.items, item)
			}
			return err
		})
	case '"':
		var long bool
		v.text, long, err = s.text(keep)
		s.overflow = s.overflow || long
	default:
		v.text, err = s.word()
		if c >= '0' && c <= '9' || c == '-' {
			v.kind = '0'
		}
	}
	return v, err
}

func (s *scanner) member(v *value, key string, keep bool) error {
	keep = keep && s.keep[key]
	if keep && v.member(key) != nil {
		s.twice = true
	}
	m, err := s.value(keep)
	if err == nil && keep && !s.overflow {
		v.members = append(v.members, member{key, m})
	}
	return err
}
