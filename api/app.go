package api

import (
	"context"
	"time"

	"github.com/rettidig/rettidig"
)

// App is everything that the JSON handlers and the screen ask for. It knows people, permissions and the
// ledger; it knows nothing of HTTP. Every method that takes a Person checks that person's permission and
// writes what was seen or done to the ledger in the same transaction; if the ledger cannot be written,
// the method fails.
type App interface {
	// Info tells what is running. It needs no login.
	Info() Info
	// Personas lists the people to choose from at the demo login; empty unless the data are synthetic.
	Personas() []Person
	// Ready tells whether the service can answer; the error says what is missing.
	Ready(ctx context.Context) error

	// Find looks a citizen up by CPR number (POST body only, never a URL). NotFound if there is none.
	Find(ctx context.Context, who Person, cpr string) (CitizenSummary, error)
	// List returns a page of the work list, by a fixed order of dates and then ids, never by score.
	List(ctx context.Context, who Person, q ListQuery) (CitizenPage, error)
	// Citizen returns what the screen's head shows. id is the internal random id, not the pseudonym.
	Citizen(ctx context.Context, who Person, id string) (CitizenView, error)
	// Timeline returns the history that was known on the as-of date.
	Timeline(ctx context.Context, who Person, id string) (Timeline, error)
	// Judge records the person's own judgement; only then does Score answer that person for that citizen
	// and target (Conflict, code "judgement-first").
	Judge(ctx context.Context, who Person, j Judgement) (Receipt, error)
	// Score answers one question about one citizen and records what was shown.
	Score(ctx context.Context, who Person, r ScoreRequest) (ScoreView, error)
	// Decide records the decision. It works whether or not a score can be given.
	Decide(ctx context.Context, who Person, d Decision) (Receipt, error)

	// Models lists the loaded models with their measured figures.
	Models(ctx context.Context, who Person) ([]ModelView, error)
	// Savings returns SU7's arithmetic beside what the measured precision gives.
	Savings(ctx context.Context, who Person) (SavingsView, error)
	// Document returns the arithmetic of another of the documents, su1 to su6. NotFound if there is none of that id.
	Document(ctx context.Context, who Person, id string) (SavingsView, error)
	// Simulate draws a document's uncertain parameters and tells how its figures spread.
	Simulate(ctx context.Context, who Person, r SimulationRequest) (SimulationView, error)
	// Audit lists ledger events, newest first, and says whether the chain verifies.
	Audit(ctx context.Context, who Person, q AuditQuery) (AuditPage, error)
}

// Info is what is running.
type Info struct {
	Version      string       `json:"version"`
	Mode         string       `json:"mode"`      // development, shadow or live
	Synthetic    bool         `json:"synthetic"` // marked on every page
	Municipality string       `json:"municipality"`
	DataAsOf     rettidig.Day `json:"data_as_of"`
	Citizens     int          `json:"citizens"`
	Basis        string       `json:"basis"` // the recorded legal basis of the mode
}

// Role is a person's job; permissions follow from it in one table (see permissions.go).
type Role string

// The roles.
const (
	Assessor   Role = "assessor"
	DataTeam   Role = "datateam"
	Management Role = "management"
	Auditor    Role = "auditor"
)

// Person is somebody who is logged in.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
	Unit string `json:"unit"`
}

// Permission is one thing that a person may do.
type Permission string

// The permissions.
const (
	SeeCitizens Permission = "citizens:see"    // identified citizens, their timeline and scores
	Record      Permission = "decisions:write" // judgements and decisions
	SeeModels   Permission = "models:see"      // aggregates only
	SeeSavings  Permission = "savings:see"     // aggregates only
	SeeAudit    Permission = "audit:see"
)

// May tells whether the person has a permission.
func (p Person) May(perm Permission) bool {
	for _, have := range permissions[p.Role] {
		if have == perm {
			return true
		}
	}
	return false
}

// permissions: deny by default. Management and the data team see aggregates, never a citizen.
var permissions = map[Role][]Permission{
	Assessor:   {SeeCitizens, Record, SeeModels},
	DataTeam:   {SeeModels, SeeSavings},
	Management: {SeeModels, SeeSavings},
	Auditor:    {SeeAudit, SeeModels, SeeSavings},
}

// ListQuery asks for a page of the work list.
type ListQuery struct {
	Kind   string // "training": may be offered training; "decline": at risk population; "all"
	Cursor string // opaque, from CitizenPage.Next
	Limit  int    // 1..200, 0 means 25
}

