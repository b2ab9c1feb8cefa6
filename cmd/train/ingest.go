package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/datasets/codes"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/quality"
	"github.com/rettidig/rettidig/datasets/store"
	"github.com/rettidig/rettidig/internal/buildinfo"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/pipeline"
)

func ingestCommand() *cobra.Command {
	var in, work, keyFile, minutes, mappingFile, page, previous, propose string
	var explain []string
	var quarantine float64
	var asJSON, replace, services, verbose bool
	cmd := &cobra.Command{
		Use:   "ingest --in DIR --work DIR | --explain FILE|DIR... | --services",
		Short: "Read extracts into the event store, with a quality report",
		Long: `ingest reads every extract in a folder (aids, home care, DigiRehab as CSV, TSV or XLSX, reports to KL Gateway (K1) as
JSON; also in ZIP or gzip; recognised by their content, never by their name), repairs what is safe to repair, counts what it drops or sets aside, replaces CPR numbers with
pseudonyms, and swaps the result in as the work folder's event store.

The quality report says whether the delivery can be used, what to ask the vendor for, and what changed since the
delivery before. The work folder keeps it as quality.json and quality.html, and the one before as
quality-previous.json; train quality prints it again.

A delivery that lacks months or a kind of fact that the store has, or more than a quarter of their rows, or that should
not be used where the one before could be, is refused: the store stays as it was, and the report is written as
quality-refused.html and .json. --replace takes it all the same.

If a file cannot be read the command says which one, where and what to do, and the store stays as it was. With --explain
it looks at one file, known or not, and stores nothing: what it is, what each column would be read as, the first rows
after repair, and a mapping.yaml to start from when its columns or services have local names. Of a folder or several
files it tells one line each, and proposes one mapping for all. A mapping.yaml beside the extracts is used by itself.
--services lists the codes that a mapping can name.`,
		Example: `  train ingest --in extracts --work work --key pseudonym.key
  train ingest --in extracts --work work --html quality.html
  train ingest --in extracts --work work --json > ingested.json
  train ingest --in extracts --work work             # synthetic extracts need no key
  train ingest --explain extracts --propose extracts/mapping.yaml
  train ingest --explain extracts/aids.csv
  train ingest --services
  train ingest --explain extracts/aids.csv --propose mapping.yaml`,
		Args: cobra.ArbitraryArgs, // more files to explain, as a shell writes them for *
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0 && len(explain) == 0:
				return fmt.Errorf("unknown argument %q; train ingest --help shows an example", args[0])
			case services:
				return printServices(cmd.OutOrStdout(), asJSON)
			}
			explain = append(explain, args...)
			switch {
			case len(explain) == 0 && (in == "" || work == ""):
				return fmt.Errorf("--in and --work want a folder")
			case len(explain) > 0 && (in != "" || work != ""):
				return fmt.Errorf("--explain looks at files and stores nothing: leave out --in and --work")
			case len(explain) == 0 && propose != "":
				return fmt.Errorf("--propose goes with --explain")
			}
			if !(quarantine > 0 && quarantine <= 1) {
				return fmt.Errorf("--max-quarantined is %v, want a share above 0 and up to 1", quarantine)
			}
			are := extract.MinutesAre(minutes)
			if minutes != "" && !are.Valid() {
				return fmt.Errorf("--minutes-are: %q is not total, per_visit or hours", minutes)
			}
			beside := in
			if len(explain) > 0 {
				if beside = explain[0]; !isFolder(beside) {
					beside = filepath.Dir(beside)
				}
			}
			mapping, err := readMapping(mappingFile, beside)
			if err != nil {
				return err
			}
			key, err := readKey(keyFile)
			if err != nil {
				return err
			}
			if len(explain) > 0 {
				opt := extract.Options{Key: key, MinutesAre: are, Mapping: mapping}
				if len(explain) > 1 || isFolder(explain[0]) {
					s, err := extract.ExplainAll(cmd.Context(), explain, opt)
					if err != nil {
						return err
					}
					return printExplained(cmd.OutOrStdout(), s, s.Mapping, propose, asJSON)
				}
				e, err := extract.Explain(cmd.Context(), explain[0], opt)
				if err != nil {
					return err
				}
				return printExplained(cmd.OutOrStdout(), e, e.Mapping, propose, asJSON)
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
			return printIngested(cmd.OutOrStdout(), work, q, manifest, verbose)
		},
	}
	f := cmd.Flags()
	f.StringVar(&in, "in", "", "folder with the extract files")
	f.StringVar(&work, "work", "", "work folder; made if it is not there")
	f.StringVar(&keyFile, "key", "", "pseudonym key; without it the demo key, for synthetic extracts only")
	f.StringVar(&minutes, "minutes-are", "", "what the minutes column of home care holds: total (per week), per_visit or hours; without it what the mapping says, else total")
	f.StringVar(&mappingFile, "mapping", "", "what is local to this delivery: names of columns, services and more; without it mapping.yaml in the extracts' folder, if there is one")
	f.Float64Var(&quarantine, "max-quarantined", 0.2, "refuse a file when more than this share of its rows (and at least 20) cannot be used")
	f.BoolVar(&replace, "replace", false, "take a delivery that lacks months, more than a quarter of their rows or a kind that the store has, whose verdict is do not use, or that has another key")
	f.StringVar(&page, "html", "", "also write the quality report as a page to this `FILE`, to be forwarded to the vendor")
	f.StringVar(&previous, "previous", "", "compare with the quality in this `FILE`, such as another work folder's quality.json; without it with the delivery before in the same work folder")
	f.BoolVar(&asJSON, "json", false, "print the quality report as one JSON object")
	f.BoolVar(&verbose, "verbose", false, verboseHelp)
	f.StringArrayVar(&explain, "explain", nil, "look at this `FILE` or folder and tell how it would be read; nothing is stored; may be given several times")
	f.BoolVar(&services, "services", false, "list the codes, names and concepts of home care's services, for a mapping")
	f.StringVar(&propose, "propose", "", "with --explain, also write the proposed mapping to this `FILE`, which must not exist yet")
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

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// printExplained prints an explanation, and writes the mapping that it proposes.
func printExplained(w io.Writer, e interface{ WriteText(io.Writer) error }, mapping, propose string, asJSON bool) error {
	if propose != "" && mapping != "" {
		f, err := os.OpenFile(propose, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf(`--propose: %s exists: give another name, or copy the part under "columns:"`, propose)
		}
		if err != nil {
			return fmt.Errorf("--propose: %w", err)
		}
		_, err = io.WriteString(f, mapping)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("--propose: %w", err)
		}
	}
	if asJSON {
		return printJSON(w, e)
	}
	return e.WriteText(w)
}

