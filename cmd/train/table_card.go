package main

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/learner"
)

// cardPage is one sheet of A4 to print and tick off.
var cardPage = template.Must(template.New("card").Parse(`<!doctype html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<title>{{.Label}} = {{.Positive}}</title>
<style>
@page { size: A4; margin: 20mm }
body { font: 12pt/1.5 system-ui, sans-serif; max-width: 170mm; margin: 10mm auto; color: #000 }
pre { font: 11pt/1.5 ui-monospace, monospace; white-space: pre-wrap; break-inside: avoid }
</style>
</head>
<body>
<h1>{{.Label}} = {{.Positive}}</h1>
<pre>{{.Card}}</pre>
<p>n = {{.Rows}} ({{.Hits}})</p>
</body>
</html>
`))

func tableCardCommand() *cobra.Command {
	var modelFile, htmlFile, language string
	cmd := &cobra.Command{
		Use:   "card --model MODEL.json",
		Short: "Print a points card, or make a page of it to print",
		Long: `card prints the points rule that train table fit --learner card wrote: the lines, and the probability that belongs to
each sum. --html makes one sheet of paper of it.`,
		Example: `  train table card --model card.json
  train table card --model card.json --language da --html card.html`,
		Args: flagsOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			wording, ok := map[string]card.Wording{"en": card.English, "da": card.Danish}[language]
			if !ok {
				return fmt.Errorf("--language is %q, want en or da", language)
			}
			if htmlFile != "" {
				if err := checkOut(htmlFile, modelFile); err != nil {
					return fmt.Errorf("--html: %w", err)
				}
			}
			f, err := readTableModel(modelFile)
			if err != nil {
				return err
			}
			if f.Learner != (learner.Card{}).Name() {
				return fmt.Errorf("--model %s is of %s, and no card; train table explain shows what it rests on", modelFile, f.Learner)
			}
			raw, err := f.Model.Marshal()
			if err != nil {
				return err
			}
			var c card.Card
			if err := json.Unmarshal(raw, &c); err != nil {
				return err
			}
			var text strings.Builder
			if err := c.WriteText(&text, wording, func(j int) string { return f.Columns[j].ID }, nil); err != nil {
				return err
			}
			if htmlFile != "" {
				page := map[string]any{"Language": language, "Label": f.Label, "Positive": f.Positive, "Card": text.String(), "Rows": f.Rows, "Hits": f.Hits}
				if err := writeFile(htmlFile, func(w io.Writer) error { return cardPage.Execute(w, page) }); err != nil {
					return err
				}
			}
			_, err = io.WriteString(cmd.OutOrStdout(), text.String())
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&modelFile, "model", "", "a card, a JSON `FILE` that fit wrote")
	fl.StringVar(&htmlFile, "html", "", "also one sheet to print, to this `FILE`")
	fl.StringVar(&language, "language", "en", "en or da")
	must(cmd.MarkFlagRequired("model"))
	return cmd
}