// CitizenSummary is one line of a list. It carries no name: the demo municipality has none, and a real
// one shows the name from its care system by deep link.
type CitizenSummary struct {
	ID           string       `json:"id"`
	Age          int          `json:"age"` // 0: the date of birth is not known
	Sex          string       `json:"sex"`
	AidsOnLoan   int          `json:"aids_on_loan"`
	MinutesWeek  float64      `json:"minutes_per_week"` // help delivered, mean of the last 4 weeks
	LastEvent    rettidig.Day `json:"last_event"`
	LastEventDA  string       `json:"-"` // one line: what happened last, in Danish
	LastEventEN  string       `json:"last_event_text"`
	OpenCourse   bool         `json:"open_course"`
	DecidedByYou bool         `json:"decided_by_you"`
}

// CitizenPage is a page of the work list.
type CitizenPage struct {
	Citizens []CitizenSummary `json:"citizens"`
	Next     string           `json:"next,omitempty"`
	Total    int              `json:"total"`
}

// CitizenView is the head of a citizen's page.
type CitizenView struct {
	CitizenSummary
	AsOf      rettidig.Day   `json:"as_of"`
	DataAsOf  rettidig.Day   `json:"data_as_of"`
	Targets   []TargetState  `json:"targets"`
	Decisions []PastDecision `json:"decisions"`
	Facts     []SummaryFact  `json:"facts"` // the few facts an assessor wants first, with date and source
}

// TargetState tells, per target, whether it can be asked and how far this person has come.
type TargetState struct {
	Target   rettidig.Target `json:"target"`
	Eligible bool            `json:"eligible"`
	Why      string          `json:"why,omitempty"`    // code when not eligible
	Judged   string          `json:"judged,omitempty"` // this person's judgement: yes, no, unsure
	Shown    bool            `json:"shown"`
}

// SummaryFact is a fact with its date and source.
type SummaryFact struct {
	LabelDA string       `json:"-"`
	LabelEN string       `json:"label"`
	ValueDA string       `json:"-"`
	Value   string       `json:"value"`
	Date    rettidig.Day `json:"date"`
	Source  string       `json:"source"` // aids, services or training: the delivery that it comes from
}

// PastDecision is an earlier decision about the citizen.
type PastDecision struct {
	At     time.Time       `json:"at"`
	By     string          `json:"by"`
	Target rettidig.Target `json:"target"`
	Action string          `json:"action"`
	Reason string          `json:"reason,omitempty"`
	Note   string          `json:"note,omitempty"`
}

// Timeline is the drawn history: what was known on AsOf.
type Timeline struct {
	AsOf     rettidig.Day   `json:"as_of"`
	From     rettidig.Day   `json:"from"`
	Aids     []TimelineAid  `json:"aids"`      // on loan within five years
	AidsEver int            `json:"aids_ever"` // loans ever known, also those too old for Aids
	Weeks    []TimelineWeek `json:"weeks"`     // help per ISO week, oldest first, weeks without help included
	Train    []TimelineMark `json:"training"`
}

// TimelineAid is a loan as a bar. Returned is empty while the aid is on loan.
type TimelineAid struct {
	ISO      string       `json:"iso"`
	NameDA   string       `json:"-"`
	Name     string       `json:"name"`
	Concept  string       `json:"concept"`
	Lent     rettidig.Day `json:"lent"`
	Returned rettidig.Day `json:"returned"`
}

// TimelineWeek is help in minutes in one week, by kind.
type TimelineWeek struct {
	Week      rettidig.Day `json:"week"` // Monday
	Personal  float64      `json:"personal"`
	Practical float64      `json:"practical"`
	Nursing   float64      `json:"nursing"`
	Other     float64      `json:"other"`
}

// TimelineMark is one training event.
type TimelineMark struct {
	Date rettidig.Day `json:"date"`
	Kind string       `json:"kind"` // screening, session, cancelled, status
	Text string       `json:"text"` // the status, the session's rating, the reason given at a screening; else empty
	Need *float64     `json:"need,omitempty"`
	Abil *float64     `json:"ability,omitempty"`
}

// Judgement is the person's own view, given before the score is seen.
type Judgement struct {
	Citizen    string          `json:"citizen"`
	Target     rettidig.Target `json:"target"`
	Answer     string          `json:"answer"`     // yes, no, unsure
	Confidence int             `json:"confidence"` // 1 low .. 3 high, 0 not given
	Note       string          `json:"note,omitempty"`
}

