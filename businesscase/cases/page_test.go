package cases

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The page is for those who do not read Go. RETTIDIG_UPDATE=1 go test ./businesscase/cases writes it anew.
func TestThePageOfReproducedFiguresIsWhatTheFilesGive(t *testing.T) {
	const page = "../../docs/businesscase/reproduction.md"
	var want bytes.Buffer
	require.NoError(t, WriteReproduction(&want))
	if os.Getenv("RETTIDIG_UPDATE") == "1" {
		require.NoError(t, os.WriteFile(page, want.Bytes(), 0o644))
	}
	got, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, want.String(), string(got), "reproduction.md is old: run RETTIDIG_UPDATE=1 go test ./businesscase/cases")
	all, _ := Reproduce()
	lines := 0
	for line := range strings.Lines(string(got)) {
		if strings.HasPrefix(line, "| ") {
			lines++
		}
	}
	assert.Greater(t, lines, len(all), "every figure has a line")
}
