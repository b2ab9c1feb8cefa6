package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/businesscase/formula"
)

// writeManual fills the answers into businesscase/README.md anew: go test ./cmd/train -run Manual -manual
var writeManual = flag.Bool("manual", false, "write the answers of commands into businesscase/README.md anew")

var fenced = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```\n")

// TestTheManualIsWhatTheProgramSays writes every file of the manual, makes every change, and runs every command.
func TestTheManualIsWhatTheProgramSays(t *testing.T) {
	path, err := filepath.Abs("../../businesscase/README.md")
	require.NoError(t, err)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	commands := 0
	out := fenced.ReplaceAllStringFunc(string(b), func(block string) string {
		m := fenced.FindStringSubmatch(block)
		switch kind, name, text := m[1], m[2], m[3]; kind {
		case "yaml":
			require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		case "diff":
			changed(t, name, text)
		case "console":
			var answers strings.Builder
			for line := range strings.Lines(text) {
				if command, ok := strings.CutPrefix(line, "$ "); ok {
					commands++
					answers.WriteString(line + answer(t, strings.TrimSpace(command)))
				}
			}
			return "```console\n" + answers.String() + "```\n"
		}
		return block
	})
	assert.Greater(t, commands, 10)
	if *writeManual {
		require.NoError(t, os.WriteFile(path, []byte(out), 0o644))
		return
	}
	assert.Equal(t, string(b), out, "the program says something else: go test ./cmd/train -run Manual -manual, and read what changed")
}

// changed writes mistake.yaml: the file with the text of the lines of - once replaced by that of the lines of +.
func changed(t *testing.T, name, diff string) {
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	var from, to []string
	for line := range strings.Lines(diff) {
		switch line = strings.TrimSuffix(line, "\n"); line[0] {
		case '-':
			from = append(from, line[1:])
		case '+':
			to = append(to, line[1:])
		}
	}
	require.Equal(t, 1, strings.Count(string(b), strings.Join(from, "\n")), "%s", from)
	text := strings.Replace(string(b), strings.Join(from, "\n"), strings.Join(to, "\n"), 1)
	require.NoError(t, os.WriteFile("mistake.yaml", []byte(text), 0o600))
}

// answer is what a command prints, first what goes to standard output. A pipe into head or tail is ours.
func answer(t *testing.T, command string) string {
	command, pipe, _ := strings.Cut(command, " | ")
	args := strings.Fields(command)
	require.Equal(t, "train", args[0])
	var stdout, stderr bytes.Buffer
	err := run(context.Background(), args[1:], strings.NewReader(""), &stdout, &stderr)
	lines := strings.SplitAfter(stdout.String(), "\n")
	lines = lines[:len(lines)-1]
	if pipe != "" {
		tool, count, _ := strings.Cut(pipe, " -")
		n, err := strconv.Atoi(count)
		require.NoError(t, err)
		switch n = min(n, len(lines)); tool {
		case "head":
			lines = lines[:n]
		case "tail":
			lines = lines[len(lines)-n:]
		default:
			t.Fatalf("%s is no tool of the manual", tool)
		}
	}
	text := strings.Join(lines, "") + stderr.String()
	if err != nil {
		text += "train: " + err.Error() + "\n"
	}
	return text
}

// TestTheManualsFormulasCanBeRead reads every formula of the manual's table.
func TestTheManualsFormulasCanBeRead(t *testing.T) {
	b, err := os.ReadFile("../../businesscase/README.md")
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(b), "| formula | what it is |")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "## When")
	n := 0
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(table, -1) {
		if src := m[1]; len(src) > 3 {
			_, err := formula.Parse(src)
			assert.NoError(t, err, src)
			n++
		}
	}
	assert.Greater(t, n, 15)
}