// ScoreRequest asks one question.
type ScoreRequest struct {
	Citizen string          `json:"citizen"`
	CPR     string          `json:"cpr,omitempty"` // instead of Citizen; body only
	Target  rettidig.Target `json:"target"`
	Lang    string          `json:"lang,omitempty"` // da (default) or en
}

// ScoreView is the score and what a person needs to weigh it.
type ScoreView struct {
	rettidig.Score
	ScoreID     string       `json:"score_id"` // ledger id of what was shown
	TrackRecord *TrackRecord `json:"track_record,omitempty"`
	Compared    string       `json:"compared_with,omitempty"` // who "citizens like this one" are
}

// TrackRecord says how often such predictions came true here, on citizens the model had not seen.
type TrackRecord struct {
	From   float64 `json:"from"` // band of predicted probability, From <= p < To
	To     float64 `json:"to"`
	N      int     `json:"n"` // citizens in the band; bands with fewer than 20 are merged with a neighbour
	Events int     `json:"events"`
}

// Decision is what the person decided, whatever the score says.
type Decision struct {
	Citizen string          `json:"citizen"`
	Target  rettidig.Target `json:"target"`
	ScoreID string          `json:"score_id,omitempty"`
	Action  string          `json:"action"` // offer, not-now, other, defer
	Reason  string          `json:"reason"` // coded, see DecisionReasons
	Note    string          `json:"note,omitempty"`
	Key     string          `json:"-"` // idempotency key; the same key and content gives the same receipt
}

// DecisionReasons are the coded reasons for a decision, in screen order.
var DecisionReasons = []string{"professional-judgement", "new-information", "citizens-wish", "data-wrong", "outside-group", "other-service", "capacity"}

// Receipt acknowledges what was written to the ledger.
type Receipt struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
}

// CalibrationPoint is one group of the calibration plot.
type CalibrationPoint struct {
	Predicted float64 `json:"predicted"` // mean predicted probability of the group
	Observed  float64 `json:"observed"`  // share with the event
	Lower     float64 `json:"lower"`     // 95 % Wilson interval of Observed
	Upper     float64 `json:"upper"`
	N         int     `json:"n"`
}

// Estimate is a figure with its 95 % interval.
type Estimate struct {
	Value float64 `json:"value"`
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
}

// LeakCheck is one planted leak of the validation run.
type LeakCheck struct {
	Name     string `json:"name"`
	Caught   bool   `json:"caught"`
	Evidence string `json:"evidence"`
}

// ModelView is a loaded model with its measured figures, on later citizens it had not seen.
type ModelView struct {
	Ref         rettidig.ModelRef  `json:"ref"`
	Target      rettidig.Target    `json:"target"`
	Learner     string             `json:"learner"`
	Protocol    string             `json:"protocol"`
	N           int                `json:"n"`
	Positives   int                `json:"n_positive"`
	BaseRate    float64            `json:"base_rate"`
	AUROC       Estimate           `json:"auroc"`
	LogLoss     Estimate           `json:"logloss"`
	Brier       Estimate           `json:"brier"`
	ECE         Estimate           `json:"ece"`
	Slope       Estimate           `json:"slope"`
	Intercept   Estimate           `json:"intercept"`
	CardAUROC   Estimate           `json:"card_auroc"`
	CardText    string             `json:"card_text"` // the five-line rule it was compared with
	Capacity    float64            `json:"capacity"`  // share selected
	Precision   Estimate           `json:"precision_at_capacity"`
	CardPrec    Estimate           `json:"card_precision_at_capacity"`
	Calibration []CalibrationPoint `json:"calibration"`
	Leaks       []LeakCheck        `json:"leaks"`
	Warnings    []string           `json:"warnings"`
	BeatsCard   bool               `json:"beats_card"`
}

// SavingsLine is one figure of the document: as printed and as computed.
type SavingsLine struct {
	ID       string `json:"id"`
	LabelDA  string `json:"-"`
	Label    string `json:"label"`
	Formula  string `json:"formula"`
	Printed  string `json:"printed"`
	Computed string `json:"computed"`
	Match    bool   `json:"match"`

	PrintedDA  string  `json:"-"` // the same in Danish number format
	ComputedDA string  `json:"-"`
	Value      float64 `json:"value"`
}

// SavingsCase is a projection with its 90 % interval, in kroner a year.
type SavingsCase struct {
	ID           string   `json:"id"`
	LabelDA      string   `json:"-"`
	Label        string   `json:"label"`
	Citizens     Estimate `json:"citizens_with_effect"`
	SavingDKK    Estimate `json:"saving_dkk"` // against today's practice
	CoversZero   bool     `json:"covers_zero"`
	AssumptionDA []string `json:"-"`
	Assumption   []string `json:"assumptions"`
}

