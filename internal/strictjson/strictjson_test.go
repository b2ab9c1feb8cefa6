package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type shelf struct {
	Name  string             `json:"name"`
	Width float64            `json:"width"`
	Count uint8              `json:"count"`
	Books []shelf            `json:"books"`
	Lent  map[string]float64 `json:"lent"`
}

func TestWhatIsNoShelfIsRefusedWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", " \n", "it is empty, want one shelf"},
		{"null", " null\n", "it is null, want one shelf"},
		{"no JSON", "no shelf", "(line 1, column 2)"},
		{"cut", "{\"name\":\n\"a", "unexpected EOF (line 2, column 3)"},
		{"unknown", `{"nane":"a"}`, `unknown field "nane"`},
		{"unknown below", `{"books":[{"nane":"a"}]}`, `unknown field "nane"`},
		{"two values", "{}\n {}", "something follows the shelf (line 2, column 2)"},
		{"text behind", "{} x", "something follows the shelf (line 1, column 4)"},
		{"zero behind", "{}\x00", "something follows the shelf (line 1, column 3)"},
		{"twice", "{\"width\":1,\n \"width\":2}", `"width" is there twice (line 2, column 2)`},
		{"twice below", `{"books":[{},{"name":"a","name":"a"}]}`, `"name" is there twice (line 1, column 26)`},
		{"twice around", `{"books":[{"books":[]}],"name":"","books":[]}`, `"books" is there twice (line 1, column 35)`},
		{"twice in another case", `{"width":1,"Width":2}`, `"Width" is there twice`},
		{"twice, the Kelvin sign", "{\"lent\":{\"k\":1,\"\u212a\":2}}", "is there twice"},
		{"twice, escaped", `{"width":1,"\u0077idth":2}`, `"\u0077idth" is there twice`},
		{"twice in a map", `{"lent":{"a":1,"a":1}}`, `"a" is there twice`},
		{"wrong type", "{\n\"name\":7}", "(line 2, column 8)"},
		{"too large a number", "{\n\n\"width\":1e999}", "cannot unmarshal number 1e999 into Go struct field shelf.width of type float64 (line 3, column 13)"},
		{"too large a count", `{"count":256}`, "number 256"},
		{"a share of a count", `{"count":1.5}`, "number 1.5"},
		{"no number", `{"width":NaN}`, "invalid character 'N'"},
		{"deep", `{"books":` + strings.Repeat("[", 20000), "max depth"},
		{"deep and unknown", `{"x":` + strings.Repeat(`{"x":`, 20000), "max depth"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.ErrorContains(t, Decode([]byte(c.text), "shelf", new(shelf)), c.want)
		})
	}
}

func TestNamesOfDifferentObjectsMayBeTheSame(t *testing.T) {
	text := `{"name":"\"name\":\\","books":[{"name":"name","books":[{"name":",","width":-0.5e3}]},{"name":"]}"}],"lent":{"name":1,"books":2}} `
	var s shelf
	require.NoError(t, Decode([]byte(text), "shelf", &s))
	assert.Equal(t, shelf{Name: `"name":\`, Books: []shelf{{Name: "name", Books: []shelf{{Name: ",", Width: -500}}}, {Name: "]}"}},
		Lent: map[string]float64{"name": 1, "books": 2}}, s)
}

// TestANameThatStandsTwiceIsFound writes objects within lists within objects, with the names drawn or one of them
// drawn twice, and more of them than are compared one by one.
func TestANameThatStandsTwiceIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zø"\\ſ]{0,3}[0-9]{1,2}`), 1, 3*few, strings.ToUpper).Draw(t, "names")
		twice := rapid.Bool().Draw(t, "twice")
		if twice {
			name := rapid.SampledFrom(names).Draw(t, "again")
			names = append(names, rapid.SampledFrom([]string{name, strings.ToUpper(name)}).Draw(t, "as"))
		}
		names = rapid.Permutation(names).Draw(t, "order")
		var b strings.Builder
		for i, n := range names {
			fmt.Fprintf(&b, "%s%s: %s", []string{"", ", "}[min(i, 1)], quoted(n), []string{"1", `{"a":{},"b":[[]]}`, `[{"a":1},{"a":"\","}]`, `"x"`}[i%4])
		}
		var v any
		err := Decode([]byte(`{"other": [{`+b.String()+`}]}`), "thing", &v)
		if twice {
			assert.ErrorContains(t, err, "is there twice")
		} else {
			assert.NoError(t, err)
		}
	})
}

func TestTheLastOfManyNamesIsFoundAgain(t *testing.T) {
	var b strings.Builder
	for i := range 3 * few {
		fmt.Fprintf(&b, `"n%d": 0, `, i)
	}
	for i := range 3 * few {
		var v any
		assert.ErrorContains(t, Decode(fmt.Appendf(nil, `{%s"N%d": 0}`, b.String(), i), "thing", &v), "is there twice")
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestTheLimitIsTheLastSizeThatIsRead(t *testing.T) {
	text := `{"name":"a"}`
	var s shelf
	require.NoError(t, Read(strings.NewReader(text), int64(len(text)), "shelf", &s))
	assert.Equal(t, "a", s.Name)
	assert.EqualError(t, Read(strings.NewReader(text), int64(len(text)-1), "shelf", &s), "larger than 11 bytes: not a shelf")
	endless := &counting{}
	assert.EqualError(t, Read(endless, 2<<20, "shelf", &s), "larger than 2 MB: not a shelf")
	assert.LessOrEqual(t, endless.n, int64(2<<20+1), "bytes asked for")
	assert.ErrorIs(t, Read(iotest.ErrReader(errFault), 9, "shelf", &s), errFault)
	assert.ErrorContains(t, Read(strings.NewReader("{}}"), math.MaxInt32, "shelf", &s), "something follows")
}

var errFault = errors.New("the disk is gone")

// counting never ends.
type counting struct{ n int64 }

func (c *counting) Read(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"a","books":[{"name":"b","lent":{"x":1}}],"width":1e3}`))
	f.Add([]byte(`{"lent":{"k":1,"K":2}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s shelf
		if Decode(b, "shelf", &s) != nil {
			return
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back shelf
		if err := Decode(again, "shelf", &back); err != nil {
			t.Fatalf("%q was read and written as %q: %v", b, again, err)
		}
		if third, _ := json.Marshal(back); !bytes.Equal(again, third) {
			t.Fatalf("%q, then %q", again, third)
		}
	})
}
