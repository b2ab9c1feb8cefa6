package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/internal/buildinfo"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/pipeline"
)

func ingestCommand() *cobra.Command {
	var in, work, keyFile, minutes, mappingFile, page, previous string
	var quarantine float64
	var asJSON, replace bool
	cmd := &cobra.Command{
		Use:   "ingest --in DIR --work DIR",
		Short: "Read extracts into the event store, with a quality report",
		Long: `ingest reads every extract in a folder (aids, home care, DigiRehab; CSV or XLSX; recognised by their content,
never by their name), repairs what is safe to repair, counts what it drops or sets aside, replaces CPR numbers with
pseudonyms, and swaps the result in as the work folder's event store.

The quality report says whether the delivery can be used, what to ask the vendor for, and what changed since the
delivery before. The work folder keeps it as quality.json and quality.html, and the one before as
quality-previous.json; train quality prints it again.

If a file cannot be read the command says which one, where and what to do, and the store stays as it was.`,
		Example: `  train ingest --in extracts --work work --key pseudonym.key
  train ingest --in extracts --work work --html quality.html
  train ingest --in extracts --work work --json > ingested.json
  train ingest --in extracts --work work             # synthetic extracts need no key`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if in == "" || work == "" {
				return fmt.Errorf("--in and --work want a folder")
			}
			if !(quarantine > 0 && quarantine <= 1) {
				return fmt.Errorf("--max-quarantined is %v, want a share above 0 and up to 1", quarantine)
			}
			are := extract.MinutesAre(minutes)
			if minutes != "" && !are.Valid() {
				return fmt.Errorf("--minutes-are: %q is not total, per_visit or hours", minutes)
			}
			mapping, err := readMapping(mappingFile, in)
			if err != nil {
				return err
			}
			key, err := readKey(keyFile)
			if err != nil {
				return err
			}
			var before *quality.Quality
			if previous != "" {
				if before, err = pipeline.ReadQuality(previous); err != nil {
					return fmt.Errorf("--previous: %w", err)
				}
			}
			bar := progress.New(cmd.ErrOrStderr())
			defer bar.Done()
			q, manifest, err := pipeline.Ingest(cmd.Context(), pipeline.IngestOptions{
				In: in, Work: work, Replace: replace, CodeVersion: buildinfo.Version(), Previous: before,
				Extract: extract.Options{
					Key: key, MinutesAre: are, Mapping: mapping, MaxQuarantined: quarantine,
					Progress: func(_ string, rows int64) { bar.Update("read", int(rows), 0) },
				},
			})
			if q != nil && page != "" { // a delivery that is not taken is one to write to the vendor about
				err = errors.Join(err, writeFile(page, q.WriteHTML))
			}
			if err != nil {
				return err
			}
			bar.Done()
			if asJSON {
				return printJSON(cmd.OutOrStdout(), ingested{q, manifest})
			}
			return printIngested(cmd.OutOrStdout(), work, q, manifest)
		},
	}
	f := cmd.Flags()
	f.StringVar(&in, "in", "", "folder with the extract files")
	f.StringVar(&work, "work", "", "work folder; made if it is not there")
	f.StringVar(&keyFile, "key", "", "pseudonym key; without it the demo key, for synthetic extracts only")
	f.StringVar(&minutes, "minutes-are", "", "what the minutes column of home care holds: total (per week), per_visit or hours; without it what the mapping says, else total")
	f.StringVar(&mappingFile, "mapping", "", "what is local to this delivery: names of columns, services and more; without it mapping.yaml in the extracts' folder, if there is one")
	f.Float64Var(&quarantine, "max-quarantined", 0.2, "refuse a file when more than this share of its rows (and at least 20) cannot be used")
	f.BoolVar(&replace, "replace", false, "take a delivery that would lose much of what the store has, or that has another key")
	f.StringVar(&page, "html", "", "also write the quality report as a page to this `FILE`, to be forwarded to the vendor")
	f.StringVar(&previous, "previous", "", "compare with the quality in this `FILE`, such as another work folder's quality.json; without it with the delivery before in the same work folder")
	f.BoolVar(&asJSON, "json", false, "print the quality report as one JSON object")
	must(cmd.MarkFlagRequired("in"))
	must(cmd.MarkFlagRequired("work"))
	return cmd
}

// readMapping reads the mapping that is named, else the one beside the extracts; nil if there is none.
func readMapping(name, dir string) (*extract.Mapping, error) {
	if name != "" {
		return extract.ReadMapping(name)
	}
	m, err := extract.ReadMapping(filepath.Join(dir, extract.MappingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return m, err
}

// ingested is the JSON of the command.
type ingested struct {
	Quality  *quality.Quality `json:"quality"`
	Manifest store.Manifest   `json:"manifest"`
}

func printIngested(w io.Writer, work string, q *quality.Quality, m store.Manifest) error {
	if err := printQuality(w, q); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nevent store in %s, extract date %s, key %s\n", work, m.ExtractDate, m.KeyID)
	for _, t := range m.Tables {
		fmt.Fprintf(w, "  %-11s %9d rows\n", t.Name, t.Rows)
	}
	return nil
}