// SensitivityCell is the saving at one pair of rates.
type SensitivityCell struct {
	Completion float64 `json:"completion"`
	Effect     float64 `json:"effect"`
	SavingDKK  float64 `json:"saving_dkk"`
}

// SavingsView is the savings page.
type SavingsView struct {
	Document   []SavingsLine     `json:"document"`
	Cases      []SavingsCase     `json:"cases"`
	Grid       []SensitivityCell `json:"grid"`
	BreakEven  []SavingsLine     `json:"break_even"`
	CaveatsDA  []string          `json:"-"`
	Caveats    []string          `json:"caveats"`
	MeasuredOn string            `json:"measured_on"`
	Synthetic  bool              `json:"synthetic"`
}

// SimulationRequest asks how sure a document's figures are. What Set gives a value is taken as known.
type SimulationRequest struct {
	Proposal string             `json:"proposal"`
	Set      map[string]float64 `json:"set,omitempty"`     // parameter: value in the parameter's unit
	Draws    int                `json:"draws,omitempty"`   // 0: 10,000
	Seed     uint64             `json:"seed,omitempty"`    // the same seed gives the same answer
	Outcome  string             `json:"outcome,omitempty"` // permanent, accumulated or a quantity; "" chooses
}

// MostDraws bounds SimulationRequest.Draws, and LeastDraws does if it is not 0.
const (
	LeastDraws = 200
	MostDraws  = 20_000
)

// SimulatedYear is one year of the tables, 1,000 kr with savings negative.
type SimulatedYear struct {
	Year        int      `json:"year"`
	Overall     Estimate `json:"overall"`
	Accumulated Estimate `json:"accumulated"`
	Repaid      float64  `json:"repaid"` // share of draws in which the investment is first repaid this year
}

// SimulatedGain is the saving of one kind in the last year, 1,000 kr, negative. Kinds are not added up.
type SimulatedGain struct {
	Gain   string   `json:"gain"`
	Amount Estimate `json:"amount"`
}

// SimulatedBar is one line of the tornado.
type SimulatedBar struct {
	ID       string   `json:"id"`
	Label    string   `json:"label"`
	Unit     string   `json:"unit"`
	Low      float64  `json:"low"`
	High     float64  `json:"high"`
	GainLow  float64  `json:"gain_low"`
	GainHigh float64  `json:"gain_high"`
	Share    *float64 `json:"variance_share"` // null where nothing varies
}

// SimulationView is what came of it. Value is with every parameter at its value, Lower and Upper a 90 % interval. Gain
// is positive for a gain.
type SimulationView struct {
	Proposal       string          `json:"proposal"`
	Title          string          `json:"title"`
	PriceLevel     int             `json:"price_level"`
	Draws          int             `json:"draws"`
	Seed           uint64          `json:"seed"`
	Outcome        string          `json:"outcome"`
	Label          string          `json:"label"`
	Unit           string          `json:"unit"`
	Words          string          `json:"words"`
	WordsDA        string          `json:"words_da"`
	Gain           Estimate        `json:"gain"`
	Saves          float64         `json:"probability_of_gain"`
	Loses          float64         `json:"probability_of_loss"`
	Years          []SimulatedYear `json:"years"`
	NotRepaid      float64         `json:"not_repaid"`
	NothingToRepay float64         `json:"nothing_to_repay"`
	Gains          []SimulatedGain `json:"gains"`
	Tornado        []SimulatedBar  `json:"tornado"`
	Notes          []string        `json:"notes"`
}

// AuditQuery filters the ledger.
type AuditQuery struct {
	Citizen string // internal id
	Actor   string
	Action  string
	Cursor  string
	Limit   int
}

// AuditEvent is one line of the ledger.
type AuditEvent struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Role    Role      `json:"role"`
	Action  string    `json:"action"` // login, search, list, view, timeline, judgement, score, decision, models, savings, audit
	Citizen string    `json:"citizen,omitempty"`
	Detail  string    `json:"detail,omitempty"` // holds no personal data
	Hash    string    `json:"hash"`
}

// AuditPage is a page of the ledger.
type AuditPage struct {
	Events  []AuditEvent `json:"events"`
	Next    string       `json:"next,omitempty"`
	ChainOK bool         `json:"chain_ok"`
	Chain   string       `json:"chain"` // what the verification found
}
