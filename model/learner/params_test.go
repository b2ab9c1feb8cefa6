package learner

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryParameterIsHeard: another value than the one in force gives another model, so none is declared and then forgotten.
func TestEveryParameterIsHeard(t *testing.T) {
	other := map[string]map[string]string{
		"card": {"candidates": "2", "per_column": "1", "most": "2"},
		"glm":  {"alpha": "1", "lambda": "1se", "lambdas": "7", "ratio": "0.3", "folds": "3", "path": "whole", "rare": "300", "levels": "scaled"},
		"gam": {"bags": "4", "bins": "9", "leaves": "2", "min_leaf": "60", "lambda": "50", "rate": "0.05", "cycles": "1", "patience": "1",
			"pairs": "0", "smooth": "100", "monotone": "-strength"},
		"boost": {"trees": "4", "rate": "0.3", "leaves": "3", "depth": "1", "growth": "depth", "bins": "9", "lambda": "50", "alpha": "3", "min_child": "20",
			"min_rows": "100", "min_gain": "2", "row_share": "0.5", "column_share": "0.5", "held": "0.4", "folds": "3", "patience": "1", "monotone": "-strength",
			"interactions": "town+noise"},
		"auto": {"folds": "3"},
	}
	plain, together := people(600, 6), people(600, 6)
	for i := range together.Y { // of some, strength and noise say it together, so that there is a pair to be found
		if noise := together.X[1][i]; i%3 > 0 && noise == noise {
			together.Y[i] = 0
			if noise > 0 == (together.X[0][i] > 0) {
				together.Y[i] = 1
			}
		}
	}
	for _, l := range append(fits(), Auto{Among: Set{telling{shifted{}, "right"}, GLM{}}}) {
		base := quick(l)
		if l.Name() == "glm" {
			base = map[string]string{"lambdas": "25"} // of ten penalties two rules choose the same
		}
		said := func(params map[string]string, table *Table) string {
			m, err := l.Fit(context.Background(), table, Options{Params: params, Seed: 1})
			require.NoError(t, err, "%s %v", l.Name(), params)
			b, err := m.Marshal()
			require.NoError(t, err)
			return string(b) + strings.Join(Notes(m), "; ")
		}
		with := func(more map[string]string) map[string]string {
			out := map[string]string{}
			maps.Copy(out, base)
			maps.Copy(out, more)
			return out
		}
		as := said(base, plain)
		assert.Len(t, other[l.Name()], len(l.Params()), "%s: a value for each parameter, and no more", l.Name())
		for _, p := range l.Params() {
			table, before := plain, as
			params := with(map[string]string{p.Name: other[l.Name()][p.Name]})
			switch p.Name {
			case "held":
				delete(params, "folds") // rows are held out in one way
			case "pairs":
				table, before = together, said(base, together)
			case "patience", "path", "per_column":
				continue // they end a search or narrow it, mostly without another answer; their packages test them
			}
			assert.False(t, before == said(params, table), "%s: %s=%s changes nothing", l.Name(), p.Name, params[p.Name])
		}
	}
}

// TestASignTurnsTheColumnRound: the outcome rises with strength; told that it may only fall, a learner says that it does not rise.
func TestASignTurnsTheColumnRound(t *testing.T) {
	table := people(600, 6)
	for _, l := range []Learner{GAM{}, Boost{}} {
		for sign, rises := range map[string]bool{"+": true, "-": false} {
			params := map[string]string{}
			maps.Copy(params, quick(l))
			params["monotone"] = sign + "strength"
			m, err := l.Fit(context.Background(), table, Options{Params: params, Seed: 1})
			require.NoError(t, err)
			eta := make([]float64, 5)
			m.LogOdds(eta, [][]float64{{-2, -1, 0, 1, 2}, make([]float64, 5), {1, 1, 1, 1, 1}, make([]float64, 5)})
			for k := range eta[1:] {
				if rises {
					assert.LessOrEqual(t, eta[k], eta[k+1], l.Name())
				} else {
					assert.GreaterOrEqual(t, eta[k], eta[k+1], l.Name())
				}
			}
			assert.Equal(t, rises, eta[4] > eta[0]+1, l.Name())
		}
	}
}
