package api

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRoutesTimesRoles asks every route as everybody. A route that is not in the table fails the test.
func TestRoutesTimesRoles(t *testing.T) {
	const (
		ok      = http.StatusOK
		created = http.StatusCreated
		gone    = http.StatusNoContent
		who     = http.StatusUnauthorized
		no      = http.StatusForbidden
	)
	roles := []Role{"", Assessor, DataTeam, Management, Auditor}
	table := map[string]struct {
		body any
		want [5]int // nobody, assessor, data team, management, auditor
	}{
		"GET /healthz":                       {nil, [5]int{ok, ok, ok, ok, ok}},
		"GET /readyz":                        {nil, [5]int{ok, ok, ok, ok, ok}},
		"GET /openapi.json":                  {nil, [5]int{ok, ok, ok, ok, ok}},
		"POST /api/v1/session":               {map[string]any{"persona": "demo-data"}, [5]int{ok, ok, ok, ok, ok}},
		"DELETE /api/v1/session":             {nil, [5]int{gone, gone, gone, gone, gone}},
		"GET /api/v1/worklist":               {nil, [5]int{who, ok, no, no, no}},
		"POST /api/v1/citizens/search":       {map[string]any{"cpr": "CPR"}, [5]int{who, ok, no, no, no}},
		"GET /api/v1/citizens/:id":           {nil, [5]int{who, ok, no, no, no}},
		"GET /api/v1/citizens/:id/timeline":  {nil, [5]int{who, ok, no, no, no}},
		"POST /api/v1/judgements":            {map[string]any{"citizen": "ID", "target": "completion", "answer": "yes"}, [5]int{who, created, no, no, no}},
		"POST /api/v1/scores":                {map[string]any{"citizen": "ID", "target": "benefit"}, [5]int{who, ok, no, no, no}},
		"POST /api/v1/decisions":             {map[string]any{"citizen": "ID", "target": "benefit", "action": "offer"}, [5]int{who, created, no, no, no}},
		"GET /api/v1/models":                 {nil, [5]int{who, ok, ok, ok, ok}},
		"GET /api/v1/models/:id":             {nil, [5]int{who, ok, ok, ok, ok}},
		"GET /api/v1/businesscase/:id":       {nil, [5]int{who, no, ok, ok, ok}},
		"POST /api/v1/businesscase/simulate": {map[string]any{"proposal": "su7", "seed": 1}, [5]int{who, no, ok, ok, ok}},
		"GET /api/v1/audit":                  {nil, [5]int{who, no, no, no, ok}},
	}
	ids := map[string]string{"/api/v1/models/:id": "completion-1", "/api/v1/businesscase/:id": "su7"}

	w := newWorld(t, nil)
	id := w.firstID()
	_, err := w.service.Judge(t.Context(), w.person(Assessor), Judgement{Citizen: id, Target: "benefit", Answer: "unsure"})
	require.NoError(t, err)
	for _, r := range Handler(w.service, w.sessions, Options{}).Router().Routes() {
		row, known := table[r.Method+" "+r.Path]
		require.True(t, known, "%s %s has no row: decide who may use it", r.Method, r.Path)
		path, is := ids[r.Path]
		if !is {
			path = id
		}
		path = strings.Replace(r.Path, ":id", path, 1)
		body := map[string]any{}
		if row.body == nil {
			body = nil
		}
		for k, v := range asMap(row.body) {
			switch v {
			case "ID":
				v = id
			case "CPR":
				v = w.town.numbers[0].Reveal()
			}
			body[k] = v
		}
		for i, role := range roles {
			t.Run(r.Method+" "+r.Path+" as "+string(role), func(t *testing.T) {
				c := w.anonymous()
				if role != "" {
					c = w.as(role)
				}
				var send any
				if body != nil {
					send = body
				}
				a := c.do(r.Method, path, send, "Idempotency-Key", strconv.Itoa(i))
				require.Equal(t, row.want[i], a.status, a.body)
			})
		}
		delete(table, r.Method+" "+r.Path)
	}
	require.Empty(t, table, "rows without a route")
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func TestARefusalByRoleIsWrittenDown(t *testing.T) {
	w := newWorld(t, nil)
	require.Equal(t, http.StatusForbidden, w.as(Management).do(http.MethodGet, "/api/v1/worklist", nil).status)
	page := read[AuditPage](t, w.as(Auditor).do(http.MethodGet, "/api/v1/audit?action=denied", nil))
	require.Len(t, page.Events, 1)
	require.Equal(t, "action=list permission=citizens:see", page.Events[0].Detail)
	require.Equal(t, "demo-ledelse", page.Events[0].Actor)
}
