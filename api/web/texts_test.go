package web

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

var verbs = regexp.MustCompile(`%[sd%]`)

func TestEveryTextExistsInBothLanguagesWithTheSameArguments(t *testing.T) {
	for key, x := range texts {
		assert.NotEmpty(t, strings.TrimSpace(x.da), key)
		assert.NotEmpty(t, strings.TrimSpace(x.en), key)
		assert.Equal(t, verbs.FindAllString(x.da, -1), verbs.FindAllString(x.en, -1), key)
		assert.Equal(t, strings.HasSuffix(x.da, " "), strings.HasSuffix(x.en, " "), key)
	}
}

// families are the keys that end with a code which the code or the data decide.
var families = []string{"mode.", "role.", "role.may.", "role.maynot.", "answer.", "confidence.", "action.", "reason.", "why.", "tab.", "question.", "question.about.", "judge.legend.",
	"for.", "for.means.", "against.", "against.means.", "find.tab.", "find.about.", "answer.track.", "withheld.", "sealed.", "unseen.", "mark.", "status.", "source.", "terms.", "learner.", "leak.",
	"audit.", "error.", "sex.", "figure.", "models.rank.", "models.chosen.", "nav.", "help.", "figures.about.", "unit.", "unit.one."}

func TestEveryTextIsUsedAndEveryUsedTextExists(t *testing.T) {
	used := map[string]bool{}
	key := regexp.MustCompile(`(?:\bt|text|code|Key:|error.prefix)[ (]\(?"([a-z][a-z.-]*)"`)
	prefix := regexp.MustCompile(`(?:\bt \(print|\.text\() ?"([a-z.]+\.)"`)
	files, err := filepath.Glob("templates/*.html")
	require.NoError(t, err)
	goFiles, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, f := range append(files, goFiles...) {
		if strings.HasSuffix(f, "_test.go") || f == "texts.go" {
			continue
		}
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range key.FindAllStringSubmatch(string(b), -1) {
			if strings.HasSuffix(m[1], ".") || !strings.Contains(m[1], ".") && texts[m[1]].da == "" {
				continue // a prefix, or the family of a code
			}
			used[m[1]] = true
			assert.NotEmpty(t, texts[m[1]].da, "%s uses the text %q, which does not exist", f, m[1])
		}
		for _, m := range prefix.FindAllStringSubmatch(string(b), -1) {
			assert.Contains(t, families, m[1], "%s builds keys that start with %q", f, m[1])
		}
	}
	for k := range texts {
		if !used[k] {
			family := k[:strings.LastIndex(k, ".")+1]
			assert.True(t, slices.Contains(families, family) || slices.Contains(families, k[:strings.Index(k, ".")+1]), "nothing uses the text %q", k)
		}
	}
}

func TestEveryCodedValueHasWords(t *testing.T) {
	var keys []string
	for _, target := range rettidig.Targets() {
		for _, f := range []string{"tab.", "question.", "question.about.", "judge.legend.", "answer.", "answer.track.", "for.", "for.means.", "against.", "against.means.", "models.rank.", "models.chosen.", "figures.about."} {
			keys = append(keys, f+string(target))
		}
	}
	for _, r := range []api.Role{api.Assessor, api.DataTeam, api.Management, api.Auditor} {
		keys = append(keys, "role."+string(r), "role.may."+string(r), "role.maynot."+string(r))
	}
	for family, codes := range map[string][]string{"reason.": api.DecisionReasons, "action.": api.Actions, "answer.": api.Answers, "audit.": auditActions, "mode.": {api.Development, api.Shadow, api.Live}} {
		for _, c := range codes {
			keys = append(keys, family+c)
		}
	}
	for _, s := range []rettidig.Status{rettidig.Active, rettidig.Pause, rettidig.Reactivated, rettidig.SignificantProgress, rettidig.Monitor, rettidig.Maintenance, rettidig.Terminated, rettidig.HasDied, rettidig.OptedOut, rettidig.ShouldBeScreened} {
		keys = append(keys, "status."+string(s))
	}
	for _, status := range []string{"400", "403", "404", "409", "413", "429", "500", "503", "judgement-first"} {
		keys = append(keys, "error."+status, "error."+status+".do")
	}
	for _, k := range keys {
		assert.NotEmpty(t, texts[k].da, k)
	}
}

func TestNoTrafficLights(t *testing.T) {
	css, err := os.ReadFile("static/rettidig.css")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`#([0-9a-fA-F]{6})\b`).FindAllStringSubmatch(string(css), -1) {
		r, g, b := m[1][0:2], m[1][2:4], m[1][4:6]
		assert.True(t, r <= b && g <= b, "#%s is warmer than grey or greener than blue", m[1])
	}
}
