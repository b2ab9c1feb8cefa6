package rettidig_test

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/rettidig/rettidig"

// forbidden says, per package (and all below it), which imports it may not have, directly or not, and why.
// Test files are not looked at.
var forbidden = []struct {
	pkg, imports, why string
}{
	{".", module + "/", "the vocabulary imports nothing of ours"},
	{"datasets/codes", module + "/", "code tables know only the vocabulary"},
	{"model", module + "/features", "learners take numbers, not histories"},
	{"model", module + "/datasets", "learners take numbers, not files"},
	{"model", "net/http", "learners do not serve"},
	{"model", "database/sql", "learners do not store"},
	{"model", "github.com/apache/arrow-go", "learners take slices"},
	{"cmd/scorer", "github.com/sjwhitworth/golearn", "the reference learners belong to training"},
	{"cmd/scorer", module + "/model/learner/golearn", "the reference learners belong to training"},
	{"businesscase", module + "/", "kroner follow from numbers"},
	{"businesscase", "net/http", "kroner follow from numbers"},
	{"features", "net/http", "features are computed anywhere"},
	{"features", "github.com/apache/arrow-go", "features take histories"},
	{"features", module + "/model", "features do not know which of them matter"},
	{"features", module + "/datasets/synth", "the truth never reaches training"},
	{"datasets/extract", "net/http", "data come from files"},
	{"datasets/cohort", "net/http", "data come from files"},
	{"datasets/cohort", "github.com/apache/arrow-go", "Arrow never leaves the store"},
	{"datasets", module + "/model", "data do not know models"},
	{"datasets", module + "/features", "data do not know features"},
	{"datasets/extract", module + "/datasets/synth", "a reader never knows the generator"},
	{"datasets/store", module + "/datasets/synth", "the truth never reaches training"},
	{"datasets/cohort", module + "/datasets/synth", "the truth never reaches training"},
	{"pipeline", module + "/datasets/synth", "the truth never reaches training"},
	{"scoring", module + "/datasets/synth", "the truth never reaches scoring"},
	{"scoring", "net/http", "an answer is an answer without a server"},
	{"scoring", "database/sql", "an answer is an answer without a database"},
	{"ledger", "net/http", "the ledger does not serve"},
	{"ledger", module + "/model", "the ledger keeps what was shown, not how it came about"},
	{"api", module + "/model", "the service asks for answers; it does not compute them"},
	{"api", module + "/features", "the service asks for answers; it does not compute them"},
	{"api", "github.com/apache/arrow-go", "a kernel's panic must not reach a request"},
	{"api", module + "/datasets/synth", "the service serves what was ingested"},
}

// allowedOfOurs are exceptions to a "no import of ours" rule; what ends in / is all below it.
var allowedOfOurs = map[string][]string{
	"datasets/codes": {module},
	"businesscase": {module, module + "/businesscase", module + "/businesscase/",
		module + "/internal/filelock", module + "/internal/grouped", module + "/internal/near", module + "/internal/strictjson"},
}

type listed struct {
	ImportPath string
	Dir        string
	Deps       []string
	GoFiles    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Deps,GoFiles", "./...").Output()
	require.NoError(t, err)
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
}

func TestImportsPointInward(t *testing.T) {
	pkgs := packages(t)
	for _, rule := range forbidden {
		matched := false
		for _, p := range pkgs {
			rel := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
			if rel == "" {
				rel = "."
			}
			if rel != rule.pkg && (rule.pkg == "." || !strings.HasPrefix(rel, rule.pkg+"/")) {
				continue
			}
			matched = true
			for _, dep := range p.Deps {
				if !strings.HasPrefix(dep, strings.TrimSuffix(rule.imports, "/")) || within(dep, allowedOfOurs[rule.pkg]) {
					continue
				}
				if strings.HasSuffix(rule.imports, "/") && !strings.HasPrefix(dep+"/", rule.imports) {
					continue
				}
				assert.Failf(t, "import points outward", "%s depends on %s: %s", p.ImportPath, dep, rule.why)
			}
		}
		assert.Truef(t, matched, "the rule about %s matches no package: has it moved?", rule.pkg)
	}
}

func within(s string, list []string) bool {
	for _, l := range list {
		if s == l || strings.HasSuffix(l, "/") && strings.HasPrefix(s, l) {
			return true
		}
	}
	return false
}

// TestTheScorerNeedsNoC guards the promise of one static binary: nothing that the scorer links may use cgo.
func TestTheScorerNeedsNoC(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{if .CgoFiles}}{{.ImportPath}}{{end}}", "./cmd/scorer")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	require.NoError(t, err)
	assert.Empty(t, strings.TrimSpace(string(out)), "packages with cgo files in the scorer")
}

func TestEveryPackageSaysWhatItDecides(t *testing.T) {
	for _, p := range packages(t) {
		var comments []string
		for _, f := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, parser.ParseComments|parser.PackageClauseOnly)
			require.NoError(t, err)
			if parsed.Doc != nil && strings.TrimSpace(parsed.Doc.Text()) != "" {
				comments = append(comments, f)
			}
		}
		if assert.Lenf(t, comments, 1, "%s: want exactly one package comment, have them in %v", p.ImportPath, comments) {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, comments[0]), nil, parser.ParseComments|parser.PackageClauseOnly)
			require.NoError(t, err)
			assert.Greaterf(t, len(parsed.Doc.Text()), 120, "%s: the package comment says too little: what does it decide, what does it leave to others?", p.ImportPath)
		}
	}
}

// TestNoIssuableCPRNumberInTheTree looks for anything that reads like a CPR number in every text file and
// demands that it can never have been issued: born before 1960 and failing modulus 11.
func TestNoIssuableCPRNumberInTheTree(t *testing.T) {
	out, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		t.Log("not a git checkout: walking the folder instead")
		var names []string
		require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, path)
			}
			return err
		}))
		out = []byte(strings.Join(names, "\x00"))
	}
	for _, name := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		for _, found := range issuableCPRNumbers(t, name) {
			assert.Failf(t, "CPR number", "%s holds %s…, which could belong to somebody", name, found[:6])
		}
	}
}

// TestNothingBuiltIsKept: the largest file that somebody wrote or chose is two thirds of a megabyte; what is larger is a
// program or a result that slipped in with `git add`, and stays in the history of everybody who clones.
func TestNothingBuiltIsKept(t *testing.T) {
	out, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		t.Log("not a git checkout: nothing is kept")
		return
	}
	for _, name := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		info, err := os.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, not yet committed
		}
		require.NoError(t, err)
		assert.LessOrEqual(t, info.Size(), int64(1<<20), "%s is %d bytes", name, info.Size())
	}
}
