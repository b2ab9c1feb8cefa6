package registry

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/model"
)

var trained = sync.OnceValues(func() (*model.Model, *model.Report) { return fit(1) })

// fit trains a card on 500 made-up citizens.
func fit(seed uint64) (*model.Model, *model.Report) {
	rng := rand.New(rand.NewPCG(seed, 1))
	t := &model.Table{Columns: []model.Column{{ID: "age", Concept: "age"}, {ID: "aids", Concept: "aids"}}, X: make([][]float64, 2)}
	for i := range 500 {
		age, aids, y := 70+float64(rng.IntN(25)), float64(rng.IntN(9)), 0.0
		if rng.Float64() < 0.1+0.1*aids {
			y = 1
		}
		t.X[0], t.X[1], t.Y, t.W = append(t.X[0], age), append(t.X[1], aids), append(t.Y, y), append(t.W, 1)
		t.Group, t.Time, t.Matured, t.Test = append(t.Group, int32(i)), append(t.Time, int32(i*3)), append(t.Matured, int32(i*3+100)), append(t.Test, true)
	}
	m, r, err := model.Train(context.Background(), t, model.TrainOptions{Target: "benefit", Learner: model.LearnerCard, Seed: seed, Bootstrap: 20, Refits: 4})
	if err != nil {
		panic(err)
	}
	return m, r
}

func TestAddedModelComesBackWhole(t *testing.T) {
	m, rep := trained()
	reg := Open(filepath.Join(t.TempDir(), "reg"))
	all, err := reg.List()
	require.NoError(t, err)
	assert.Empty(t, all, "a registry that does not exist yet is empty")

	e, err := reg.Add(m, rep)
	require.NoError(t, err)
	assert.Equal(t, "benefit-1", e.ID)
	assert.Equal(t, Registered, e.Status)
	got, gotRep, ge, err := reg.Load("benefit-1")
	require.NoError(t, err)
	assert.Equal(t, e, ge)
	assert.Equal(t, m.SHA256, got.SHA256)
	assert.Equal(t, rep.Leaks, gotRep.Leaks)
	assert.Len(t, e.ModelSHA256(), 64)
	x := []float64{80, 4}
	assert.Equal(t, m.Predict(x), got.Predict(x))
	assert.NoError(t, reg.Verify())
}

func TestSameContentIsStoredOnceAndTheTimeItTookIsNoContent(t *testing.T) {
	m, rep := trained()
	reg := Open(t.TempDir())
	first, err := reg.Add(m, rep)
	require.NoError(t, err)
	slow := *rep
	slow.Seconds = 99
	again, err := reg.Add(m, &slow)
	require.NoError(t, err)
	assert.Equal(t, first, again)

	other, otherRep := fit(2)
	second, err := reg.Add(other, otherRep)
	require.NoError(t, err)
	assert.Equal(t, "benefit-2", second.ID)
	newest, err := reg.Newest("benefit")
	require.NoError(t, err)
	assert.Equal(t, second, newest)
	_, err = reg.Newest("decline")
	assert.ErrorIs(t, err, ErrNotFound)
}

func TestTwoRegistriesHoldTheSameBytes(t *testing.T) {
	m, rep := trained()
	var want []byte
	for range 2 {
		dir := t.TempDir()
		_, err := Open(dir).Add(m, rep)
		require.NoError(t, err)
		var all []byte
		for _, f := range []string{cardFile, manifestFile, modelFile, reportFile} {
			b, err := os.ReadFile(filepath.Join(dir, "benefit-1", f))
			require.NoError(t, err)
			all = append(all, b...)
		}
		if want == nil {
			want = all
		}
		assert.True(t, bytes.Equal(want, all))
	}
}

