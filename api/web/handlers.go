package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

func (r *request) ctx() context.Context { return r.c.Request().Context() }

func (r *request) form(name string) string {
	return strings.TrimSpace(r.c.Request().PostFormValue(name))
}

// parse reads the form, so that a body that is too big or broken is an error and not an empty form.
func (r *request) parse() error {
	if err := r.c.Request().ParseForm(); err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			return err
		}
		return rettidig.E(rettidig.Invalid, "form", "", err)
	}
	return nil
}

type loginBody struct {
	People []api.Person
	Next   string
	Failed bool
}

func (s *server) loginForm(r *request) error {
	return s.render(r, http.StatusOK, "login.html", r.lang.text("login.title"), loginBody{People: s.app.Personas(), Next: localPath(r.c.QueryParam("next"))})
}

func (s *server) login(r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	next, id := localPath(r.form("next")), r.form("persona")
	if !slices.ContainsFunc(s.app.Personas(), func(p api.Person) bool { return p.ID == id }) {
		return s.render(r, http.StatusUnprocessableEntity, "login.html", r.lang.text("login.title"), loginBody{s.app.Personas(), next, true})
	}
	if err := s.sessions.Login(r.c.Response(), r.c.Request(), id); err != nil {
		return err
	}
	return r.c.Redirect(http.StatusSeeOther, next)
}

func (s *server) logout(r *request) error {
	s.sessions.Logout(r.c.Response(), r.c.Request())
	return r.c.Redirect(http.StatusSeeOther, "/login")
}

// firstPages are the pages that a role comes for; anybody else starts at the first in the menu.
var firstPages = map[api.Role]string{api.Auditor: "/audit", api.Management: "/savings", api.DataTeam: "/models"}

// start sends everybody to the page that the person comes for.
func (s *server) start(r *request) error {
	to := "/login"
	if items := nav(r); len(items) > 0 {
		to = cmp.Or(firstPages[r.who.Role], items[0].Href)
	}
	return r.c.Redirect(http.StatusSeeOther, to)
}

type findBody struct {
	Kind     string
	Tabs     []tab
	Page     api.CitizenPage
	NextURL  string
	FirstURL string // set on the second page and later
}

type tab struct {
	Href, Label, Sub string
	Current          bool
}

func (s *server) find(r *request) error { return s.showFind(r, http.StatusOK) }

func (s *server) showFind(r *request, code int, errs ...fieldError) error {
	b := findBody{Kind: "training"}
	if r.c.QueryParam("kind") == "decline" {
		b.Kind = "decline"
	}
	cursor := r.c.QueryParam("cursor")
	var err error
	if b.Page, err = s.app.List(r.ctx(), r.who, api.ListQuery{Kind: b.Kind, Cursor: cursor}); err != nil {
		return err
	}
	for _, k := range []string{"training", "decline"} {
		b.Tabs = append(b.Tabs, tab{Href: "/citizens?kind=" + k, Label: r.lang.text("find.tab." + k), Current: k == b.Kind})
	}
	if b.Page.Next != "" {
		b.NextURL = "/citizens?" + url.Values{"kind": {b.Kind}, "cursor": {b.Page.Next}}.Encode()
	}
	if cursor != "" {
		b.FirstURL = "/citizens?kind=" + b.Kind
	}
	title := r.lang.text("find.title")
	if len(errs) > 0 {
		title = r.lang.text("error.prefix") + title
	}
	return s.render(r, code, "find.html", title, b, errs...)
}

// lookUp finds a citizen by CPR number. The number is in the body only, is never shown again, and leaves
// this function only through App.Find.
func (s *server) lookUp(r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	found, err := s.app.Find(r.ctx(), r.who, r.form("cpr"))
	switch rettidig.KindOf(err) {
	case rettidig.Invalid:
		return s.showFind(r, http.StatusUnprocessableEntity, fieldError{"cpr", r.lang.text("find.invalid")})
	case rettidig.NotFound:
		return s.showFind(r, http.StatusNotFound, fieldError{"cpr", r.lang.text("find.notfound")})
	}
	if err != nil {
		return err
	}
	return r.c.Redirect(http.StatusSeeOther, citizenURL(found.ID, ""))
}

