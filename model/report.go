package model

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/rettidig/rettidig/internal/strictjson"
	"github.com/rettidig/rettidig/model/calibrate"
	"github.com/rettidig/rettidig/model/card"
	"github.com/rettidig/rettidig/model/gam"
	"github.com/rettidig/rettidig/model/glm"
	"github.com/rettidig/rettidig/model/metric"
	"github.com/rettidig/rettidig/model/validate"
)

// Figures measure one learner on the test rows of the rolling origin, each row counting once. Lower and
// upper are 95 % intervals over resampled citizens; that of ece allows for what chance adds to it. A figure that is not defined is null.
type Figures struct {
	N         int `json:"n"` // rows: a citizen has one for each course, or each month in which the question could be put
	NPositive int `json:"n_positive"`
	Citizens  int `json:"citizens"`

	AUROC           metric.Value `json:"auroc"`
	AUROCLower      metric.Value `json:"auroc_lower"`
	AUROCUpper      metric.Value `json:"auroc_upper"`
	Logloss         metric.Value `json:"logloss"`
	LoglossLower    metric.Value `json:"logloss_lower"`
	LoglossUpper    metric.Value `json:"logloss_upper"`
	Brier           metric.Value `json:"brier"`
	BrierLower      metric.Value `json:"brier_lower"`
	BrierUpper      metric.Value `json:"brier_upper"`
	ECE             metric.Value `json:"ece"`
	ECELower        metric.Value `json:"ece_lower"`
	ECEUpper        metric.Value `json:"ece_upper"`
	Slope           metric.Value `json:"slope"`
	SlopeLower      metric.Value `json:"slope_lower"`
	SlopeUpper      metric.Value `json:"slope_upper"`
	Intercept       metric.Value `json:"intercept"`
	InterceptLower  metric.Value `json:"intercept_lower"`
	InterceptUpper  metric.Value `json:"intercept_upper"`
	InTheLarge      metric.Value `json:"in_the_large"` // log odds by which promises are too low (+) or too high (-)
	InTheLargeLower metric.Value `json:"in_the_large_lower"`
	InTheLargeUpper metric.Value `json:"in_the_large_upper"`

	Capacity       float64      `json:"capacity"`  // share of citizens that the team can take
	Precision      metric.Value `json:"precision"` // share of events among them
	PrecisionLower metric.Value `json:"precision_lower"`
	PrecisionUpper metric.Value `json:"precision_upper"`
	PrecisionWorst metric.Value `json:"precision_worst"` // over all ways of picking among ties
	PrecisionBest  metric.Value `json:"precision_best"`
	Lift           metric.Value `json:"lift"` // precision over base rate
	LiftLower      metric.Value `json:"lift_lower"`
	LiftUpper      metric.Value `json:"lift_upper"`
	NetBenefit     metric.Value `json:"net_benefit"` // at the base rate as threshold, per citizen
}

// Fold are the figures of one window, without intervals.
type Fold struct {
	From       int32        `json:"from_day"` // days since 1970-01-01; up to, not including, To
	To         int32        `json:"to_day"`
	Train      int          `json:"train_rows"`
	N          int          `json:"n"`
	NPositive  int          `json:"n_positive"`
	AUROC      metric.Value `json:"auroc"`
	Logloss    metric.Value `json:"logloss"`
	Brier      metric.Value `json:"brier"`
	ECE        metric.Value `json:"ece"`
	Slope      metric.Value `json:"slope"`
	Intercept  metric.Value `json:"intercept"`
	Calibrator string       `json:"calibrator"`
}

// Covered compares the range with what happened in one tenth of the test rows, by rising probability.
type Covered struct {
	N             int     `json:"n"`
	Predicted     float64 `json:"predicted"`
	Lower         float64 `json:"lower"` // mean range
	Upper         float64 `json:"upper"`
	Observed      float64 `json:"observed"`
	ObservedLower float64 `json:"observed_lower"` // Wilson, 95 %
	ObservedUpper float64 `json:"observed_upper"`
	Inside        bool    `json:"inside"`   // the observed share is in the mean range
	Overlaps      bool    `json:"overlaps"` // the observed interval meets the mean range
}

// CardReport is the paper rule that was trained beside the model.
type CardReport struct {
	Figures
	Folds      []Fold                `json:"by_fold"`
	Rule       *card.Card            `json:"rule"`
	Calibrator *calibrate.Calibrator `json:"calibrator"`
	AtCapacity *AtCapacity           `json:"at_capacity,omitempty"` // as the model's, if the card had chosen
}

// Choice tells how auto decided. Its own gains are of the learner with the smallest log loss, of those that are not the
// card, over the card.
type Choice struct {
	Chosen string `json:"chosen"`
	Gain
	Why      string     `json:"why"`
	Compared []Compared `json:"compared"` // each pair of learners, the simpler one first
}

// Gain is how much better one learner is than another on the test rows, with the standard error over citizens.
type Gain struct {
	LoglossGain   float64 `json:"logloss_gain"`
	LoglossSE     float64 `json:"logloss_se"`
	PrecisionGain float64 `json:"precision_gain"` // at capacity, where net benefit differs by just this
	PrecisionSE   float64 `json:"precision_se"`
}

// Compared holds the gain of a learner over a simpler one. Clearly tells which of the two is clearly better, if either is.
type Compared struct {
	Simpler string `json:"simpler"`
	Other   string `json:"other"`
	Gain
	Clearly string `json:"clearly_better,omitempty"`
}

