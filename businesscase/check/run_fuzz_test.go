package check_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/rettidig/rettidig/businesscase/cases"
	"github.com/rettidig/rettidig/businesscase/check"
	"github.com/rettidig/rettidig/businesscase/proposal"
)

// Whatever file can be read and computed can be reviewed and printed.
func FuzzRun(f *testing.F) {
	f.Add([]byte(consistent(f)))
	for _, name := range cases.Names() {
		f.Add(cases.Source(name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := proposal.Read(bytes.NewReader(b), "case.yaml")
		if err != nil {
			return
		}
		m, err := p.Compile()
		if err != nil {
			return
		}
		r, err := m.Compute(proposal.Options{})
		if err != nil {
			return
		}
		report, err := check.Run(m, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{check.Danish, check.English} {
			if report.Text(io.Discard, lang) != nil || report.HTML(io.Discard, lang) != nil {
				t.Fatal("does not print")
			}
		}
	})
}
