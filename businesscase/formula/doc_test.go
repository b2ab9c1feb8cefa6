package formula

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheLanguageIsAsDocumented reads the formulas and the units of the package comment, and looks in it for every
// function and constant, and for every word of the table of units.
func TestTheLanguageIsAsDocumented(t *testing.T) {
	b, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	doc := string(b)
	formulas := 0
	for line := range strings.Lines(doc) {
		if src, ok := strings.CutPrefix(line, "//\t"); ok {
			src, _, _ = strings.Cut(strings.TrimSpace(src), "   ")
			_, err := Parse(src)
			assert.NoError(t, err, src)
			formulas++
		}
	}
	assert.Greater(t, formulas, 20)
	for name := range functions {
		assert.Contains(t, doc, "//\t"+name+"(", "function %s is not documented", name)
	}
	for name, c := range constants {
		if name != "minutes_per_hour" {
			assert.Regexp(t, regexp.MustCompile(`//\t.*\b`+name+`\b +`+writeNumber(c.value)+" "+c.unit), doc)
		}
	}
	for _, u := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(doc[strings.Index(doc, "# Units"):strings.Index(doc, "# What must fit")], -1) {
		if u[1] == "per" || u[1] == "pr." {
			continue
		}
		_, err := ParseUnit(strings.ReplaceAll(u[1], "\n//", " "))
		assert.NoError(t, err, u[1])
	}
}
