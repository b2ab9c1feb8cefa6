//go:build !cgo

package golearn

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/rettidig/rettidig/model/learner"
)

func available() learner.Set { return learner.Set{Learners()[0], Learners()[2]} }

func TestWhatNeedsCIsNamed(t *testing.T) {
	for name, part := range map[string]string{"golearn-knn": "knn", "golearn-logistic": "linear_models"} {
		l, err := Learners().Find(name)
		assert.NoError(t, err)
		_, err = l.Fit(context.Background(), people(50, 1), learner.Options{})
		assert.ErrorContains(t, err, name+" is missing: this program was built with CGO_ENABLED=0, and golearn's "+part)
	}
}
