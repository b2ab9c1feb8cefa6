package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/datasets/extract"
	"github.com/rettidig/rettidig/datasets/pseudonym"
	"github.com/rettidig/rettidig/pipeline"
)

// TestMain lets a test start this very binary as the command, to be killed.
func TestMain(m *testing.M) {
	if os.Getenv("RETTIDIG_TEST_AS_COMMAND") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// start runs the demo in this process and returns its address and a stop function, which returns what it said.
func start(t *testing.T, dir string, citizens string) (base string, stop func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	diag := &lockedBuffer{}
	done := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"demo", "--addr", "127.0.0.1:0", "--dir", dir, "--citizens", citizens}, in, diag)
		in.CloseWithError(errors.Join(err, io.EOF))
		done <- err
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoErrorf(t, err, "%s", diag)
	return strings.TrimSpace(line), func() string {
		cancel()
		require.NoError(t, <-done)
		return diag.String()
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// client is one logged-in person.
type client struct {
	t    *testing.T
	base string
	http *http.Client
}

func login(t *testing.T, base, persona string) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	c := &client{t, base, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	require.Less(t, c.status(c.post("/api/v1/session", map[string]any{"persona": persona}, "")), 300)
	return c
}

func (c *client) post(path string, body any, key string) *http.Response {
	b, err := json.Marshal(body)
	require.NoError(c.t, err)
	req, err := http.NewRequest(http.MethodPost, c.base+path, bytes.NewReader(b))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := c.http.Do(req)
	require.NoError(c.t, err)
	return resp
}

func (c *client) status(r *http.Response) int {
	defer r.Body.Close()
	_, _ = io.Copy(io.Discard, r.Body)
	return r.StatusCode
}

func (c *client) page(path string) string {
	resp, err := c.http.Get(c.base + path)
	require.NoError(c.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	return string(b)
}

func decode(t *testing.T, r *http.Response, into any) {
	t.Helper()
	defer r.Body.Close()
	require.NoError(t, json.NewDecoder(r.Body).Decode(into))
}

func TestTheDemoAnswersAndIsReused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	base, stop := start(t, dir, "6000")

	var ready struct{ Status string }
	resp, err := http.Get(base + "/readyz")
	require.NoError(t, err)
	decode(t, resp, &ready)
	assert.Equal(t, "ready", ready.Status)

	a := login(t, base, "demo-visitator-1")
	var list struct{ Citizens []struct{ ID string } }
	require.NoError(t, json.Unmarshal([]byte(a.page("/api/v1/worklist?kind=decline&limit=50")), &list))
	require.NotEmpty(t, list.Citizens)

	answered := false
	for _, c := range list.Citizens {
		ask := map[string]any{"citizen": c.ID, "target": "decline"}
		require.Equal(t, http.StatusConflict, a.status(a.post("/api/v1/scores", ask, "")), "own judgement first")
		r := a.status(a.post("/api/v1/judgements", map[string]any{"citizen": c.ID, "target": "decline", "answer": "unsure"}, ""))
		require.Less(t, r, 300)
		var score struct {
			Status         string
			Probability    *float64
			Lower, Upper   *float64
			Reasons        []struct{ Concept, Text string }
			WithheldReason string `json:"withheld_reason"`
			Model          struct{ ID, SHA256 string }
			ScoreID        string `json:"score_id"`
		}
		decode(t, a.post("/api/v1/scores", ask, ""), &score)
		if score.Status != "scored" {
			assert.NotEmpty(t, score.WithheldReason)
			continue
		}
		answered = true
		assert.True(t, *score.Lower <= *score.Probability && *score.Probability <= *score.Upper)
		assert.NotEmpty(t, score.Reasons)
		assert.Equal(t, "decline-1", score.Model.ID)
		decision := map[string]any{"citizen": c.ID, "target": "decline", "score_id": score.ScoreID, "action": "offer", "reason": "professional-judgement"}
		require.Less(t, a.status(a.post("/api/v1/decisions", decision, "key-1")), 300)
		break
	}
	assert.True(t, answered, "somebody on the work list gets an answer")

	m := login(t, base, "demo-ledelse")
	savings := m.page("/savings")
	for _, printed := range []string{"219", "490", "10,8", "155", "6,2", "4.874"} {
		assert.Contains(t, savings, printed)
	}
	assert.Contains(t, m.page("/models"), "completion-1")
	assert.Equal(t, http.StatusForbidden, func() int { r, err := m.http.Get(base + "/citizens"); require.NoError(t, err); return m.status(r) }())

	first := stop()
	assert.Contains(t, first, "invent a municipality")

	// The second start makes nothing anew, and the decision is still there.
	base, stop = start(t, dir, "6000")
	auditor := login(t, base, "demo-dpo")
	assert.Contains(t, auditor.page("/api/v1/audit?action=decision"), `"action":"decision"`)
	second := stop()
	for _, again := range []string{"invent", "read the extracts", "validate"} {
		assert.NotContains(t, second, again)
	}

	err = run(context.Background(), []string{"demo", "--addr", "127.0.0.1:0", "--dir", dir, "--citizens", "3000"}, io.Discard, io.Discard)
	assert.ErrorContains(t, err, "6000", "another size in the same folder is refused, not mixed")

	var out bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"audit", "verify", "--db", "sqlite:" + filepath.Join(dir, "ledger.db")}, &out, io.Discard))
	t.Log(out.String())
}

