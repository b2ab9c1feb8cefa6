package proposal

// Format is the version of the file format that this package reads.
const Format = 1

// Proposal is one business case as its author wrote it: the YAML file, field by field. Order is the author's.
// What a field may hold is checked by [Read]; a Proposal that Read returned is whole.
type Proposal struct {
	Format        int        `yaml:"rettidig-proposal"` // 1
	ID            string     `yaml:"id"`                // letters a-z, digits, _ and -
	Title         string     `yaml:"title"`
	Type          string     `yaml:"type"`                      // investment, innovation, efficiency
	Section       string     `yaml:"section,omitempty"`         // where the catalogue lists it
	BudgetProcess string     `yaml:"budget-process,omitempty"`  // such as "OFS 2021-2022"
	PresentedBy   []string   `yaml:"presented-by,omitempty"`    // administrations
	Affects       []string   `yaml:"affects,omitempty"`         // administrations
	FromInnovate  string     `yaml:"from-innovation,omitempty"` // yes, no, or "" for not said
	Summary       string     `yaml:"summary,omitempty"`
	Source        *Source    `yaml:"source,omitempty"`
	PriceLevel    int        `yaml:"price-level"`            // the year whose prices the figures are in
	DisbursedIn   int        `yaml:"disbursed-in,omitempty"` // the year whose prices they are paid in, if another
	Years         Years      `yaml:"years"`                  // "2022-2027"
	Parameters    []Param    `yaml:"parameters,omitempty"`
	Correlated    []Corr     `yaml:"correlations,omitempty"`
	Quantities    []Quantity `yaml:"quantities,omitempty"`
	Rows          []Row      `yaml:"rows,omitempty"`
	Printed       *Printed   `yaml:"printed,omitempty"`    // figures as a document prints them
	Statements    []Says     `yaml:"statements,omitempty"` // what the text says, place by place
	FollowUp      []Target   `yaml:"follow-up,omitempty"`
	Risk          *Risk      `yaml:"risk,omitempty"`
	Hearings      []Hearing  `yaml:"hearings,omitempty"`
	TimePlan      []Step     `yaml:"time-plan,omitempty"`
	Conditions    []string   `yaml:"conditions,omitempty"` // what could void the proposal
	SeeAlso       []Related  `yaml:"see-also,omitempty"`

	name  string // of the file
	lines places
}

// Source is where a figure or a sentence stands.
type Source struct {
	File  string `yaml:"file,omitempty"`
	Where string `yaml:"where,omitempty"` // such as "section 4"
	Lines string `yaml:"lines,omitempty"` // "3108" or "3108-3109"
	Quote string `yaml:"quote,omitempty"` // the document's own words
}

// Where a parameter's value comes from.
const (
	Stated     = "stated"        // the author says it
	Measured   = "measured"      // counted, as the source tells
	Calibrated = "calibrated"    // chosen so that something else comes out right
	FromTable  = "from table"    // read from a table of the document
	Assumed    = "assumed"       // nobody measured it
	Goal       = "target"        // something to reach; a proposal that counts on it is told
	Context    = "context"       // told for the reader, used nowhere
	Outcome    = "stated result" // the document gives it as the outcome of a calculation
)

// Param is a named input. Exactly one of Value and ByYear is given.
type Param struct {
	ID        string         `yaml:"id"` // a-z, digits and _; begins with a letter
	Label     string         `yaml:"label"`
	LabelEN   string         `yaml:"label-en,omitempty"` // the label in English; "" where nobody gave one
	Value     *Number        `yaml:"value,omitempty"`
	ByYear    map[int]Number `yaml:"by-year,omitempty"` // 0 before the first year given; the last holds on
	Unit      string         `yaml:"unit"`
	Status    string         `yaml:"status,omitempty"` // one of the words above; "" is stated
	Source    *Source        `yaml:"source,omitempty"`
	Note      string         `yaml:"note,omitempty"`
	Also      []Other        `yaml:"also,omitempty"`        // other values that are stated for the same thing
	Means     string         `yaml:"means,omitempty"`       // of a share: "accuracy", "rate among selected", "sensitivity", ...
	Uses      string         `yaml:"used-as,omitempty"`     // what the formulas need it to mean, in the same words
	Uncertain *Uncertain     `yaml:"uncertain,omitempty"`   // not given: taken as known
	Measure   string         `yaml:"measured-by,omitempty"` // completion, effect, benefit, decline: which rate of a model takes its place
}

// Other is another value that is stated for the same parameter.
type Other struct {
	Value  Number  `yaml:"value"`
	Source *Source `yaml:"source,omitempty"`
}

