//go:build !cgo

package golearn

import "github.com/rettidig/rettidig/model/learner"

func fitKNN(name string, _ learner.Values, _ *learner.Table, _ uint64) (classify, error) {
	return nil, errNeedsCgo(name, "knn")
}

func fitLogistic(name string, _ learner.Values, _ *learner.Table, _ uint64) (classify, error) {
	return nil, errNeedsCgo(name, "linear_models")
}
