package api

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestManyAtOnce is for the race detector: everything that several requests share is used by several.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	id := w.firstID()
	clients := make([]*client, 6)
	for i := range clients {
		clients[i] = w.as(Assessor)
		if i%3 == 2 {
			clients[i] = w.as(Auditor)
		}
	}
	clients[0].do(http.MethodPost, "/api/v1/judgements", map[string]any{"citizen": id, "target": "benefit", "answer": "yes"})
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			for k := range 5 {
				c.do(http.MethodGet, "/api/v1/worklist?limit=5", nil)
				c.do(http.MethodGet, "/api/v1/audit?limit=5", nil)
				c.do(http.MethodPost, "/api/v1/citizens/search", map[string]any{"cpr": w.town.numbers[k].Reveal()})
				c.do(http.MethodPost, "/api/v1/scores", map[string]any{"citizen": id, "target": "benefit"})
				c.do(http.MethodPost, "/api/v1/decisions", map[string]any{"citizen": id, "target": "benefit", "action": "offer"}, "Idempotency-Key", fmt.Sprint(i, k%2))
				c.do(http.MethodGet, "/readyz", nil)
			}
		})
	}
	wg.Wait()
	v, err := w.ledger.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, v.OK, v.Fault)
	decisions, err := w.ledger.Decisions(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, decisions, 4*2, "four browsers' two keys, however often they were sent")
}