func citizenURL(id string, target rettidig.Target) string {
	u := "/citizens/" + url.PathEscape(id)
	if target != "" {
		u += "?target=" + url.QueryEscape(string(target))
	}
	return u
}

type citizenBody struct {
	View     api.CitizenView
	Timeline timelineView
	Tabs     []tab
	State    api.TargetState
	Target   rettidig.Target
	Answer   *answer // nil until the person has judged, and while no answer can be had
	Down     bool    // the model does not answer
	Sealed   string  // why nobody is shown an answer, whatever it is
	Receipt  *flash
	Key      string
	Form     url.Values // what was typed into a form that was refused
	Deciding bool       // the decision form is open
	Answers  []string
	Actions  []string
	Reasons  []string
	Old      string // how old the data are, where they are old
}

// Has tells whether a refused form had this value, to keep the choice.
func (b citizenBody) Has(field, value string) bool { return b.Form.Get(field) == value }

func (s *server) citizen(r *request) error {
	target, _ := rettidig.ParseTarget(r.c.QueryParam("target"))
	return s.showCitizen(r, http.StatusOK, r.c.Param("id"), target, nil)
}

// showCitizen asks the App for what the page shows. The score is asked for only after the person's own
// judgement; until then it is not in the page at all.
func (s *server) showCitizen(r *request, code int, id string, target rettidig.Target, form url.Values, errs ...fieldError) error {
	view, err := s.app.Citizen(r.ctx(), r.who, id)
	if err != nil {
		return err
	}
	history, err := s.app.Timeline(r.ctx(), r.who, id)
	if err != nil {
		return err
	}
	b := citizenBody{View: view, Timeline: drawTimeline(r.lang, history), Key: s.opt.NewKey(), Form: form, Answers: api.Answers, Actions: api.Actions, Reasons: api.DecisionReasons}
	b.Old = oldData(r.lang, view.DataAsOf, rettidig.DayOf(s.opt.Now().In(copenhagen).Date()))
	b.State = chosen(view.Targets, target)
	b.Target = b.State.Target
	for _, t := range view.Targets {
		b.Tabs = append(b.Tabs, tab{Href: citizenURL(id, t.Target) + "#question", Label: r.lang.text("tab." + string(t.Target)), Sub: tabState(r.lang, t), Current: t.Target == b.Target})
	}
	if b.State.Why == "engine-failed" { // nobody knows whether the question can be asked
		b.State.Eligible, b.Down = true, true
	}
	mode := s.app.Info().Mode
	b.Sealed = sealedText(r.lang, "mode-"+mode)
	if b.State.Judged != "" && b.State.Eligible && mode != api.Development { // in shadow mode the asking stores the answer, sealed
		if err := s.ask(r, id, &b); err != nil {
			return err
		}
	}
	b.Receipt = takeFlash(r, s.opt.SecureCookies, id, b.Target)
	b.Deciding = b.Receipt == nil && (b.State.Judged != "" || !b.State.Eligible) || form.Get("key") != ""
	title := r.lang.text("citizen.title", who(r.lang, view.CitizenSummary), r.lang.text("tab."+string(b.Target)))
	if len(errs) > 0 {
		title = r.lang.text("error.prefix") + title
	}
	return s.render(r, code, "citizen.html", title, b, errs...)
}

// oldData says how many months old the data are; empty up to a month, which is how often they are delivered.
func oldData(l lang, fetched, today rettidig.Day) string {
	days := int(today - fetched)
	if !fetched.Valid() || days <= 31 {
		return ""
	}
	if months := int(math.Round(float64(days) / 30.44)); months > 1 {
		return l.text("citizen.old", months)
	}
	return l.text("citizen.old.one")
}

