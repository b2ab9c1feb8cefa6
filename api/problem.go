package api

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v5"

	"golang.org/x/text/language"
)

// Problem is an error as RFC 9457 has it.
type Problem struct {
	Type      string       `json:"type"` // urn:rettidig:problem: and the code
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail"`
	Instance  string       `json:"instance"` // urn:rettidig:request: and the request id
	Code      string       `json:"code"`
	RequestID string       `json:"request_id"`
	Errors    []FieldError `json:"errors,omitempty"`
}

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// writeProblem is the only place that writes an error of the API.
func writeProblem(c *echo.Context, f Failure) error {
	id := requestID(c)
	p := Problem{Type: "urn:rettidig:problem:" + f.Code, Title: http.StatusText(f.Status), Status: f.Status, Detail: f.DA,
		Instance: "urn:rettidig:request:" + id, Code: f.Code, RequestID: id, Errors: f.Fields}
	h := c.Response().Header()
	h.Set("Content-Language", "da")
	h.Add("Vary", "Accept-Language")
	if prefersEnglish(c.Request()) {
		p.Detail = f.EN
		h.Set("Content-Language", "en")
	}
	if f.RetryAfter > 0 {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	b, err := json.Marshal(p)
	if err != nil {
		panic("api: a problem cannot be written: " + err.Error())
	}
	return c.Blob(f.Status, ProblemType, b)
}

var languages = language.NewMatcher([]language.Tag{language.Danish, language.English})

func prefersEnglish(r *http.Request) bool {
	header := r.Header.Get("Accept-Language")
	if len(header) > 200 || header == "" {
		return false
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return false
	}
	_, i, _ := languages.Match(tags...)
	return i == 1
}

const requestIDKey = "rettidig.request_id"

func requestID(c *echo.Context) string {
	id, _ := c.Get(requestIDKey).(string)
	return id
}

func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }
