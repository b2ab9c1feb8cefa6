package strictjson

import (
	"bytes"
	"encoding/json"
	"unicode"
)

// few names of an object are compared with each other; more are looked up.
const few = 16

// object is one that the scan is inside of; of a list, only that it is one is kept.
type object struct {
	list  bool
	value bool            // what comes next is a value, not a name
	first int             // where its names begin in the scan's
	seen  map[string]bool // of more than few names
}

// twice returns the first name, quoted as it is written, that stands twice in one object of b, and where; or -1.
// b is valid JSON.
func twice(b []byte) (name string, at int) {
	var open []object
	var names [][]byte // of the objects that are open, one after another
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			open = append(open, object{list: b[i] == '[', first: len(names)})
		case '}', ']':
			names = names[:open[len(open)-1].first]
			open = open[:len(open)-1]
		case ',':
			open[len(open)-1].value = false
		case '"':
			end := closing(b, i)
			if o := top(open); o != nil && !o.list && !o.value {
				o.value = true
				if names = append(names, unescaped(b[i:end+1])); o.again(names[o.first:]) {
					return string(b[i : end+1]), i
				}
			}
			i = end
		}
	}
	return "", -1
}

func top(open []object) *object {
	if len(open) == 0 {
		return nil
	}
	return &open[len(open)-1]
}

// closing returns where the string that begins at i ends.
func closing(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i
}

// unescaped returns what a quoted string stands for.
func unescaped(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		panic("strictjson: " + err.Error()) // b was decoded before
	}
	return []byte(s)
}

// again tells whether the last of an object's names is there before.
func (o *object) again(names [][]byte) bool {
	last := names[len(names)-1]
	if len(names) <= few {
		for _, n := range names[:len(names)-1] {
			if bytes.EqualFold(n, last) {
				return true
			}
		}
		return false
	}
	if o.seen == nil {
		o.seen = make(map[string]bool)
		for _, n := range names[:len(names)-1] {
			o.seen[folded(n)] = true
		}
	}
	key := folded(last)
	if o.seen[key] {
		return true
	}
	o.seen[key] = true
	return false
}

// folded returns the same for names that bytes.EqualFold calls equal, and only for those.
func folded(name []byte) string {
	return string(bytes.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, name))
}
