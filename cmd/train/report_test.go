package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/pipeline"
)

type nowhere struct{ pipeline.Source }

func (nowhere) Snapshot() store.Manifest { return store.Manifest{} }

func TestASlopeThatIsOffIsPointedOut(t *testing.T) {
	r := &model.Report{Target: "decline", Learner: "glm", Figures: model.Figures{AUROCLower: 0.6, SlopeLower: 0.5, Slope: 0.7, SlopeUpper: 0.9}}
	text := func() (string, string) {
		var a, b bytes.Buffer
		require.NoError(t, printReport(&a, r, nowhere{}))
		require.NoError(t, writeReportHTML(&b, r, cohort.Summary{}, false))
		return a.String(), b.String()
	}
	plain, page := text()
	assert.Regexp(t, `calibration slope +0\.700 .* too sure: see the note on calibration\n`, plain)
	assert.Contains(t, page, "0.900 (too sure: see the warnings)")
	r.SlopeUpper = 1.1
	plain, page = text()
	assert.NotContains(t, plain, "see the note")
	assert.NotContains(t, page, "see the warnings")
}
