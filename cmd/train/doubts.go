package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/pipeline"
)

// openStore opens the event store of a work folder and says on standard error what is doubtful about the delivery it was
// made from, so that nobody has to have read the quality report to learn of it.
func openStore(cmd *cobra.Command, work string) (*pipeline.Stream, *quality.Quality, error) {
	if err := isWork(work); err != nil {
		return nil, nil, err
	}
	d, err := pipeline.OpenStream(work)
	if err != nil {
		return nil, nil, err
	}
	q, err := pipeline.QualityOf(work, d.Snapshot())
	switch {
	case err != nil: // the facts are whole; only what was thought of them is lost
		q = nil
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: what the delivery is worth is not known: %v\n", err)
	case q.Verdict.Code == quality.Doubts:
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: the delivery is usable with doubts: %s (train quality --work %s)\n", firstReason(q), work)
	case q.Verdict.Code == quality.DoNotUse:
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: the delivery should not be used: %s (train quality --work %s)\n", firstReason(q), work)
	}
	return d, q, nil
}

// isWork refuses a work folder that is not there: a slip of the pen would look like a store that was never filled.
func isWork(work string) error {
	if st, err := os.Stat(work); err != nil {
		return fmt.Errorf("--work: %w; train ingest --in DIR --work %s makes it", err, work)
	} else if !st.IsDir() {
		return fmt.Errorf("--work %s is no folder", work)
	}
	return nil
}

// openTrusted is openStore for what reaches people: it refuses a delivery that should not be used.
func openTrusted(cmd *cobra.Command, work string, despite bool) (*pipeline.Stream, error) {
	d, q, err := openStore(cmd, work)
	if err != nil {
		return nil, err
	}
	if q != nil && q.Verdict.Code == quality.DoNotUse && !despite {
		d.Close()
		return nil, rettidig.E(rettidig.Conflict, "do-not-use", "the quality report says not to use this delivery: "+firstReason(q)+
			" Ask for it again and read it with train ingest; if it is meant, give --despite-quality", nil)
	}
	return d, nil
}

func firstReason(q *quality.Quality) string {
	if len(q.Verdict.Why) == 0 {
		return "see the report."
	}
	why := strings.TrimSpace(q.Verdict.Why[0])
	if more := len(q.Verdict.Why) - 1; more > 0 {
		why += fmt.Sprintf(" And %d more.", more)
	}
	return why
}

func despiteFlag(cmd *cobra.Command, despite *bool) {
	cmd.Flags().BoolVar(despite, "despite-quality", false, "go on with a delivery that its quality report says not to use")
}