// BeatsCard tells whether the learner was shown to be clearly better than the card; see Compared. Of a report from before
// the two were always compared only the choice of auto tells.
func (r *Report) BeatsCard() bool {
	if r.OverCard != nil {
		return r.OverCard.Clearly == r.Learner
	}
	return r.Learner != LearnerCard && r.Choice != nil
}

// WorseThanCard says that the card should be used in the place of the learner, if that was shown; see Compared.
func (r *Report) WorseThanCard() string {
	c := r.OverCard
	if c == nil || c.Clearly != LearnerCard {
		return ""
	}
	return fmt.Sprintf("the card is clearly better than the %s (log loss lower by %.4f, standard error %.4f; precision at capacity higher by %.3f, %.3f): use the card, --learner card",
		r.Learner, -c.LoglossGain, c.LoglossSE, -c.PrecisionGain, c.PrecisionSE)
}

// Report says how a model was made and what it is worth.
type Report struct {
	Target  string `json:"target"`
	Learner string `json:"learner"`
	Asked   string `json:"asked"`
	Seed    uint64 `json:"seed"`
	Rows    int    `json:"rows"` // in the table, all of which the final model learns from
	Events  int    `json:"events"`
	// Synthetic tells that every citizen was invented; a report of an older program does not say.
	Synthetic bool `json:"synthetic,omitempty"`
	Figures
	Folds      []Fold             `json:"by_fold"`
	Curve      []metric.Point     `json:"curve"`
	Range      []Covered          `json:"range_by_tenth"`
	RangeOK    metric.Value       `json:"range_inside"` // share of the tenths whose observed share is inside the mean range
	Card       *CardReport        `json:"card"`
	OverCard   *Compared          `json:"over_card,omitempty"` // the chosen learner against the card, unless it is the card
	Choice     *Choice            `json:"choice,omitempty"`
	Leaks      []validate.Leak    `json:"leaks"`
	Rotated    bool               `json:"citizens_rotated"`
	Penalty    *Penalty           `json:"penalty,omitempty"` // of a glm
	Shapes     *gam.Training      `json:"shapes,omitempty"`  // of a gam
	Trees      *int               `json:"trees,omitempty"`   // of a boost
	Importance []Importance       `json:"importance"`
	References []ReferenceFigures `json:"references,omitempty"`
	Withheld   metric.Value       `json:"withheld"` // share of the table that the final model does not answer
	Warnings   []string           `json:"warnings"`
	Notes      []string           `json:"notes"`
	Seconds    float64            `json:"seconds,omitempty"`

	// Predictions are what the chosen learner said about the test rows before it had seen them, by window. They
	// are about single citizens and are not part of the report that is kept.
	Predictions []validate.Prediction `json:"-"`

	// CardPredictions are what the card said about the same rows.
	CardPredictions []validate.Prediction `json:"-"`

	AtCapacity *AtCapacity  `json:"at_capacity,omitempty"` // filled in by whoever knows courses
	ByCapacity []AtCapacity `json:"by_capacity,omitempty"` // the same when more or fewer can be taken, by rising share
}

// Penalty is what the glm's cross-validation tried and chose.
type Penalty struct {
	Alpha  float64     `json:"alpha"`
	Lambda float64     `json:"lambda"`
	Used   int         `json:"columns_used"`
	Path   []glm.Tried `json:"path"`
}

// Write writes the report as indented JSON without the seconds it took, so that the same input gives the
// same bytes.
func (r *Report) Write(w io.Writer) error {
	timeless := *r
	timeless.Seconds = 0
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(&timeless); err != nil {
		return fmt.Errorf("model: write report: %w", err)
	}
	return nil
}

// ReadReport reads what Write wrote, and nothing else.
func ReadReport(rd io.Reader) (*Report, error) {
	r := new(Report)
	if err := strictjson.Read(rd, largest, "report", r); err != nil {
		return nil, fmt.Errorf("model: read report: %w", err)
	}
	return r, nil
}

// Uncaught returns an error naming every planted leak that was not caught.
func (r *Report) Uncaught() error {
	var names []string
	for _, l := range r.Leaks {
		if !l.Caught {
			names = append(names, l.Name+" ("+l.Evidence+")")
		}
	}
	if names == nil {
		return nil
	}
	return fmt.Errorf("model: this validation cannot be trusted, a planted leak was not caught: %s", strings.Join(names, "; "))
}

// AtCapacity counts what came of the citizens that the model would have selected, window by window, on citizens
// it had not seen. It feeds the business case, which wants counts and not accuracies.
type AtCapacity struct {
	Share      float64 `json:"share,omitempty"` // that could be taken; 0 in reports from before it was kept
	Selected   int     `json:"selected"`
	Candidates int     `json:"candidates"` // whom it selected among
	Events     int     `json:"events"`     // of the target, among the selected
	AllEvents  int     `json:"all_events"` // of the target, among the candidates
	// Given for the target benefit only: completed courses, with effect or without.
	Completed    int `json:"completed,omitempty"`
	AllCompleted int `json:"all_completed,omitempty"`
	// How much more than the counts alone would say a rate varies because some rows are of the same citizen: its
	// variance with all rows of a citizen taken together, over that with each row on its own. 0: not known. That of
	// Events among Selected, less that of the others; and of Events among AllEvents.
	Clustering      float64 `json:"clustering,omitempty"`
	ClusteringFound float64 `json:"clustering_found,omitempty"`
}
