package extract

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every cause that the code counts has a meaning, and every meaning a cause. A cause is a snake_case literal that is
// counted, added, or returned as why a value is refused or repaired.
func TestEveryCauseHasAMeaningAndEveryMeaningACause(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var literals []string
	snake := regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)
	for _, name := range files {
		if filepath.Base(name) == "meaning.go" || regexp.MustCompile(`_test\.go$`).MatchString(name) {
			continue
		}
		src, err := os.ReadFile(name)
		require.NoError(t, err)
		tree, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
		require.NoError(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil && snake.MatchString(s) {
					literals = append(literals, s)
				}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"note", "repair", "drop", "quarantine"}, f.Sel.Name) {
				return true
			}
			if l, ok := call.Args[0].(*ast.BasicLit); ok {
				cause, err := strconv.Unquote(l.Value)
				require.NoError(t, err)
				assert.NotEmptyf(t, Meaning(cause), "%s counts %s", name, cause)
			}
			return true
		})
	}
	for cause := range meanings {
		assert.Containsf(t, literals, cause, "nothing counts %s", cause)
	}
}
