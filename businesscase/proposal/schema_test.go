package proposal

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writeSchema writes SCHEMA.md anew from types.go: go test ./businesscase/proposal -run Schema -schema
var writeSchema = flag.Bool("schema", false, "write SCHEMA.md anew from the comments of types.go")

func TestTheSchemaIsWhatTheTypesSay(t *testing.T) {
	want := schemaOf(t)
	if *writeSchema {
		require.NoError(t, os.WriteFile("SCHEMA.md", want, 0o644))
		return
	}
	assert.Equal(t, string(want), Schema(), "types.go has changed: go test ./businesscase/proposal -run Schema -schema")
}

func TestTheSchemaNamesEveryField(t *testing.T) {
	var look func(of reflect.Type)
	seen, missing := map[reflect.Type]bool{}, []string{}
	look = func(of reflect.Type) {
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map || of.Kind() == reflect.Array {
			of = of.Elem()
		}
		if of.Kind() != reflect.Struct || seen[of] || fieldNames(of) == nil {
			return
		}
		seen[of] = true
		for i := range of.NumField() {
			if name := tagOf(of.Field(i)); name != "" {
				if !strings.Contains(Schema(), "\n| `"+name+"` |") {
					missing = append(missing, of.Name()+" "+name)
				}
				look(of.Field(i).Type)
			}
		}
	}
	look(reflect.TypeFor[Proposal]())
	assert.Empty(t, missing)
	assert.Greater(t, len(seen), 15)
}

// sections are the titles of the types, in the reader's words.
var sections = map[string]string{
	"Proposal": "The file", "Source": "source", "Param": "parameters", "Other": "also", "Uncertain": "uncertain", "Corr": "correlations",
	"Rounding": "round", "Quantity": "quantities", "Row": "rows", "Printed": "printed", "Table": "printed: tables", "TableRow": "printed: tables: rows",
	"Says": "statements", "Target": "follow-up", "Risk": "risk", "Reason": "risk: reasons", "Hearing": "hearings", "Step": "time-plan", "Related": "see-also",
}

// values are how the reader knows a Go type.
var values = map[string]string{
	"string": "text", "int": "whole number", "float64": "number", "bool": "true or false", "Number": "number", "AsPrinted": "figure", "Years": "years",
}

func schemaOf(t *testing.T) []byte {
	file, err := parser.ParseFile(token.NewFileSet(), "types.go", nil, parser.ParseComments)
	require.NoError(t, err)
	var b bytes.Buffer
	b.WriteString("# Fields of a proposal file\n\nMade from types.go: `go test ./businesscase/proposal -run Schema -schema`. How a proposal is written, with an example, is in\n[../README.md](../README.md).\n\n" +
		"A number is written 1250, 1_250, 0.25, 25 % or 1/3. A figure of a printed table may stand in quotes as a Danish document prints it, \"-3.200\". A field that must be given says so.\n")
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		switch g.Tok {
		case token.CONST:
			if g.Lparen.IsValid() {
				writeWords(&b, g)
			}
		case token.TYPE:
			for _, s := range g.Specs {
				spec := s.(*ast.TypeSpec)
				if of, ok := spec.Type.(*ast.StructType); ok {
					title, ok := sections[spec.Name.Name]
					require.True(t, ok, "type %s has no title in schema_test.go", spec.Name.Name)
					writeType(t, &b, title, spec.Name.Name, g.Doc.Text(), of)
				}
			}
		}
	}
	return b.Bytes()
}

// plainDoc takes Go's manner out of a comment: "Param is a named input." becomes "A named input."
func plainDoc(name, doc string) string {
	doc = strings.Join(strings.Fields(regexp.MustCompile(`\[(\w+)\]`).ReplaceAllString(doc, "$1")), " ")
	doc = strings.TrimPrefix(strings.TrimPrefix(doc, name+" is "), name+" ")
	for _, f := range []struct{ from, to string }{{"ByYear", "`by-year`"}, {"Formula", "`formula`"}, {"Amounts", "`amounts`"}, {"PhaseIn", "`phase-in`"}, {"Value", "`value`"}, {"Equals", "`equals`"}, {"Its ID", "Its `id`"}, {"multiple of To", "multiple of `to`"}} {
		doc = strings.ReplaceAll(doc, f.from, f.to)
	}
	return strings.ToUpper(doc[:1]) + doc[1:]
}

// writeWords lists the words of a group of constants.
func writeWords(b *bytes.Buffer, g *ast.GenDecl) {
	fmt.Fprintf(b, "\n%s\n\n", strings.Join(strings.Fields(g.Doc.Text()), " "))
	for _, s := range g.Specs {
		v := s.(*ast.ValueSpec)
		word := strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`)
		fmt.Fprintf(b, "- `%s`", word)
		if c := strings.TrimSpace(v.Comment.Text()); c != "" {
			fmt.Fprintf(b, ": %s", c)
		}
		b.WriteByte('\n')
	}
}

func writeType(t *testing.T, b *bytes.Buffer, title, name, doc string, of *ast.StructType) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| field | holds | |\n|---|---|---|\n", title, plainDoc(name, doc))
	for _, f := range of.Fields.List {
		if f.Tag == nil {
			continue
		}
		field, rest, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("yaml"), ",")
		what := strings.Join(strings.Fields(f.Comment.Text()), " ")
		if rest != "omitempty" && rest != "" {
			t.Fatalf("field %s: tag %s", field, rest)
		}
		if rest == "" {
			what = strings.TrimSuffix("must be given; "+what, "; ")
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", field, holds(f.Type), strings.ReplaceAll(what, "|", "\\|"))
	}
}

// holds says what a field of a Go type holds.
func holds(of ast.Expr) string {
	switch x := of.(type) {
	case *ast.StarExpr:
		return holds(x.X)
	case *ast.ArrayType:
		one := holds(x.Elt)
		if n, ok := x.Len.(*ast.BasicLit); ok {
			return n.Value + " of " + one
		}
		return "list of " + one
	case *ast.MapType:
		if holds(x.Key) == "whole number" {
			return holds(x.Value) + " by year"
		}
		return "by name: " + holds(x.Value)
	case *ast.Ident:
		if v, ok := values[x.Name]; ok {
			return v
		}
		if title, ok := sections[x.Name]; ok {
			anchor := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(title), ":", ""), " ", "-")
			return fmt.Sprintf("[%s](#%s)", title, anchor)
		}
	}
	return "?"
}
