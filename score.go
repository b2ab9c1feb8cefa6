package rettidig

import "time"

// The statuses of a score.
const (
	Scored   = "scored"
	Withheld = "withheld" // "we do not know": WithheldReason says why
)

// Score is one answer about one citizen. Probability, Lower, Upper and Frequency are nil unless Status
// is Scored, so that no failure can be read as a number.
type Score struct {
	Target         Target     `json:"target"`
	Status         string     `json:"status"`
	WithheldReason string     `json:"withheld_reason,omitempty"`
	Probability    *float64   `json:"probability,omitempty"` // calibrated, in [0, 1]
	Lower          *float64   `json:"lower,omitempty"`       // range of the probability, Lower <= Probability <= Upper
	Upper          *float64   `json:"upper,omitempty"`
	Frequency      *Frequency `json:"frequency,omitempty"`
	Reasons        []Reason   `json:"reasons,omitempty"` // by falling absolute contribution
	Unseen         []string   `json:"unseen,omitempty"`  // what the model cannot see
	AsOf           Day        `json:"as_of"`
	DataAsOf       Day        `json:"data_as_of"`
	Model          ModelRef   `json:"model"`
	Mode           string     `json:"mode"`
}

// Frequency is the natural-frequency form: Count of Of citizens like this one.
type Frequency struct {
	Of    int `json:"of"`
	Count int `json:"count"`
}

// Reason is what one thing that a caregiver talks about adds to the model's log odds, compared with the
// average citizen that the model learned from. The reasons of a score (with the intercept and the
// calibration line) add up to the log odds of its probability.
type Reason struct {
	Concept string  `json:"concept"`  // e.g. mobility_aids; "intercept" and "calibration" are lines of their own
	Text    string  `json:"text"`     // one sentence in the language asked for
	LogOdds float64 `json:"log_odds"` // negative speaks against, positive for
	Facts   []Fact  `json:"facts"`    // the columns behind it
}

// Fact is one column behind a reason: what the model saw and what it added.
type Fact struct {
	Feature string   `json:"feature"`
	Label   string   `json:"label"`
	Value   *float64 `json:"value"` // null: missing
	Unit    string   `json:"unit,omitempty"`
	LogOdds float64  `json:"log_odds"`

	// Of a missing value: what that says, in the language asked for, and whether there was nothing to record,
	// as the effect of training for somebody who never trained. Such a fact is no hole in the register.
	Missing       string `json:"missing,omitempty"`
	NotApplicable bool   `json:"not_applicable,omitempty"`
}

// ModelRef names the exact model that answered.
type ModelRef struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

// Clock tells the time; a test gives its own.
type Clock func() time.Time
