//go:build !cgo

package golearn

import (
	"context"

	"github.com/rettidig/rettidig/model/learner"
)

func fitKNN(_ context.Context, name string, _ learner.Values, _ *learner.Table, _ uint64) (classify, error) {
	return nil, errNeedsCgo(name, "knn")
}

func fitLogistic(_ context.Context, name string, _ learner.Values, _ *learner.Table, _ uint64) (classify, error) {
	return nil, errNeedsCgo(name, "linear_models")
}