// Uncertain is the distribution of a parameter, over its own unit. Exactly one is given.
type Uncertain struct {
	Uniform    *[2]Number `yaml:"uniform,omitempty"`    // low, high
	Triangular *[3]Number `yaml:"triangular,omitempty"` // low, most likely, high
	Pert       *[3]Number `yaml:"pert,omitempty"`       // pessimistic or low, most likely, high; Beta with weight 4
	Normal     *[2]Number `yaml:"normal,omitempty"`     // mean, standard deviation
	Lognormal  *[2]Number `yaml:"lognormal,omitempty"`  // median, factor that 5 % lie above (and 5 % below its inverse)
	Counted    *[2]Number `yaml:"counted,omitempty"`    // events, of n: a rate's Jeffreys posterior
	Why        string     `yaml:"why,omitempty"`
}

// Corr says how two uncertain parameters go together: Spearman's rank correlation in [-1, 1].
type Corr struct {
	Of   [2]string `yaml:"of"`
	Rank float64   `yaml:"rank"`
	Why  string    `yaml:"why,omitempty"`
}

// Rounding is how a figure is rounded to a multiple of To, in the figure's own unit.
type Rounding struct {
	To   float64 `yaml:"to"`             // > 0
	Mode string  `yaml:"mode,omitempty"` // "" or nearest (half away from zero), toward zero, down, up
}

// Uncosted is what `costed-by` says where nothing holds the cost.
const Uncosted = "none"

// Quantity is a step between parameters and rows: a named formula, for every year.
type Quantity struct {
	ID      string    `yaml:"id"`
	Label   string    `yaml:"label"`
	LabelEN string    `yaml:"label-en,omitempty"` // the label in English; "" where nobody gave one
	Formula string    `yaml:"formula"`
	Unit    string    `yaml:"unit"`
	Round   *Rounding `yaml:"round,omitempty"`
	Carry   bool      `yaml:"carry-rounded,omitempty"` // later formulas use the rounded value
	Printed *Number   `yaml:"printed,omitempty"`       // what the document prints for it
	Source  *Source   `yaml:"source,omitempty"`
	Note    string    `yaml:"note,omitempty"`
	Treats  string    `yaml:"costed-by,omitempty"` // of courses or citizens treated: the parameter, quantity or row that holds what treating them costs; none if nothing does
}

// Kinds of rows. Permanent change is savings and running costs together; one-off costs are the implementation.
const (
	Saving  = "saving"       // negative
	Running = "running cost" // positive, for good
	OneOff  = "one-off"      // implementation
)

// Steering areas.
const (
	Service = "service"
	Anlaeg  = "anlæg" // construction: another frame, never a service saving
)

// What a saving is worth to the accounts.
const (
	Cashable = "cashable" // a budget can be cut by it
	Capacity = "capacity" // time is freed, no budget falls by itself
	Quality  = "quality"  // better for citizens; no kroner claimed
)

// Row is a line of the tables, in 1,000 kr of the proposal's price level; savings negative, costs positive. Exactly
// one of Formula, ByYear and Amounts is given. A year that the row does not cover is blank, which is not 0.
type Row struct {
	ID            string            `yaml:"id"`
	Label         string            `yaml:"label"`
	Kind          string            `yaml:"kind"`
	Area          string            `yaml:"area,omitempty"`          // "" is service
	Appropriation string            `yaml:"appropriation,omitempty"` // such as Ældre
	Formula       string            `yaml:"formula,omitempty"`       // in kr, or kr/year
	ByYear        map[int]string    `yaml:"by-year,omitempty"`       // a formula for each year
	Amounts       map[int]*Number   `yaml:"amounts,omitempty"`       // 1,000 kr; given, not derived
	Why           string            `yaml:"why,omitempty"`           // wanted with Amounts: where they come from
	From          int               `yaml:"from,omitempty"`          // first year covered; 0: the first of the axis, or of PhaseIn
	To            int               `yaml:"to,omitempty"`            // last year covered; 0: the last of the axis
	PhaseIn       map[int]Number    `yaml:"phase-in,omitempty"`      // share of full effect; the last holds on
	Round         *Rounding         `yaml:"round,omitempty"`         // in 1,000 kr
	RoundIn       map[int]*Rounding `yaml:"round-in,omitempty"`      // another rounding in one year
	Parent        string            `yaml:"part-of,omitempty"`       // a row that this one breaks down; not added again
	Gain          string            `yaml:"gain,omitempty"`          // of savings: cashable, capacity, quality; "" is cashable
	PriceLevel    int               `yaml:"price-level,omitempty"`   // if another than the proposal's: needs an index
	CostType      string            `yaml:"cost-type,omitempty"`     // which index: wages, goods, ...; "" is the general one
	Source        *Source           `yaml:"source,omitempty"`
	Note          string            `yaml:"note,omitempty"`
}

