// Package hostile damages files for the tests of readers: it decides which damage is tried, and leaves to the test
// what a reader must do with it, which is to refuse it or to return something that gives finite numbers.
package hostile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Bytes calls try with good cut off at every byte, and with every byte replaced by others: by what a single bit makes
// of it, by a digit, a sign and a zero byte. damage says what was done. The slice is used again after try.
func Bytes(good []byte, try func(damage string, b []byte)) {
	for i := range good {
		try(fmt.Sprintf("cut after %d bytes", i), good[:i:i])
	}
	bad := bytes.Clone(good)
	for i, was := range good {
		for _, c := range []byte{was ^ 1, was ^ 4, was ^ 1<<7, '9', '-', ' ', 0} {
			if c == was {
				continue
			}
			bad[i] = c
			try(fmt.Sprintf("byte %d is %q instead of %q", i, c, was), bad)
		}
		bad[i] = was
	}
}

// Values calls try with the JSON text good, in which one value after another is replaced by one that a reader of
// numbers, lists or objects may fall over, is left out, or is there twice. It panics if good is no JSON.
func Values(good []byte, try func(damage string, b []byte)) {
	var root any
	d := json.NewDecoder(bytes.NewReader(good))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		panic("hostile: " + err.Error())
	}
	var b strings.Builder
	for _, text := range slices.Concat(replacements, heavy) {
		try(fmt.Sprintf("all of it is %.40q", text), []byte(text))
	}
	within(root, "", func(path string, put func(text string)) {
		texts := replacements
		if strings.Count(path, ".")+strings.Count(path, "[") == 1 {
			texts = slices.Concat(replacements, heavy)
		}
		for _, text := range texts {
			put(text)
			b.Reset()
			write(&b, root)
			try(fmt.Sprintf("%s is %.40s", path, text), []byte(b.String()))
		}
	})
}

// raw is text that is written as it is; gone is left out.
type raw string

const (
	gone  raw = ""
	twice raw = "twice"
)

var replacements = []string{
	string(gone), string(twice), "null", "true", "0", "-1", "1", "2", "0.5", "-0.0", "7e-324", "1e-300", "1e99", "1e101", "1e300", "-1.7e308", "1e999", "-1e999",
	"255", "256", "65536", "2147483647", "-2147483648", "4294967296", "9223372036854775807", "18446744073709551616", "NaN",
	`""`, `"NaN"`, `"9"`, "[]", "[0]", "[null]", "[1e308,-1e308]", "[2,1]", "[-1,-1,-1]", "{}", "[[]]", "[{}]", `{"":{}}`,
}

// heavy replacements are tried at the outermost values only.
var heavy = []string{
	"[" + strings.Repeat("0,", 5000) + "0]", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), strings.Repeat(`{"a":`, 12000) + "0" + strings.Repeat("}", 12000),
}

// within calls change for each value below v, with the means of putting text in its place; after that the value is
// as it was. Of a list only the first three and the last values are changed.
func within(v any, path string, change func(path string, put func(text string))) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			was := v[k]
			within(was, path+"."+k, change)
			change(path+"."+k, func(text string) { v[k] = placed(was, text) })
			v[k] = was
		}
	case []any:
		for i, was := range v {
			if i > 2 && i < len(v)-1 {
				continue
			}
			at := fmt.Sprintf("%s[%d]", path, i)
			within(was, at, change)
			change(at, func(text string) { v[i] = placed(was, text) })
			v[i] = was
		}
	}
}

// doubled is a value that is there twice.
type doubled struct{ of any }

func placed(was any, text string) any {
	if text == string(twice) {
		return doubled{was}
	}
	return raw(text)
}

func write(b *strings.Builder, v any) {
	switch v := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		first := true
		put := func(k string, x any) {
			if !first {
				b.WriteByte(',')
			}
			first = false
			name, _ := json.Marshal(k)
			b.Write(name)
			b.WriteByte(':')
			write(b, x)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			switch x := v[k].(type) {
			case raw:
				if x != gone {
					put(k, x)
				}
			case doubled:
				put(k, x.of)
				put(k, x.of)
			default:
				put(k, x)
			}
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		first := true
		put := func(x any) {
			if !first {
				b.WriteByte(',')
			}
			first = false
			write(b, x)
		}
		for _, x := range v {
			switch x := x.(type) {
			case raw:
				if x != gone {
					put(x)
				}
			case doubled:
				put(x.of)
				put(x.of)
			default:
				put(x)
			}
		}
		b.WriteByte(']')
	case raw:
		b.WriteString(string(v))
	default:
		text, _ := json.Marshal(v)
		b.Write(text)
	}
}