// ask fetches the score. That there is none, because the model is down or its answers are sealed, is a
// state of the page and not a failure: the person can still decide.
func (s *server) ask(r *request, id string, b *citizenBody) error {
	v, err := s.app.Score(r.ctx(), r.who, api.ScoreRequest{Citizen: id, Target: b.Target, Lang: string(r.lang)})
	if err == nil && b.Sealed != "" {
		return nil // the service should have refused; the page keeps the seal
	}
	if err == nil {
		a := makeAnswer(r.lang, v)
		b.Answer = &a
		return nil
	}
	f := api.Explain(err)
	if sealed := sealedText(r.lang, f.Code); sealed != "" {
		b.Sealed = sealed
		return nil
	}
	if f.Code == "judgement-first" || f.Status < http.StatusInternalServerError {
		return err
	}
	s.opt.Log.Error("no score for the page", "target", string(b.Target), "code", f.Code, "error", err)
	b.Down = true
	return nil
}

func sealedText(l lang, code string) string {
	if k := "sealed." + code; texts[k].da != "" {
		return l.text(k)
	}
	return ""
}

// chosen returns the state of the target that was asked for, else of the first that can be asked, else
// the first.
func chosen(states []api.TargetState, target rettidig.Target) api.TargetState {
	first := api.TargetState{Target: rettidig.Completion}
	for i, t := range states {
		if t.Target == target {
			return t
		}
		if i == 0 || t.Eligible && !first.Eligible {
			first = t
		}
	}
	return first
}

func tabState(l lang, t api.TargetState) string {
	switch {
	case !t.Eligible:
		return l.text("tab.no")
	case t.Judged != "":
		return l.text("tab.judged")
	}
	return l.text("tab.open")
}

func (s *server) judge(r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id, form := r.c.Param("id"), r.c.Request().PostForm
	target, err := rettidig.ParseTarget(r.form("target"))
	if err != nil {
		return rettidig.E(rettidig.Invalid, "target", "", err)
	}
	confidence, _ := strconv.Atoi(r.form("confidence")) // not given is 0
	answer := r.form("answer")
	if !slices.Contains(api.Answers, answer) {
		return s.showCitizen(r, http.StatusUnprocessableEntity, id, target, form, fieldError{"answer-yes", r.lang.text("judge.missing")})
	}
	_, err = s.app.Judge(r.ctx(), r.who, api.Judgement{Citizen: id, Target: target, Answer: answer, Confidence: min(max(confidence, 0), 3), Note: r.form("note")})
	if refused := r.noteRefused(err, "judge-note"); refused != nil {
		return s.showCitizen(r, http.StatusUnprocessableEntity, id, target, form, refused...)
	}
	if err != nil {
		return err
	}
	return r.c.Redirect(http.StatusSeeOther, citizenURL(id, target)+"#answer")
}

// noteRefused points at the note if the service refused the input: everything else was chosen from lists.
func (r *request) noteRefused(err error, field string) []fieldError {
	if err == nil || rettidig.KindOf(err) != rettidig.Invalid {
		return nil
	}
	f := api.Explain(err)
	return []fieldError{{field, r.lang.pick(f.DA, f.EN)}}
}

func (s *server) decide(r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id, form := r.c.Param("id"), r.c.Request().PostForm
	target, err := rettidig.ParseTarget(r.form("target"))
	if err != nil {
		return rettidig.E(rettidig.Invalid, "target", "", err)
	}
	var errs []fieldError
	if !slices.Contains(api.Actions, r.form("action")) {
		errs = append(errs, fieldError{"action-offer", r.lang.text("decide.noaction")})
	}
	if !slices.Contains(api.DecisionReasons, r.form("reason")) {
		errs = append(errs, fieldError{"reason-" + api.DecisionReasons[0], r.lang.text("decide.noreason")})
	}
	if len(errs) > 0 {
		return s.showCitizen(r, http.StatusUnprocessableEntity, id, target, form, errs...)
	}
	d := api.Decision{Citizen: id, Target: target, ScoreID: r.form("score_id"), Action: r.form("action"), Reason: r.form("reason"), Note: r.form("note"), Key: r.form("key")}
	receipt, err := s.app.Decide(r.ctx(), r.who, d)
	if refused := r.noteRefused(err, "decision-note"); refused != nil {
		return s.showCitizen(r, http.StatusUnprocessableEntity, id, target, form, refused...)
	}
	if err != nil {
		return err
	}
	setFlash(r, s.opt.SecureCookies, flash{ID: receipt.ID, At: receipt.At, Citizen: id, Target: target, Action: d.Action, Reason: d.Reason, Note: d.Note != ""})
	return r.c.Redirect(http.StatusSeeOther, citizenURL(id, target)+"#receipt")
}

