package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
	"github.com/rettidig/rettidig/datasets/cohort"
	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/datasets/synth"
	"github.com/rettidig/rettidig/internal/buildinfo"
	"github.com/rettidig/rettidig/internal/filelock"
	"github.com/rettidig/rettidig/internal/progress"
	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/registry"
	"github.com/rettidig/rettidig/pipeline"
)

// demo is a folder in which everything is made once and then reused.
type demo struct {
	dir      string
	citizens int
	protocol cohort.Protocol
	bar      *progress.Bar
	diag     io.Writer
}

func demoCommand() *cobra.Command {
	var addr, dir string
	var citizens int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Everything, on a synthetic municipality: extracts, event store, models, a running page",
		Long: `demo invents a municipality in which nobody lives, writes its extracts in the vendors' formats, reads them, trains and
validates a model for each question, and serves the pages on this machine. What is there already is reused, so the
second start takes seconds. Remove the folder to begin anew.`,
		Example: `  scorer demo
  scorer demo --addr 127.0.0.1:9000 --dir /var/tmp/demo --citizens 60000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			begin := time.Now()
			l, err := listen(addr)
			if err != nil {
				return err
			}
			defer l.Close()
			if !loopback(l) {
				return fmt.Errorf("--addr %s can be reached from elsewhere, and a login by choice of person may not: use 127.0.0.1", addr)
			}
			d := &demo{dir: dir, citizens: citizens, protocol: cohort.Default(), bar: progress.New(cmd.ErrOrStderr()), diag: cmd.ErrOrStderr()}
			data, err := d.prepare(cmd.Context())
			d.bar.Done()
			if err != nil {
				return err
			}
			log, err := os.OpenFile(d.path("scorer.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			if err != nil {
				return err
			}
			defer log.Close()
			h, closeAll, err := handler(cmd.Context(), parts{
				data: data, registry: d.path("models"), db: d.path("ledger.db"), key: pseudonym.DemoKey(),
				protocol: d.protocol, mode: api.Live, place: "Demokommune", log: logger(log),
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "ready after %.0f s; %s holds everything; stop with Ctrl-C\n", time.Since(begin).Seconds(), dir)
			fmt.Fprintf(cmd.OutOrStdout(), "http://%s\n", l.Addr())
			return errors.Join(serve(cmd.Context(), l, h), closeAll())
		},
	}
	f := cmd.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on; this machine only")
	f.StringVar(&dir, "dir", "rettidig-demo", "folder for everything")
	f.IntVar(&citizens, "citizens", synth.Default().Citizens, "citizens of 65 and over")
	return cmd
}

func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

// prepare makes what is missing: the extracts, the event store, the models.
func (d *demo) prepare(ctx context.Context) (*pipeline.Data, error) {
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return nil, err
	}
	unlock, err := filelock.Lock(d.path("LOCK"))
	if errors.Is(err, filelock.ErrLocked) {
		return nil, fmt.Errorf("another demo is being made in %s: wait for it, or use another --dir", d.dir)
	} else if err != nil {
		return nil, err
	}
	defer unlock()
	fresh, err := d.extracts(ctx)
	if err != nil {
		return nil, err
	}
	data, err := d.store(ctx, fresh)
	if err != nil {
		return nil, err
	}
	return data, d.models(ctx, data)
}

// recipe is what the extracts were made from; it lies beside them.
type recipe struct {
	Citizens int    `json:"citizens"`
	Seed     uint64 `json:"seed"`
}

// extracts invents the municipality unless it is there. fresh tells whether it was made now.
func (d *demo) extracts(ctx context.Context) (fresh bool, err error) {
	cfg := synth.Default()
	cfg.Citizens = d.citizens
	want := recipe{cfg.Citizens, cfg.Seed}
	b, err := os.ReadFile(d.path("recipe.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, err
	default:
		var have recipe
		if err := json.Unmarshal(b, &have); err != nil {
			return false, fmt.Errorf("%s is damaged: remove the folder to begin anew: %w", d.path("recipe.json"), err)
		}
		if have != want {
			return false, fmt.Errorf("%s holds a municipality of %d citizens (seed %d), not %d (seed %d): use another --dir, or remove the folder", d.dir, have.Citizens, have.Seed, want.Citizens, want.Seed)
		}
		return false, nil
	}
	// A start that was killed between the two steps below leaves extracts without a recipe.
	if err := os.RemoveAll(d.path("extracts")); err != nil {
		return false, err
	}
	if _, err := synth.Write(ctx, d.path("extracts"), cfg, nil, func(stage string, done, total int) {
		d.bar.Update("invent a municipality: "+stage, done, total)
	}); err != nil {
		return false, err
	}
	b, err = json.Marshal(want)
	if err != nil {
		return false, err
	}
	if err := os.WriteFile(d.path("recipe.json.new"), b, 0o644); err != nil {
		return false, err
	}
	return true, os.Rename(d.path("recipe.json.new"), d.path("recipe.json"))
}

// store reads the extracts unless an event store of them is there.
func (d *demo) store(ctx context.Context, fresh bool) (*pipeline.Data, error) {
	if !fresh {
		d.bar.Update("open the event store", 0, 0)
		data, err := pipeline.Load(ctx, d.path("work"))
		if err == nil || ctx.Err() != nil {
			return data, err
		}
		slog.Debug("event store is made anew", "because", err)
	}
	if _, _, err := pipeline.Ingest(ctx, pipeline.IngestOptions{
		In: d.path("extracts"), Work: d.path("work"), Replace: true, CodeVersion: buildinfo.Version(),
		Extract: extract.Options{
			Key:      pseudonym.DemoKey(),
			Progress: func(_ string, rows int64) { d.bar.Update("read the extracts", int(rows), 0) },
		},
	}); err != nil {
		return nil, err
	}
	return pipeline.Load(ctx, d.path("work"))
}

// models trains each target unless a whole model of the same store, protocol and code is registered.
func (d *demo) models(ctx context.Context, data *pipeline.Data) error {
	reg := registry.Open(d.path("models"))
	for _, t := range rettidig.Targets() {
		opt := pipeline.FitOptions{
			Target: t, Learner: "auto", Seed: 1, Protocol: d.protocol, Until: rettidig.NoDay, Capacity: pipeline.DefaultCapacity,
			AllowFew: true, CodeVersion: buildinfo.Version(), Progress: d.bar.Update,
		}
		if e, err := reg.Newest(string(t)); err == nil && e.TrainingManifest == pipeline.TrainingManifest(data, opt) {
			continue
		}
		fitted, err := pipeline.Fit(ctx, data, opt)
		if errors.Is(err, model.ErrTooFew) {
			fmt.Fprintf(d.diag, "no model for %s, the page will say so: %v\n", t, err)
			continue
		} else if err != nil {
			return err
		}
		if _, err := reg.Add(fitted.Model, fitted.Report); err != nil {
			return err
		}
	}
	return nil
}