// serviceLine is what a mapping needs to know of a service.
type serviceLine struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Concept string `json:"concept"`
}

func printServices(w io.Writer, asJSON bool) error {
	var all []serviceLine
	for _, s := range codes.Services() {
		all = append(all, serviceLine{s.Code, s.DA, fmt.Sprint(s.Concept)})
	}
	if asJSON {
		return printJSON(w, struct {
			Services []serviceLine `json:"services"`
		}{all})
	}
	for _, s := range all {
		if _, err := fmt.Fprintf(w, "%-10s %-18s %s\n", s.Code, s.Concept, s.Name); err != nil {
			return err
		}
	}
	return nil
}

// ingested is the JSON of the command.
type ingested struct {
	Quality  *quality.Quality `json:"quality"`
	Manifest store.Manifest   `json:"manifest"`
}

func printIngested(w io.Writer, work string, q *quality.Quality, m store.Manifest, verbose bool) error {
	if err := printQuality(w, q, verbose); err != nil {
		return err
	}
	if !verbose {
		fmt.Fprintf(w, "\nEvery cause in every file: %s, or train quality --work %s --verbose\n", filepath.Join(work, "quality.html"), work)
	}
	fmt.Fprintf(w, "\nevent store in %s, extract date %s, key %s\n", work, m.ExtractDate, m.KeyID)
	for _, t := range m.Tables {
		fmt.Fprintf(w, "  %-11s %9d rows\n", t.Name, t.Rows)
	}
	return nil
}
