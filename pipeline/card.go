package pipeline

import (
	"io"

	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/card"
)

// WriteCard prints the five-line rule that a model was held against, in Danish ("da") or English. columns are those
// of the table that it was learned from.
func WriteCard(w io.Writer, r *model.Report, columns []model.Column, lang string) error {
	catalogue := features.Catalogue()
	label := func(j int) string {
		at := features.Index(columns[j].ID)
		switch {
		case at < 0:
			return columns[j].ID
		case lang == "da":
			return catalogue[at].LabelDA
		}
		return catalogue[at].LabelEN
	}
	word := card.English
	if lang == "da" {
		word = card.Danish
	}
	var calibrated func(float64) float64
	if c := r.Card.Calibrator; c != nil {
		calibrated = c.At
	}
	return r.Card.Rule.WriteText(w, word, label, calibrated)
}
