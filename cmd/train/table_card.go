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
body { font: 12pt/1.4 system-ui, sans-serif; max-width: 170mm; margin: 10mm auto; color: #000 }
h1 { font-size: 20pt; line-height: 1.2; margin: 0 0 4mm } p { margin: 3mm 0 }
table { border-collapse: collapse; width: 100% } td, th { padding: 2mm; border-bottom: .3mm solid #000; text-align: left; vertical-align: top }
tr { break-inside: avoid } .points { white-space: nowrap; text-align: right } .question { overflow-wrap: anywhere }
.box { width: 4mm; height: 4mm; border: .4mm solid #000; display: inline-block } .sum { width: 20mm; height: 9mm; border: .4mm solid #000; display: inline-block }
.total td { border-bottom: 0; font-weight: bold; vertical-align: middle }
.chances { width: auto; margin-top: 4mm; font-size: 11pt; line-height: 1.2 } .chances td, .chances th { padding: .8mm 6mm .8mm 2mm; border-bottom: .1mm solid #888 }
</style>
</head>
<body>
<h1>{{.Label}} = {{.Positive}}</h1>
<p>{{.Words.How}}</p>
<table>
{{range .Lines}}<tr><td><span class="box"></span></td><td class="question">{{.Question}}</td><td class="points">{{.Worth}}</td></tr>
{{end}}<tr class="total"><td></td><td>{{.Words.Write}}</td><td class="points"><span class="sum"></span></td></tr>
</table>
<table class="chances">
<tr><th scope="col">{{.Sum}}</th><th scope="col">{{.Words.Probability}}: {{.Label}} = {{.Positive}}</th></tr>
{{range $n, $p := .Chances}}<tr><td>{{$n}}</td><td>{{printf "%.0f %%" $p}}</td></tr>
{{end}}</table>
<p>{{.Learned}}</p>
</body>
</html>
`))

// sheetWords is what stands on the sheet around the card.
type sheetWords struct{ How, Write, Probability, Learned string }

var sheet = map[string]sheetWords{
	"en": {"Tick what is true, add up the points, and read the probability beside the sum.", "Write the sum here", "Probability of", "Learned from %d rows, as a rule one citizen each, of which %d with %s = %s."},
	"da": {"Sæt kryds ved det, der passer, læg pointene sammen, og aflæs sandsynligheden ud for summen.", "Skriv summen her", "Sandsynlighed for", "Lært af %d rækker, som regel én borger hver, heraf %d med %s = %s."},
}

// sheetLine is one line to tick off.
type sheetLine struct{ Question, Worth string }

// writeSheet writes the card as one sheet.
func writeSheet(w io.Writer, c *card.Card, f *learner.File, word card.Wording, language string) error {
	words := sheet[language]
	page := map[string]any{"Language": language, "Label": f.Label, "Positive": f.Positive, "Sum": word.Sum, "Words": words,
		"Learned": fmt.Sprintf(words.Learned, f.Rows, f.Hits, f.Label, f.Positive)}
	var lines []sheetLine
	for _, l := range c.Lines {
		lines = append(lines, sheetLine{word.Question(l, f.Columns[l.Column].ID), word.Worth(l.Points)})
	}
	chances := c.Chances(nil)
	for n := range chances {
		chances[n] *= 100
	}
	page["Lines"], page["Chances"] = lines, chances
	return cardPage.Execute(w, page)
}

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
			word, ok := map[string]card.Wording{"en": card.English, "da": card.Danish}[language]
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
			if err := c.WriteText(&text, word, func(j int) string { return f.Columns[j].ID }, nil); err != nil {
				return err
			}
			if htmlFile != "" {
				if err := writeFile(htmlFile, func(w io.Writer) error { return writeSheet(w, &c, f, word, language) }); err != nil {
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
