package model

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/tree"
)

// Format names the version of the artifact.
const Format = "rettidig-model/1"

// The learners.
const (
	LearnerAuto  = "auto"  // the simplest that is not clearly worse
	LearnerCard  = "card"  // five lines of points
	LearnerGLM   = "glm"   // a line for each column
	LearnerGAM   = "gam"   // a shape for each column and for a few pairs
	LearnerBoost = "boost" // boosted trees
)

// simplest lists the learners by rising complexity.
var simplest = []string{LearnerCard, LearnerGLM, LearnerGAM, LearnerBoost}

// Learners lists what Train takes.
func Learners() []string { return append([]string{LearnerAuto}, simplest...) }

// CheckLearner returns an error that lists the learners unless name is one of them.
func CheckLearner(name string) error {
	if slices.Contains(Learners(), name) {
		return nil
	}
	return fmt.Errorf("learner %q is not one of %s", name, strings.Join(Learners(), ", "))
}

// CheckAmong returns an error unless auto can compare these learners.
func CheckAmong(names []string) error {
	for _, name := range names {
		if !slices.Contains(simplest, name) {
			return fmt.Errorf("learner %q is not one of %s", name, strings.Join(simplest, ", "))
		}
	}
	return nil
}

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
	Card             *card.Card            `json:"card,omitempty"` // the fitted learner: one of the four
	GLM              *glm.Model            `json:"glm,omitempty"`
	GAM              *gam.Model            `json:"gam,omitempty"`
	Boost            *tree.Ensemble        `json:"boost,omitempty"`
	Calibrator       *calibrate.Calibrator `json:"calibrator"`
	Range            Range                 `json:"range"`
	Support          Support               `json:"support"`

	refits   flatRefits
	ready    ready     // to score with, of a gam or a boost
	refitted []learned // of a gam or a boost
}

// learned is what the learners have in common once they are fitted.
type learned interface {
	LogOdds(x, terms []float64) float64
	Rows(x [][]float64, rows []int32, out []float64)
}

// ready is a learner that is not scored in the form in which it is shipped.
type ready interface {
	learned
	base() float64 // what LogOdds adds its terms to
}

func (m *Model) learned() learned {
	switch {
	case m.Card != nil:
		return m.Card
	case m.GLM != nil:
		return m.GLM
	}
	return m.ready
}

func (m *Model) intercept() float64 {
	switch {
	case m.Card != nil:
		return m.Card.Intercept()
	case m.GLM != nil:
		return m.GLM.Intercept
	}
	return m.ready.base()
}

// prepare readies a model that was checked for scoring.
func (m *Model) prepare() {
	switch {
	case m.GAM != nil:
		m.ready = newShapes(m.GAM)
	case m.Boost != nil:
		m.ready = newTrees(m.Boost).explained()
	}
	m.refits, m.refitted = m.flatten(), m.replicas()
}

// unforeseen counts the values that are missing in columns where none was while learning. A card takes what is missing
// for a no.
func (m *Model) unforeseen(x []float64) int {
	switch {
	case m.Card != nil:
		return 0
	case m.GLM != nil:
		return m.GLM.Unforeseen(x)
	}
	n := 0
	for j, v := range x {
		if v != v && m.Support.Columns[j].MissingRate == 0 {
			n++
		}
	}
	return n
}

// checkLearner returns what is wrong with the learner. There must be one, the one that is named, and of the model's
// columns.
func (m *Model) checkLearner() error {
	there := map[string]bool{LearnerCard: m.Card != nil, LearnerGLM: m.GLM != nil, LearnerGAM: m.GAM != nil, LearnerBoost: m.Boost != nil}
	n := 0
	for _, ok := range there {
		if ok {
			n++
		}
	}
	if n != 1 || !there[m.Learner] {
		return fmt.Errorf("learner is %q, want %s, and exactly that one", m.Learner, strings.Join(simplest, ", "))
	}
	switch m.Learner {
	case LearnerCard:
		return m.Card.Check(len(m.Columns))
	case LearnerGLM:
		return m.GLM.Check(len(m.Columns))
	case LearnerGAM:
		if err := m.GAM.Check(); err != nil {
			return err
		}
		return m.sameColumns(len(m.GAM.Columns), func(j int) (string, int) { return m.GAM.Columns[j].ID, len(m.GAM.Columns[j].Levels) })
	}
	if err := m.Boost.Check(); err != nil {
		return err
	}
	return m.sameColumns(len(m.Boost.Columns), func(j int) (string, int) { return m.Boost.Columns[j].ID, len(m.Boost.Columns[j].Levels) })
}

// sameColumns demands that the learner's columns are the model's, all of them numbers.
func (m *Model) sameColumns(n int, of func(j int) (id string, levels int)) error {
	if n != len(m.Columns) {
		return fmt.Errorf("%s.columns: %d for %d columns", m.Learner, n, len(m.Columns))
	}
	for j, c := range m.Columns {
		if id, levels := of(j); id != c.ID || levels != 0 {
			return fmt.Errorf("%s.columns[%d]: %q with %d levels, want %q, a number", m.Learner, j, id, levels, c.ID)
		}
	}
	return nil
}
