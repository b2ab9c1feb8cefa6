package model

import (
	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/glm"
)

// Format names the version of the artifact.
const Format = "rettidig-model/1"

// The learners.
const (
	LearnerAuto = "auto" // the simplest that is not clearly worse
	LearnerCard = "card"
	LearnerGLM  = "glm"
)

// Model is the artifact. Its fields are the JSON; everything is checked once, by Read.
type Model struct {
	Format           string                `json:"format"`
	SHA256           string                `json:"sha256"` // of the artifact with this field empty
	Target           string                `json:"target"`
	Learner          string                `json:"learner"`
	Seed             uint64                `json:"seed"`
	CodeVersion      string                `json:"code_version"`
	TrainingManifest string                `json:"training_manifest"` // SHA-256 of what was learned from
	Protocol         string                `json:"protocol"`          // SHA-256 of the label protocol
	Rows             int                   `json:"rows"`              // learned from
	Citizens         int                   `json:"citizens"`
	BaseRate         float64               `json:"base_rate"` // weighted share with the event
	Columns          []Column              `json:"columns"`
	Card             *card.Card            `json:"card,omitempty"` // the fitted learner: one of the two
	GLM              *glm.Model            `json:"glm,omitempty"`
	Calibrator       *calibrate.Calibrator `json:"calibrator"`
	Range            Range                 `json:"range"`
	Support          Support               `json:"support"`

	refits flatRefits
}

// learned is what the learners have in common once they are fitted.
type learned interface {
	LogOdds(x, terms []float64) float64
	Rows(x [][]float64, rows []int32, out []float64)
}

func (m *Model) learned() learned {
	if m.Card != nil {
		return m.Card
	}
	return m.GLM
}

func (m *Model) intercept() float64 {
	if m.Card != nil {
		return m.Card.Intercept()
	}
	return m.GLM.Intercept
}
