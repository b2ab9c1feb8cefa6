package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/validate"
)

// FitOptions say how a model is made.
type FitOptions struct {
	Target      rettidig.Target
	Learner     string // auto, card or glm
	Seed        uint64
	Protocol    cohort.Protocol
	Until       rettidig.Day // learn only from labels known before this day; NoDay: from all
	Capacity    float64      // share of citizens that can be offered a course; 0 means the learner's default
	AllowFew    bool         // train on fewer ended courses than the protocol demands (SU7 section 9: 800)
	CodeVersion string
	Progress    func(stage string, done, total int)
}

// Fitted is a model and how it came about.
type Fitted struct {
	Training *Training
	Model    *model.Model // nil after Validate
	Report   *model.Report
}

// Fit makes the training table, validates, plants the leaks, and fits.
func Fit(ctx context.Context, d *Data, opt FitOptions) (*Fitted, error) {
	tr, to, err := prepare(d, opt)
	if err != nil {
		return nil, err
	}
	m, rep, err := model.Train(ctx, tr.Table, to)
	if err != nil {
		return nil, fmt.Errorf("train %s: %w", opt.Target, err)
	}
	return finish(d, opt, &Fitted{tr, m, rep})
}

// Validate is Fit without the model.
func Validate(ctx context.Context, d *Data, opt FitOptions) (*Fitted, error) {
	tr, to, err := prepare(d, opt)
	if err != nil {
		return nil, err
	}
	rep, err := model.Validate(ctx, tr.Table, to)
	if err != nil {
		return nil, fmt.Errorf("validate %s: %w", opt.Target, err)
	}
	return finish(d, opt, &Fitted{tr, nil, rep})
}

func prepare(d *Data, opt FitOptions) (*Training, model.TrainOptions, error) {
	progress := opt.Progress
	if progress == nil {
		progress = func(string, int, int) {}
	}
	progress("rows of "+string(opt.Target), 0, 0)
	tr, err := Build(d, opt.Target, opt.Protocol, opt.Until)
	if err != nil {
		return nil, model.TrainOptions{}, err
	}
	if opt.Target != rettidig.Decline && tr.Cohort.EndedCourses < opt.Protocol.MinEndedCourses && !opt.AllowFew {
		return nil, model.TrainOptions{}, tooFew(tr.Cohort, opt.Protocol.MinEndedCourses)
	}
	progress("audit of "+string(opt.Target), 0, 0)
	return tr, model.TrainOptions{
		Target: string(opt.Target), Learner: opt.Learner, Seed: opt.Seed, Capacity: opt.Capacity,
		Probes:           probes(d, tr, opt.Seed),
		TrainingManifest: TrainingManifest(d, opt),
		Protocol:         opt.Protocol.SHA256(), CodeVersion: opt.CodeVersion,
		Progress: func(stage string, done, total int) { progress(stage+" "+string(opt.Target), done, total) },
	}, nil
}

// tooFew refuses, and says when there will be enough if the cohort can tell: its first warning is about that.
func tooFew(c *cohort.Cohort, need int) error {
	msg := fmt.Sprintf("%d courses have ended and %d are needed to train an own model", c.EndedCourses, need)
	for _, w := range c.Warnings {
		if strings.Contains(w.Error(), strconv.Itoa(need)) {
			msg = w.Error()
			break
		}
	}
	return rettidig.E(rettidig.Conflict, "too-few-courses", msg+". Training is refused below "+strconv.Itoa(need)+
		": use a model from elsewhere meanwhile, or train all the same with --allow-few", nil)
}

// finish puts what only the cohort knows into the report: its warnings, and what came of the citizens that the model
// would have selected.
func finish(d *Data, opt FitOptions, f *Fitted) (*Fitted, error) {
	for _, w := range f.Training.Cohort.Warnings {
		f.Report.Warnings = append(f.Report.Warnings, w.Error())
	}
	var completed map[CourseKey]bool
	if opt.Target == rettidig.Benefit {
		c, err := cohort.Build(d.Histories, rettidig.Completion, opt.Protocol, d.DataAsOf())
		if err != nil {
			return nil, fmt.Errorf("cohort of completion: %w", err)
		}
		completed = Completed(c)
	}
	m := f.Measure(f.Report.Capacity, completed)
	f.Report.AtCapacity = &m
	return f, nil
}

// TrainingManifest hashes what a model follows from: the event store's tables, the protocol, the feature
// catalogue, the learner, the seed and the code. The same manifest gives the same model.
func TrainingManifest(d *Data, opt FitOptions) string {
	ids := make([]string, 0, features.Count())
	for _, f := range features.Catalogue() {
		ids = append(ids, f.ID)
	}
	b, err := json.Marshal(struct {
		Tables, Protocol, Target, Learner, Code any
		Seed                                    uint64
		Capacity                                float64
		Until                                   rettidig.Day
		Features                                []string
	}{d.Manifest.Tables, opt.Protocol.SHA256(), opt.Target, opt.Learner, opt.CodeVersion, opt.Seed, opt.Capacity, opt.Until, ids})
	if err != nil {
		panic("pipeline: training manifest: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// auditedRows is how many rows of the table the feature audit looks at. A leak that shows in no row of a
// sample of this size is in fewer than one row of a hundred with 87 % certainty.
const auditedRows = 200

// probes plants the two leaks that only the feature code can have, a column that reads the future and one
// that reads facts before they were registered, and audits all columns on a sample of the rows.
func probes(d *Data, tr *Training, seed uint64) []validate.ExternalProbe {
	ids, compute := features.PlantedLeaks()
	rng := rand.New(rand.NewPCG(seed, 0x1eaf))
	named := make([]bool, len(ids))
	for range min(auditedRows, len(tr.Rows)) {
		r := tr.Rows[rng.IntN(len(tr.Rows))]
		for _, j := range features.Audit(&d.Histories[r.Citizen], r.Index, compute, len(ids), rng) {
			named[j] = true
		}
	}
	planted := make([][]float64, 2)
	row := make([]float64, len(ids))
	for k := range planted {
		planted[k] = make([]float64, len(tr.Rows))
	}
	for i, r := range tr.Rows {
		compute(row, &d.Histories[r.Citizen], r.Index)
		planted[0][i], planted[1][i] = row[len(ids)-2], row[len(ids)-1]
	}
	alarms := 0
	for _, n := range named[:len(ids)-2] {
		if n {
			alarms++
		}
	}
	return []validate.ExternalProbe{
		{Name: "a feature from the future", Planted: planted[0], CaughtByAudit: named[len(ids)-2], FalseAlarms: alarms},
		{Name: "a fact registered late", Planted: planted[1], CaughtByAudit: named[len(ids)-1], FalseAlarms: alarms},
	}
}
