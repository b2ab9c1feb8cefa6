package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheCatalogueIsHeldAgainstItsProposals(t *testing.T) {
	dir := t.TempDir()
	text := command(t, dir, "businesscase", "--catalogue", "--check")
	assert.Contains(t, text, "kataloget har -5.025, forslaget giver -5.070")
	assert.Contains(t, text, "SU2 og SU4 kan tælle den samme besparelse")
	two := command(t, dir, "businesscase", "--proposal", "su2", "--proposal", "su4", "--check", "--language", "en")
	assert.Contains(t, two, "SU2 and SU4 may count the same saving")
	assert.NotContains(t, two, "catalogue has")
}
