package learner

import (
	"bytes"
	"encoding/json"
)

// xgbNotes is what XGBoost says beside the trees.
type xgbNotes struct {
	Learner struct {
		Attributes struct {
			Best json.Number `json:"best_iteration"`
		} `json:"attributes"`
		Booster struct {
			Model struct {
				Cats struct {
					Enc []struct {
						Offsets []json.Number `json:"offsets"`
					} `json:"enc"`
				} `json:"cats"`
				Param struct {
					Parallel json.Number `json:"num_parallel_tree"`
				} `json:"gbtree_model_param"`
			} `json:"model"`
		} `json:"gradient_booster"`
	} `json:"learner"`
}

// xgbNotesOf is empty for a model of LightGBM, which saves no trees after the best, and names of levels whole.
func xgbNotesOf(model []byte, format string) (x xgbNotes) {
	if format != XGBoostJSON || json.Unmarshal(bytes.ReplaceAll(model, []byte("NaN"), []byte("0")), &x) != nil {
		return xgbNotes{}
	}
	return x
}

// best returns how many trees early stopping found best, if it was used.
func (x *xgbNotes) best() (trees int, ok bool) {
	best, err := x.Learner.Attributes.Best.Int64()
	if err != nil {
		return 0, false
	}
	each, err := x.Learner.Booster.Model.Param.Parallel.Int64()
	if err != nil {
		each = 1
	}
	return int((best + 1) * each), true
}

// namesLevels tells whether the file has names for the levels of column j, be they whole or not.
func (x *xgbNotes) namesLevels(j int) bool {
	enc := x.Learner.Booster.Model.Cats.Enc
	return j < len(enc) && len(enc[j].Offsets) > 0
}
