package features

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The recipe in CONTRIBUTING.md shows code that exists: each of its blocks stands, line by line, in a file here.
func TestTheRecipeShowsWhatThereIs(t *testing.T) {
	page, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	_, recipe, found := strings.Cut(string(page), "## To add a feature\n")
	require.True(t, found)
	recipe, _, _ = strings.Cut(recipe, "\n## ")
	blocks := regexp.MustCompile("(?s)```(\\w*)\n(.*?)```").FindAllStringSubmatch(recipe, -1)
	require.Len(t, blocks, 3, "declaration, history, twin")

	plain := func(s string) string {
		var lines []string
		for l := range strings.Lines(s) {
			if l = strings.TrimSpace(l); l != "" {
				lines = append(lines, l)
			}
		}
		return strings.Join(lines, "\n")
	}
	inOneOf := func(pattern, want string) bool {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			if strings.Contains(plain(string(text)), want) {
				return true
			}
		}
		return false
	}
	assert.True(t, inOneOf("*.go", plain(blocks[0][2])), "no file has this declaration:\n%s", blocks[0][2])
	for l := range strings.Lines(plain(blocks[1][2])) {
		assert.True(t, inOneOf("testdata/lent_again.history", strings.TrimSpace(l)), "not in the history: %s", l)
	}
	assert.True(t, inOneOf("twin_test.go", plain(blocks[2][2])), "no such twin:\n%s", blocks[2][2])
	for _, name := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(recipe, -1) {
		assert.True(t, inOneOf("*_test.go", "func "+name[1]+"("), "no test %s", name[1])
	}
}
