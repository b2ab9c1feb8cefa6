package proposal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/rettidig/rettidig/internal/near"
)

// largestFile is far more than a proposal of a hundred rows.
const largestFile = 1 << 20

// Problem is one thing wrong with a file.
type Problem struct {
	Line int    // 0: not known
	Path string // such as parameters[3].value
	Msg  string
	Hint string // what to do; may be ""
}

func (p Problem) String() string {
	s := p.Msg
	if p.Path != "" {
		s = p.Path + ": " + s
	}
	if p.Hint != "" {
		s += " (" + p.Hint + ")"
	}
	return s
}

// Problems is the error that [Read] and [Proposal.Compile] give: everything that is wrong, in the order of the file.
type Problems struct {
	File string
	List []Problem
}

func (e *Problems) Error() string {
	var b strings.Builder
	for i, p := range e.List {
		if i > 0 {
			b.WriteByte('\n')
		}
		if p.Line > 0 {
			fmt.Fprintf(&b, "%s:%d: %s", e.File, p.Line, p)
		} else {
			fmt.Fprintf(&b, "%s: %s", e.File, p)
		}
	}
	return b.String()
}

// ReadFile reads the proposal in a file. See [Read].
func ReadFile(path string) (*Proposal, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f, path)
}

// Read reads a proposal. Every field is known, given once, and holds what it may; otherwise the error is a *Problems
// that says where, and what to do. name stands before the lines of the error. Formulas are read but their names and
// units are not looked at before [Proposal.Compile].
func Read(r io.Reader, name string) (*Proposal, error) {
	p := &Proposal{}
	lines, err := readYAML(r, name, "proposal", p)
	if err != nil {
		return nil, err
	}
	p.lines, p.name = lines, name
	if list := p.validate(); len(list) > 0 {
		return nil, p.problems(list)
	}
	return p, nil
}

// problems gives each problem the line of its path, or of the nearest path around it.
func (p *Proposal) problems(list []Problem) error {
	for i := range list {
		list[i].Line = p.lines.line(list[i].Path)
		list[i].Path = p.named(list[i].Path)
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].Line < list[b].Line })
	return &Problems{File: p.name, List: list}
}

// Line returns the line of a path such as rows[2].formula in the file that the proposal was read from, or of the
// nearest path around it; 0 for a proposal that was not read.
func (p *Proposal) Line(path string) int { return p.lines.line(path) }

// File is the name that the proposal was read under.
func (p *Proposal) File() string { return p.name }

var listed = regexp.MustCompile(`^(parameters|quantities|rows|follow-up)\[(\d+)\]`)

// named puts the id into a path: parameters[3].value becomes parameters.courses.value.
func (p *Proposal) named(path string) string {
	m := listed.FindStringSubmatch(path)
	if m == nil {
		return path
	}
	i, _ := strconv.Atoi(m[2])
	id := ""
	switch {
	case m[1] == "parameters" && i < len(p.Parameters):
		id = p.Parameters[i].ID
	case m[1] == "quantities" && i < len(p.Quantities):
		id = p.Quantities[i].ID
	case m[1] == "rows" && i < len(p.Rows):
		id = p.Rows[i].ID
	case m[1] == "follow-up" && i < len(p.FollowUp):
		id = p.FollowUp[i].ID
	}
	if id == "" {
		return path
	}
	return m[1] + "." + id + path[len(m[0]):]
}

// places is the line of each path of a file.
type places map[string]int