// Printed is what a document prints, to be held against what follows from its parameters.
type Printed struct {
	Tables []Table `yaml:"tables"`
}

// Table is one printed table. Its ID is its own: captions repeat and their numbers vary.
type Table struct {
	ID      string                  `yaml:"id"`
	Caption string                  `yaml:"caption,omitempty"`
	Kind    string                  `yaml:"kind"`           // overall, permanent, implementation, breakdown
	Of      string                  `yaml:"of,omitempty"`   // of a breakdown: the row
	Unit    string                  `yaml:"unit,omitempty"` // as printed; "" is 1.000 kr.
	Years   Years                   `yaml:"years,omitempty"`
	Lines   string                  `yaml:"lines,omitempty"`
	Rows    []TableRow              `yaml:"rows,omitempty"`
	Totals  map[string][]*AsPrinted `yaml:"totals,omitempty"`  // permanent, implementation, overall
	Payback map[string]string       `yaml:"payback,omitempty"` // service, total economy: as printed ("2", "3 år")
	Note    string                  `yaml:"note,omitempty"`
}

// TableRow is a row of a printed table.
type TableRow struct {
	Row    string       `yaml:"row"`             // the row it prints; "" if it prints none of them
	Label  string       `yaml:"label,omitempty"` // as printed, if not the row's
	Values []*AsPrinted `yaml:"values"`          // null is a blank cell
	Lines  string       `yaml:"lines,omitempty"`
	Note   string       `yaml:"note,omitempty"`
}

// Says is one sentence of the text about something. Two sentences about the same thing must agree; with Equals, the
// figure must also be what the formula gives.
type Says struct {
	About  string    `yaml:"about"` // a name that several sentences share
	Says   string    `yaml:"says"`  // a number, a date, a word: as the text has it
	Unit   string    `yaml:"unit,omitempty"`
	Equals string    `yaml:"equals,omitempty"` // a formula over parameters, quantities and rows
	Round  *Rounding `yaml:"round,omitempty"`  // how the text rounds
	Class  string    `yaml:"class,omitempty"`  // timing, wording, scope, ...: what kind of thing it is about
	Source *Source   `yaml:"source,omitempty"`
	Note   string    `yaml:"note,omitempty"`
}

// Target is something that will be followed up.
type Target struct {
	ID          string    `yaml:"id"`
	Goal        string    `yaml:"goal"`
	MeasuredBy  string    `yaml:"measured-by,omitempty"`
	Responsible []string  `yaml:"responsible,omitempty"`
	When        string    `yaml:"when,omitempty"` // in words
	Due         string    `yaml:"due,omitempty"`  // 2026-12-31, 2026Q4, 2026H2 or 2026
	Kind        string    `yaml:"kind,omitempty"` // milestone, realisation, guard-rail
	AtLeast     *Number   `yaml:"at-least,omitempty"`
	AtMost      *Number   `yaml:"at-most,omitempty"`
	Unit        string    `yaml:"unit,omitempty"`
	Equals      string    `yaml:"equals,omitempty"` // the formula that the target should come from
	Round       *Rounding `yaml:"round,omitempty"`
	Lines       string    `yaml:"lines,omitempty"`
	Note        string    `yaml:"note,omitempty"`
}

// Risk is the author's own assessment.
type Risk struct {
	Level   string   `yaml:"level"` // low, medium, high, not stated
	Reasons []Reason `yaml:"reasons,omitempty"`
	Source  *Source  `yaml:"source,omitempty"`
}

// Reason is one risk.
type Reason struct {
	Text       string `yaml:"text"`
	Mitigation string `yaml:"mitigation,omitempty"`
	Effect     string `yaml:"effect,omitempty"` // on the saving
}

// Hearing is somebody who was asked.
type Hearing struct {
	Body    string `yaml:"body"`
	Answer  string `yaml:"answer"` // yes, no, not relevant
	Date    string `yaml:"date,omitempty"`
	Comment string `yaml:"comment,omitempty"`
	Lines   string `yaml:"lines,omitempty"`
}

// Step is one step of the time plan.
type Step struct {
	When    string `yaml:"when"` // 2022Q3, 2022H2 or 2022
	Variant string `yaml:"variant,omitempty"`
	Text    string `yaml:"text"`
	Lines   string `yaml:"lines,omitempty"`
}

// Related is another case that must be seen together with this one.
type Related struct {
	Case string `yaml:"case"`
	How  string `yaml:"how"` // covers cost, overlaps, same saving, builds on
	Note string `yaml:"note,omitempty"`
}
