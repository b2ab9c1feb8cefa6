package main

import (
	"context"
	"fmt"
	"math"

	"github.com/rettidig/rettidig/model"
	"github.com/rettidig/rettidig/model/validate"
)

// halved marks whom a learner would have selected that had half of each window's citizens to learn from. The model that
// is used learned from more than those that were measured; what is lost with half says how much may be gained with all.
func (w *world) halved(ctx context.Context, t *model.Table, r *rolled, s settings, seed uint64) error {
	hand := validate.Deal(seed ^ 0x68616c66) // "half"
	at := 0
	for k, win := range r.Plan.Windows {
		var train []int32
		for _, i := range win.Train {
			if hand(t.Group[i], 2) == 0 {
				train = append(train, i)
			}
		}
		by, err := learn(ctx, w.Learner, t, t.Y, train, seed)
		if err != nil {
			return fmt.Errorf("half of window %d: %w", k+1, err)
		}
		said := make([]float64, len(win.Test))
		by(t.X, win.Test, said)
		for i, yes := range best(said, int(math.Round(s.Capacity*float64(len(said))))) {
			if m := &w.Measured[at]; m.Window != k || m.Index != int(t.Time[win.Test[i]]) {
				return fmt.Errorf("half of window %d: row %d is another than the one that was measured", k+1, i)
			}
			w.Measured[at].Half = yes
			at++
		}
	}
	return nil
}