func (l places) line(path string) int {
	for {
		if n, ok := l[path]; ok || path == "" {
			return n
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

// readYAML decodes one YAML document strictly into v, a pointer to a struct.
func readYAML(r io.Reader, name, what string, v any) (places, error) {
	b, err := io.ReadAll(io.LimitReader(r, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	fail := func(line int, path, msg, hint string) error {
		return &Problems{File: name, List: []Problem{{line, path, msg, hint}}}
	}
	if len(b) > largestFile {
		return nil, fail(0, "", "larger than 1 MB: not a "+what, "")
	}
	if msg, hint, line := notText(b); msg != "" {
		return nil, fail(line, "", msg, hint)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	var node yaml.Node
	if err := decodeNode(b, &node); err != nil {
		line, msg := lineOf(strings.TrimPrefix(err.Error(), "yaml: "))
		return nil, fail(line, "", "not YAML: "+msg, hintForYAML(msg))
	}
	if node.Kind == 0 {
		return nil, fail(0, "", "the file is empty", "`train businesscase --new FILE.yaml` writes one to begin with")
	}
	if node.Content[0].Kind != yaml.MappingNode {
		return nil, fail(node.Content[0].Line, "", "this is not a "+what, "it begins with `rettidig-"+what+": 1`")
	}
	if line, msg, hint := another(node.Content[0], what); msg != "" {
		return nil, fail(line, "", msg, hint)
	}
	if n := alias(&node); n != nil {
		return nil, fail(n.Line, "", "anchors and aliases (& and *) are not read", "write the values out; a formula that begins with * or & stands in quotes")
	}
	lines := places{}
	var list []Problem
	walk(node.Content[0], reflect.TypeOf(v).Elem(), "", lines, &list)
	if len(list) > 0 {
		for i := range list {
			list[i].Path = namedIn(node.Content[0], list[i].Path)
		}
		sort.SliceStable(list, func(a, b int) bool { return list[a].Line < list[b].Line })
		return nil, &Problems{File: name, List: list}
	}
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil {
		var te *yaml.TypeError
		texts := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
		if errors.As(err, &te) {
			texts = te.Errors
		}
		e := &Problems{File: name}
		for _, t := range texts {
			line, msg := lineOf(t)
			e.List = append(e.List, Problem{Line: line, Msg: plainer(msg)})
		}
		return nil, e
	}
	var second yaml.Node
	if err := dec.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, fail(second.Line, "", "there is more than one document in the file", "a line of --- begins a second one; remove it")
	}
	return lines, nil
}

// notText finds files that no text editor saved as UTF-8. A UTF-16 file with its mark is text.
func notText(b []byte) (msg, hint string, line int) {
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0")):
		return "this is an Excel or Word file, not YAML", "a proposal is a text file: `train businesscase --new FILE.yaml` writes one to begin with", 0
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return "", "", 0
	}
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return "the text is not UTF-8", "save the file as UTF-8", 1 + bytes.Count(b[:i], []byte("\n"))
		}
		i += size
	}
	return "", "", 0
}

// flags are the kinds of files there are, with how each is given.
var flags = map[string]string{"proposal": "--proposal", "scenario": "--scenario", "price-index": "--index"}

// another tells that a file is of another kind than the wanted one: its rettidig- key says which.
func another(root *yaml.Node, what string) (line int, msg, hint string) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		kind, ok := strings.CutPrefix(root.Content[i].Value, "rettidig-")
		if flag := flags[kind]; ok && flag != "" && kind != what {
			return root.Content[i].Line, "this is a " + kind + ", not a " + what, "give it with " + flag
		}
	}
	return 0, "", ""
}

// namedIn is [Proposal.named] for a file that could not be read.
func namedIn(root *yaml.Node, path string) string {
	m := listed.FindStringSubmatch(path)
	if m == nil {
		return path
	}
	n, _ := strconv.Atoi(m[2])
	if list := valueOf(root, m[1]); list != nil && list.Kind == yaml.SequenceNode && n < len(list.Content) {
		if id := valueOf(list.Content[n], "id"); id != nil && id.Kind == yaml.ScalarNode && id.Value != "" {
			return m[1] + "." + id.Value + path[len(m[0]):]
		}
	}
	return path
}

func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; mapping.Kind == yaml.MappingNode && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// decodeNode turns a panic of the YAML library, which damaged files have caused before, into an error.
func decodeNode(b []byte, node *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if err := yaml.Unmarshal(b, node); err != nil {
		return err
	}
	return nil
}

func alias(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n
	}
	for _, c := range n.Content {
		if a := alias(c); a != nil {
			return a
		}
	}
	return nil
}

