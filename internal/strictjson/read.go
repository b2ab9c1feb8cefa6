package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Read reads all of r, at most largest bytes, into v: see All and Decode.
func Read(r io.Reader, largest int64, what string, v any) error {
	b, err := All(r, largest, what)
	if err != nil {
		return err
	}
	return Decode(b, what, v)
}

// All returns the bytes of r. More than largest of them are an error, and no more than that are read. what names
// the thing in errors, such as "model".
func All(r io.Reader, largest int64, what string) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if int64(len(b)) > largest {
		return nil, fmt.Errorf("larger than %s: not a %s", size(largest), what)
	}
	return b, nil
}

func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}

// Decode decodes b, which must be one JSON value and no more, into v. As encoding/json takes names that differ
// only in case for the same field, they count as the same name.
func Decode(b []byte, what string, v any) error {
	if string(bytes.Trim(b, " \t\r\n")) == "null" { // would decode into anything and leave it as it is
		return fmt.Errorf("it is null, want one %s", what)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); errors.Is(err, io.EOF) {
		return fmt.Errorf("it is empty, want one %s", what)
	} else if err != nil {
		return fmt.Errorf("%w%s", err, Place(b, err))
	}
	end := int(d.InputOffset())
	if rest := bytes.TrimLeft(b[end:], " \t\r\n"); len(rest) > 0 {
		return fmt.Errorf("something follows the %s%s", what, place(b, len(b)-len(rest)))
	}
	if name, at := twice(b[:end]); at >= 0 {
		return fmt.Errorf("%s is there twice%s", name, place(b, at))
	}
	return nil
}

// Place returns line and column of an error of encoding/json about b, in brackets after a space, or nothing where
// the error does not know.
func Place(b []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return place(b, int(syntax.Offset)-1)
	case errors.As(err, &kind):
		return place(b, int(kind.Offset)-1)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return place(b, len(b))
	}
	return ""
}

// place names the byte at, both counted from 1.
func place(b []byte, at int) string {
	if at < 0 {
		return ""
	}
	before := b[:min(at, len(b))]
	return fmt.Sprintf(" (line %d, column %d)", 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n'))
}