func TestDamageIsNamedAndTheRestStillListed(t *testing.T) {
	m, rep := trained()
	other, otherRep := fit(2)
	for want, damage := range map[string]func(dir string) error{
		"model.json is not what was registered": func(d string) error { return flip(filepath.Join(d, modelFile)) },
		"report.json has 0 bytes":               func(d string) error { return os.Truncate(filepath.Join(d, reportFile), 0) },
		"card.json cannot be read":              func(d string) error { return os.Remove(filepath.Join(d, cardFile)) },
		"manifest.json is damaged":              func(d string) error { return os.WriteFile(filepath.Join(d, manifestFile), []byte("{"), 0o600) },
		"manifest.json cannot be read":          func(d string) error { return os.Remove(filepath.Join(d, manifestFile)) },
		"does not describe benefit-1":           func(d string) error { return swap(filepath.Join(d, manifestFile), `"number": 1`, `"number": 3`) },
	} {
		dir := t.TempDir()
		reg := Open(dir)
		_, err := reg.Add(other, otherRep)
		require.NoError(t, err)
		_, err = reg.Add(m, rep)
		require.NoError(t, err)
		require.NoError(t, damage(filepath.Join(dir, "benefit-1")))

		err = reg.Verify()
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "benefit-1")
		assert.NotContains(t, err.Error(), "benefit-2")
		assert.NotContains(t, err.Error(), dir, "paths belong to the machine")
		all, err := reg.List()
		require.NoError(t, err)
		require.Len(t, all, 2)
		assert.NoError(t, reg.Verify("benefit-2"))
		_, _, _, err = reg.Load("benefit-1")
		assert.Error(t, err)
		newest, err := reg.Newest("benefit")
		require.NoError(t, err)
		assert.Equal(t, "benefit-2", newest.ID)
	}
}

func TestADamagedNewestModelIsNotReplacedByAnOlderOne(t *testing.T) {
	m, rep := trained()
	other, otherRep := fit(2)
	dir := t.TempDir()
	reg := Open(dir)
	_, err := reg.Add(other, otherRep)
	require.NoError(t, err)
	_, err = reg.Add(m, rep)
	require.NoError(t, err)
	model2 := filepath.Join(dir, "benefit-2", modelFile)
	whole, err := os.ReadFile(model2)
	require.NoError(t, err)
	for _, b := range [][]byte{whole[:len(whole)-1], append(bytes.Clone(whole), '\n'), nil} {
		require.NoError(t, os.WriteFile(model2, b, 0o600))
		_, err = reg.Newest("benefit")
		assert.ErrorIs(t, err, ErrDamaged)
		assert.NotErrorIs(t, err, ErrNotFound)
		assert.ErrorContains(t, err, "benefit-2 is damaged: model.json has")
		assert.ErrorContains(t, err, "remove it or restore it")
		all, err := reg.List()
		require.NoError(t, err)
		require.Len(t, all, 2)
		assert.Empty(t, all[0].Damage)
		assert.Contains(t, all[1].Damage, "model.json has", "a size that differs is seen without reading the bytes")
	}
	require.NoError(t, os.WriteFile(model2, whole, 0o600))
	e, err := reg.Newest("benefit")
	require.NoError(t, err)
	assert.Equal(t, "benefit-2", e.ID)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "benefit-2")))
	e, err = reg.Newest("benefit")
	require.NoError(t, err)
	assert.Equal(t, "benefit-1", e.ID)
}