func TestAKilledServiceLosesNoAcknowledgedDecision(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	_, stop := start(t, dir, "3000")
	stop()
	acknowledged := map[string]bool{}
	for round := range 10 {
		cmd := exec.Command(os.Args[0], "serve", "--work", filepath.Join(dir, "work"), "--registry", filepath.Join(dir, "models"),
			"--db", "sqlite:"+filepath.Join(dir, "ledger.db"), "--mode", "live", "--addr", "127.0.0.1:0")
		cmd.Env = append(os.Environ(), "RETTIDIG_TEST_AS_COMMAND=1")
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		c := login(t, strings.TrimSpace(line), "demo-visitator-1")
		var list struct{ Citizens []struct{ ID string } }
		require.NoError(t, json.Unmarshal([]byte(c.page("/api/v1/worklist?kind=decline")), &list))
		require.NotEmpty(t, list.Citizens)
		kill := time.AfterFunc(time.Duration(20+17*round)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		for n := 0; ; n++ {
			b, _ := json.Marshal(map[string]any{"citizen": list.Citizens[n%len(list.Citizens)].ID, "target": "decline", "action": "not-now", "reason": "capacity"})
			req, err := http.NewRequest(http.MethodPost, c.base+"/api/v1/decisions", bytes.NewReader(b))
			require.NoError(t, err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Idempotency-Key", fmt.Sprintf("round-%d-%d", round, n))
			resp, err := c.http.Do(req)
			if err != nil {
				break // killed
			}
			answer, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil {
				break // killed in the middle of the answer: not acknowledged
			}
			require.Equalf(t, http.StatusCreated, resp.StatusCode, "%s", answer)
			var receipt struct{ ID string }
			require.NoError(t, json.Unmarshal(answer, &receipt))
			require.NotEmpty(t, receipt.ID)
			acknowledged[receipt.ID] = true
		}
		kill.Stop()
		_ = cmd.Wait()

		var verified bytes.Buffer
		require.NoError(t, run(context.Background(), []string{"audit", "verify", "--db", "sqlite:" + filepath.Join(dir, "ledger.db")}, &verified, io.Discard))
	}
	require.NotEmpty(t, acknowledged)
	have := decisionsIn(t, filepath.Join(dir, "ledger.db"))
	for id := range acknowledged {
		assert.Truef(t, have[id], "decision %s was acknowledged and is lost", id)
	}
	t.Logf("%d decisions acknowledged over ten kills, %d in the ledger", len(acknowledged), len(have))
}

func TestAPortInUseIsSaidAtOnce(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	dir := filepath.Join(t.TempDir(), "demo")
	err = run(context.Background(), []string{"demo", "--addr", l.Addr().String(), "--dir", dir}, io.Discard, io.Discard)
	assert.ErrorContains(t, err, "--addr")
	assert.NoDirExists(t, dir)
	err = run(context.Background(), []string{"demo", "--addr", "0.0.0.0:0", "--dir", dir}, io.Discard, io.Discard)
	assert.ErrorContains(t, err, "127.0.0.1", "a login by choice of person is for this machine only")
}

// decisionsIn reads the ids of all decisions straight from the file.
func decisionsIn(t *testing.T, file string) map[string]bool {
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	defer db.Close()
	rows, err := db.Query("SELECT id FROM decisions")
	require.NoError(t, err)
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var id string
		require.NoError(t, rows.Scan(&id))
		out[id] = true
	}
	require.NoError(t, rows.Err())
	return out
}

// A number that may have been issued, put together from parts: born 1938 and passing modulus 11.
func TestCitizensWhoMayBeRealAreNotServed(t *testing.T) {
	dir := t.TempDir()
	_, stop := start(t, filepath.Join(dir, "demo"), "3000")
	stop()
	key, err := pseudonym.NewKey(rand.Reader)
	require.NoError(t, err)
	require.NoError(t, key.WriteFile(filepath.Join(dir, "key")))
	in := filepath.Join(dir, "in")
	require.NoError(t, os.Mkdir(in, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(in, "aids.csv"), []byte("Udtræk,,,\nKørt den 30-06-2026,,,\nPersonnummer,Kategori ISO nummer,Leveret dato,Returneret dato\n"+
		"030338-123"+"6,12060609,14-02-2019,\n"), 0o600))
	_, _, err = pipeline.Ingest(context.Background(), pipeline.IngestOptions{In: in, Work: filepath.Join(dir, "work"), Extract: extract.Options{Key: key}})
	require.NoError(t, err)
	err = run(context.Background(), []string{"serve", "--work", filepath.Join(dir, "work"), "--registry", filepath.Join(dir, "demo", "models"),
		"--db", "sqlite:" + filepath.Join(dir, "l.db"), "--mode", "live", "--addr", "127.0.0.1:0", "--key", filepath.Join(dir, "key")}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "no login")
	assert.NoFileExists(t, filepath.Join(dir, "l.db"))
}
