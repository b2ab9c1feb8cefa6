package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/features"
	"github.com/rettidig/rettidig/model"
)

// FitOptions say how a model is made.
type FitOptions struct {
	Target      rettidig.Target
	Learner     string   // one of model.Learners
	Among       []string // what auto compares; nil: the learner's default
	Seed        uint64
	Protocol    cohort.Protocol
	Until       rettidig.Day // learn only from labels known before this day; NoDay: from all
	Capacity    float64      // share of citizens that can be offered a course; 0 means the learner's default
	AllowFew    bool         // train on fewer ended courses than the protocol demands (SU7 section 9: 800)
	CodeVersion string
	References  []model.Reference // measured beside the model, and no part of it
	Progress    Progress
}

// Fitted is a model and how it came about.
type Fitted struct {
	Training *Training
	Model    *model.Model // nil after Validate
	Report   *model.Report
}

// Fit makes the training table, validates, plants the leaks, and fits.
func Fit(ctx context.Context, src Source, opt FitOptions) (*Fitted, error) {
	got, err := prepare(ctx, src, opt)
	if err != nil {
		return nil, err
	}
	m, rep, err := model.Train(ctx, got.training.Table, got.options)
	if err != nil {
		return nil, fmt.Errorf("train %s: %w", opt.Target, err)
	}
	return got.finish(&Fitted{got.training, m, rep}), nil
}

// Validate is Fit without the model.
func Validate(ctx context.Context, src Source, opt FitOptions) (*Fitted, error) {
	got, err := prepare(ctx, src, opt)
	if err != nil {
		return nil, err
	}
	rep, err := model.Validate(ctx, got.training.Table, got.options)
	if err != nil {
		return nil, fmt.Errorf("validate %s: %w", opt.Target, err)
	}
	return got.finish(&Fitted{got.training, nil, rep}), nil
}

// prepared is what comes before the learner.
type prepared struct {
	training  *Training
	options   model.TrainOptions
	completed map[CourseKey]bool // of benefit
	synthetic bool
}

func prepare(ctx context.Context, src Source, opt FitOptions) (*prepared, error) {
	got := &prepared{synthetic: src.Snapshot().Synthetic}
	leaks := newLeaks(opt.Seed)
	if opt.Target == rettidig.Benefit {
		var err error
		if got.completed, err = completedCourses(ctx, src, opt); err != nil {
			return nil, err
		}
	}
	tr, err := build(ctx, src, opt.Target, opt.Protocol, opt.Until, opt.Progress, len(leaks.ids), leaks.compute, leaks.add)
	if err != nil {
		return nil, err
	}
	if opt.Target != rettidig.Decline && tr.Cohort.EndedCourses < opt.Protocol.MinEndedCourses && !opt.AllowFew {
		return nil, tooFew(tr.Cohort, opt.Protocol.MinEndedCourses)
	}
	opt.Progress.tell("audit of "+string(opt.Target), 0, 0)
	got.training = tr
	got.options = model.TrainOptions{
		Target: string(opt.Target), Learner: opt.Learner, Among: opt.Among, Seed: opt.Seed, Capacity: opt.Capacity,
		Probes:           leaks.probes(),
		References:       opt.References,
		TrainingManifest: TrainingManifest(src, opt),
		Protocol:         opt.Protocol.SHA256(), CodeVersion: opt.CodeVersion,
		Progress: func(stage string, done, total int) { opt.Progress.tell(stage+" "+string(opt.Target), done, total) },
	}
	return got, nil
}

// completedCourses lists which courses were completed.
func completedCourses(ctx context.Context, src Source, opt FitOptions) (map[CourseKey]bool, error) {
	out := map[CourseKey]bool{}
	_, err := EachCohort(ctx, src, rettidig.Completion, opt.Protocol, opt.Progress, func(_ int, _ []rettidig.History, rows []cohort.Row) error {
		Completed(rows, out)
		return nil
	})
	return out, err
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

// finish puts what only the data know into the report: whether they are invented, the cohort's warnings, and what came of
// the citizens that the model would have selected.
func (p *prepared) finish(f *Fitted) *Fitted {
	for _, w := range f.Training.Cohort.Warnings {
		f.Report.Warnings = append(f.Report.Warnings, w.Error())
	}
	f.Report.Synthetic = p.synthetic
	f.measures(p.completed)
	return f
}

// TrainingManifest hashes what a model follows from: the event store's tables, the protocol, the feature
// catalogue, the learner, the seed and the code. The same manifest gives the same model.
func TrainingManifest(src Source, opt FitOptions) string {
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
		Among                                   []string `json:",omitempty"`
	}{src.Snapshot().Tables, opt.Protocol.SHA256(), opt.Target, opt.Learner, opt.CodeVersion, opt.Seed, opt.Capacity, opt.Until, ids, opt.Among})
	if err != nil {
		panic("pipeline: training manifest: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