// flash carries a receipt over the redirect after a decision, in a cookie that the next page removes: an
// address could be passed on or kept and would show a receipt that is none.
type flash struct {
	ID      string          `json:"i"`
	At      time.Time       `json:"t"`
	Citizen string          `json:"c"`
	Target  rettidig.Target `json:"g"`
	Action  string          `json:"a"`
	Reason  string          `json:"r"`
	Note    bool            `json:"n,omitempty"` // there was one; its words do not belong in a cookie
}

const flashCookie = "rettidig_receipt"

func setFlash(r *request, secure bool, f flash) {
	b, err := json.Marshal(f)
	if err != nil {
		panic("web: a receipt cannot be written: " + err.Error())
	}
	r.c.SetCookie(&http.Cookie{Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(b), Path: "/citizens/", MaxAge: 60, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode})
}

func takeFlash(r *request, secure bool, id string, target rettidig.Target) *flash {
	k, err := r.c.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	r.c.SetCookie(&http.Cookie{Name: flashCookie, Path: "/citizens/", MaxAge: -1, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode})
	var f flash
	b, err := base64.RawURLEncoding.DecodeString(k.Value)
	if err != nil || json.Unmarshal(b, &f) != nil || f.Citizen != id || f.Target != target {
		return nil
	}
	return &f
}

type auditBody struct {
	Query   api.AuditQuery
	Page    api.AuditPage
	NextURL string
	Actions []string
}

var auditActions = []string{"login", "search", "list", "view", "timeline", "judgement", "score", "decision", "models", "savings", "audit", "logout", "denied", "limited", "start"}

func (s *server) audit(r *request) error {
	return s.showAudit(r, http.StatusOK, api.AuditQuery{Citizen: r.c.QueryParam("citizen"), Actor: r.c.QueryParam("actor"), Action: r.c.QueryParam("action"), Cursor: r.c.QueryParam("cursor")})
}

func (s *server) showAudit(r *request, code int, q api.AuditQuery, errs ...fieldError) error {
	events, err := s.app.Audit(r.ctx(), r.who, q)
	if err != nil {
		return err
	}
	b := auditBody{Query: q, Page: events, Actions: auditActions}
	if events.Next != "" {
		b.NextURL = auditURL(q, events.Next)
	}
	title := r.lang.text("audit.title")
	if len(errs) > 0 {
		title = r.lang.text("error.prefix") + title
	}
	return s.render(r, code, "audit.html", title, b, errs...)
}

func auditURL(q api.AuditQuery, cursor string) string {
	v := url.Values{}
	for k, s := range map[string]string{"citizen": q.Citizen, "actor": q.Actor, "action": q.Action, "cursor": cursor} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if len(v) == 0 {
		return "/audit"
	}
	return "/audit?" + v.Encode()
}

// auditFilter turns the filter form into an address. It is a POST so that a CPR number that somebody
// pastes into the field is refused before it can stand in an address.
func (s *server) auditFilter(r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	q := api.AuditQuery{Citizen: r.form("citizen"), Actor: r.form("actor"), Action: r.form("action")}
	if looksLikeCPR(q.Citizen) || looksLikeCPR(q.Actor) {
		return s.showAudit(r, http.StatusUnprocessableEntity, api.AuditQuery{Action: q.Action}, fieldError{"citizen", r.lang.text("audit.cpr")})
	}
	return r.c.Redirect(http.StatusSeeOther, auditURL(q, ""))
}

// looksLikeCPR tells whether s is ten digits, with or without a hyphen or a blank.
func looksLikeCPR(s string) bool {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c != '-' && c != ' ':
			return false
		}
	}
	return digits == 10
}