func TestNoBitOfTheManifestCanBeTurned(t *testing.T) {
	m, rep := trained()
	dir := t.TempDir()
	reg := Open(dir)
	_, err := reg.Add(m, rep)
	require.NoError(t, err)
	path := filepath.Join(dir, "benefit-1", manifestFile)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := range whole {
		for _, bit := range []int{5, i % 8} { // the fifth makes capitals, which JSON field names may have
			b := bytes.Clone(whole)
			b[i] ^= 1 << bit
			require.NoError(t, os.WriteFile(path, b, 0o600))
			e, err := reg.Show("benefit-1")
			require.NoError(t, err)
			require.NotEmpty(t, e.Damage, "byte %d, bit %d: %s", i, bit, b)
		}
	}
	for _, c := range [][2]string{
		{`"status": "registered"`, `"status": "approved"`}, {`"seed": 1`, `"seed": 2`}, {`"protocol": ""`, `"protocol": "x"`},
		{`"learner": "card"`, `"learner": "glm"`}, {`"code_version": ""`, `"code_version": "x"`},
		{`"training_manifest": ""`, `"training_manifest": "x"`}, {`"bytes": `, `"bytes": 1`},
	} {
		b := bytes.Replace(whole, []byte(c[0]), []byte(c[1]), 1)
		require.NotEqual(t, whole, b, c[0])
		require.NoError(t, os.WriteFile(path, b, 0o600))
		assert.ErrorContains(t, reg.Verify(), "manifest_sha256 is", c[1])
		_, _, _, err := reg.Load("benefit-1")
		assert.ErrorContains(t, err, "manifest_sha256 is", c[1])
		all, err := reg.List()
		require.NoError(t, err)
		assert.Contains(t, all[0].Damage, "manifest_sha256 is", c[1])
	}
	require.NoError(t, os.WriteFile(path, append(bytes.Clone(whole), ' '), 0o600))
	assert.ErrorContains(t, reg.Verify(), "not as it was written")

	// A folder of before the field was there.
	i := bytes.Index(whole, []byte(",\n \"manifest_sha256\""))
	require.Positive(t, i)
	require.NoError(t, os.WriteFile(path, append(bytes.Clone(whole[:i]), "\n}\n"...), 0o600))
	assert.ErrorContains(t, reg.Verify(), "it has no manifest_sha256")
	_, _, _, err = reg.Load("benefit-1")
	assert.ErrorContains(t, err, "train the model again")

	require.NoError(t, os.WriteFile(path, whole, 0o600))
	assert.NoError(t, reg.Verify())
}

func flip(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	b[len(b)/2] ^= 1
	return os.WriteFile(path, b, 0o600)
}

func swap(path, old, with string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes.Replace(b, []byte(old), []byte(with), 1), 0o600)
}

func TestUnknownIDsAreNotFound(t *testing.T) {
	reg := Open(t.TempDir())
	for _, id := range []string{"benefit-1", "", "../etc-1", "benefit-0", "benefit-01", "benefit", "benefit--1"} {
		_, err := reg.Show(id)
		assert.ErrorIs(t, err, ErrNotFound, id)
	}
	assert.ErrorIs(t, reg.Verify("benefit-9"), ErrNotFound)
	m, rep := trained()
	bad := *m
	bad.Target = "../x"
	_, err := reg.Add(&bad, rep)
	assert.ErrorContains(t, err, "small letters")
}

func TestTwoWhoAddAtOnceGetTwoNumbers(t *testing.T) {
	dir := t.TempDir()
	models := make([]*model.Model, 6)
	reps := make([]*model.Report, 6)
	for i := range models {
		models[i], reps[i] = fit(uint64(i + 10))
	}
	ids := make([]string, 6)
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range models {
		wg.Go(func() {
			e, err := Open(dir).Add(models[i], reps[i])
			ids[i], errs[i] = e.ID, err
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	seen := map[string]bool{}
	for _, id := range ids {
		assert.False(t, seen[id], "%s was given twice", id)
		seen[id] = true
	}
	assert.NoError(t, Open(dir).Verify())
}

// TestKilledWhileAdding starts this test binary as a child that adds models without end, and kills it at
// ten different moments.
func TestKilledWhileAddingLeavesEveryModelWhole(t *testing.T) {
	if dir := os.Getenv("RETTIDIG_ADD_TO"); dir != "" {
		m, rep := trained()
		for seed := uint64(1); ; seed++ {
			next := *m
			next.Seed = seed
			if _, err := Open(dir).Add(&next, rep); err != nil {
				panic(err)
			}
		}
	}
	dir := t.TempDir()
	stored := 0
	for k := range 10 {
		child := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
		child.Env = append(os.Environ(), "RETTIDIG_ADD_TO="+dir)
		require.NoError(t, child.Start())
		time.Sleep(time.Duration(200+23*k) * time.Millisecond)
		require.NoError(t, child.Process.Kill())
		_ = child.Wait() // killed, so always an error
		reg := Open(dir)
		require.NoError(t, reg.Verify())
		all, err := reg.List()
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(all), stored, "nothing that was there is gone")
		stored = len(all)
	}
	assert.Positive(t, stored, "the children must have got somewhere, or this test shows nothing")
}
