// Package progress shows how far a long command has come, on standard error: a bar on a terminal, one line a
// stage elsewhere. It decides how progress looks and leaves to the caller what a stage is.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Bar shows one stage after the other. It is safe for concurrent use; a log file gets one line a stage with
// the time it took.
type Bar struct {
	w        io.Writer
	terminal bool

	mu    sync.Mutex
	stage string
	total int
	since time.Time
	bar   *progressbar.ProgressBar
}

func New(w io.Writer) *Bar {
	p := &Bar{w: w}
	if f, ok := w.(*os.File); ok {
		if st, err := f.Stat(); err == nil && st.Mode()&os.ModeCharDevice != 0 {
			p.terminal = true
		}
	}
	return p
}

// Update may be called from any goroutine. total 0 means that the end is not known. A stage may begin with a total
// that is changed later; work that tells nothing until it is done begins with 0 of 1.
func (p *Bar) Update(stage string, done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if stage == p.stage && total != p.total && p.bar != nil {
		p.bar.ChangeMax(total)
	}
	p.total = total
	if stage != p.stage {
		p.close()
		p.stage, p.since = stage, time.Now()
		if p.terminal {
			max := int64(total)
			if total == 0 {
				max = -1
			}
			p.bar = progressbar.NewOptions64(max, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(stage),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
		}
	}
	if p.bar != nil {
		_ = p.bar.Set(done)
		if done == 0 {
			_ = p.bar.RenderBlank()
		}
	}
}

// Done ends the last stage.
func (p *Bar) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.close()
	p.stage = ""
}

func (p *Bar) close() {
	if p.stage == "" {
		return
	}
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
	fmt.Fprintf(p.w, "%s: %.1f s\n", p.stage, time.Since(p.since).Seconds())
}