// walk notes the line of every path, and finds fields that the type does not have or that are given twice.
func walk(n *yaml.Node, t reflect.Type, path string, lines places, list *[]Problem) {
	lines[path] = n.Line
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	own := reflect.PointerTo(t).Implements(reflect.TypeFor[yaml.Unmarshaler]())
	switch {
	case own && n.Tag == "!!null":
	case t == reflect.TypeFor[Number]() && n.Kind == yaml.MappingNode && strings.HasPrefix(path, "set."):
		id := strings.TrimPrefix(path, "set.")
		*list = append(*list, Problem{n.Line, path, "a scenario sets one value, and it holds for all years", "write " + id + ": NUMBER, or give the years under by-year in a copy of the proposal"})
	case own:
		if err := n.Decode(reflect.New(t).Interface()); err != nil {
			_, msg := lineOf(strings.TrimPrefix(err.Error(), "yaml: "))
			*list = append(*list, Problem{n.Line, path, msg, ""})
		}
	case n.Kind == yaml.SequenceNode && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array):
		for i, c := range n.Content {
			walk(c, t.Elem(), fmt.Sprintf("%s[%d]", path, i), lines, list)
		}
		if t.Kind() == reflect.Array && len(n.Content) != t.Len() {
			*list = append(*list, Problem{n.Line, path, fmt.Sprintf("%d values, want %d", len(n.Content), t.Len()), ""})
		}
	case n.Kind == yaml.MappingNode && (t.Kind() == reflect.Struct || t.Kind() == reflect.Map):
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			at := strings.TrimPrefix(path+"."+key.Value, ".")
			if first, ok := seen[key.Value]; ok {
				*list = append(*list, Problem{key.Line, at, fmt.Sprintf("given twice: first on line %d", first), "remove one"})
				continue
			}
			seen[key.Value] = key.Line
			split := n.Style&yaml.FlowStyle != 0 && value.Tag == "!!null" && value.Value == ""
			if t.Kind() == reflect.Map {
				if split || (t.Key().Kind() == reflect.Int && !yearKey.MatchString(key.Value)) {
					hint := "a year is four digits: 2027"
					if split {
						hint = commaHint
					}
					*list = append(*list, Problem{key.Line, at, "there is no value here", hint})
					continue
				}
				lines[at] = key.Line
				walk(value, t.Elem(), at, lines, list)
				continue
			}
			field, ok := fieldOf(t, key.Value)
			if !ok {
				hint := ""
				if split {
					hint = commaHint
				} else if word := near.Word(key.Value, fieldNames(t)); word != "" {
					hint = "did you mean " + word + "?"
				} else {
					hint = "there are " + strings.Join(fieldNames(t), ", ")
				}
				*list = append(*list, Problem{key.Line, at, "this field is not known", hint})
				continue
			}
			walk(value, field.Type, at, lines, list)
			lines[at] = key.Line
		}
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
	case n.Kind == yaml.ScalarNode && (t.Kind() == reflect.Float64 || t.Kind() == reflect.Int):
		if err := thousands(n.Value); err != nil {
			*list = append(*list, Problem{n.Line, path, err.Error(), ""})
		}
	case n.Kind == yaml.ScalarNode && t.Kind() == reflect.Slice:
		*list = append(*list, Problem{n.Line, path, fmt.Sprintf("%q, want a list", n.Value), "write one - before each, or [" + n.Value + "]"})
	case n.Kind == yaml.ScalarNode && (t.Kind() == reflect.Struct || t.Kind() == reflect.Map):
		*list = append(*list, Problem{n.Line, path, fmt.Sprintf("%q, want fields below it", n.Value), ""})
	case n.Kind != yaml.ScalarNode && t.Kind() != reflect.Interface:
		*list = append(*list, Problem{n.Line, path, "want a single value here", ""})
	}
}

// commaHint is about {value: 0,5} and {note: one, two}.
const commaHint = "inside { } a comma begins the next field: write a decimal point, and put text with a comma in quotes"

var yearKey = regexp.MustCompile(`^\d{4}$`)

func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		if f := t.Field(i); tagOf(f) == name && name != "" {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func tagOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return strings.TrimSuffix(name, "-")
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if name := tagOf(t.Field(i)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

func lineOf(msg string) (int, string) {
	m := yamlLine.FindStringSubmatch(msg)
	if m == nil {
		return 0, msg
	}
	n, _ := strconv.Atoi(m[1])
	return n, msg[len(m[0]):]
}

// plainer says the YAML library's messages without Go's types.
func plainer(msg string) string {
	if i := strings.Index(msg, "cannot unmarshal "); i >= 0 {
		value, kind, ok := strings.Cut(msg[i+len("cannot unmarshal "):], " into ")
		if ok {
			_, value, _ = strings.Cut(value, " ")
			want := map[string]string{"int": "a whole number", "float64": "a number", "string": "text", "bool": "yes or no"}[kind]
			if want == "" {
				want = "something else"
			}
			return value + " stands where " + want + " should"
		}
	}
	return msg
}

func hintForYAML(msg string) string {
	switch {
	case strings.Contains(msg, "mapping values are not allowed"):
		return "text with a colon in it stands in quotes"
	case strings.Contains(msg, "tab"), strings.Contains(msg, "cannot start any token"):
		return "indent with spaces, not tabs; text that begins with %, @ or ` stands in quotes"
	case strings.Contains(msg, "did not find expected"):
		return "look at the line and the one before: an indent, a dash or a closing quote or bracket is missing"
	}
	return ""
}
