package web

import (
	"bytes"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v5"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/api"
)

// request is one request on its way through a handler: who asks, in which language.
type request struct {
	c    *echo.Context
	lang lang
	who  api.Person
	in   bool // somebody is logged in
}

// handler answers a request; an error becomes an error page.
type handler func(*request) error

// maxForm bounds the body of a form; a note of a few pages fits.
const maxForm = 64 << 10

// open makes a page that needs no login.
func (s *server) open(h handler) echo.HandlerFunc {
	cross := http.NewCrossOriginProtection()
	return func(c *echo.Context) error {
		r := s.newRequest(c)
		if err := cross.Check(c.Request()); err != nil {
			return s.fail(r, rettidig.E(rettidig.Forbidden, "cross-origin", "", err))
		}
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxForm)
		if err := h(r); err != nil {
			return s.fail(r, err)
		}
		return nil
	}
}

// newRequest finds out who asks, in which language, and sets the headers of a page.
func (s *server) newRequest(c *echo.Context) *request {
	r := &request{c: c, lang: s.language(c)}
	r.who, r.in = s.sessions.Person(c.Request())
	secure(c.Response().Header())
	return r
}

// allowed makes a page for people with a permission. The App checks again, and it alone writes to the ledger:
// a refusal is asked of it too, for a row of them is what an attempt looks like.
func (s *server) allowed(perm api.Permission, h handler) echo.HandlerFunc {
	return s.open(func(r *request) error {
		if !r.in {
			return r.c.Redirect(http.StatusSeeOther, loginURL(r.c.Request()))
		}
		if !r.who.May(perm) {
			return s.refusal(r)
		}
		return h(r)
	})
}

// refusal puts to the App what the person may not have, with nothing of what was typed, and returns its
// refusal. Whatever the App says, nothing is shown.
func (s *server) refusal(r *request) error {
	ctx, who, id := r.ctx(), r.who, r.c.Param("id")
	var err error
	switch r.c.Path() {
	case "/find":
		_, err = s.app.Find(ctx, who, "")
	case "/citizens/:id":
		_, err = s.app.Citizen(ctx, who, id)
	case "/citizens/:id/judgement":
		_, err = s.app.Judge(ctx, who, api.Judgement{Citizen: id})
	case "/citizens/:id/decision":
		_, err = s.app.Decide(ctx, who, api.Decision{Citizen: id})
	case "/models":
		_, err = s.app.Models(ctx, who)
	case "/savings":
		_, err = s.app.Savings(ctx, who)
	case "/audit":
		_, err = s.app.Audit(ctx, who, api.AuditQuery{})
	default:
		_, err = s.app.List(ctx, who, api.ListQuery{})
	}
	if err == nil { // it has let through what it should not
		err = rettidig.E(rettidig.Forbidden, "role", "", nil)
	}
	return err
}

// loginURL leads to the login and back to the page that was asked for.
func loginURL(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return "/login"
	}
	return "/login?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}

// localPath returns next if it is a path on this server, else "/". What a browser reads as another host
// ("//host", "/\host") is not a path.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// secure sets the headers of a page. The service sets them too; a page is safe without it. The referrer
// goes to our own pages: under "no-referrer" a browser that sends no Sec-Fetch-Site (plain HTTP by name)
// posts with "Origin: null", and every form would be refused.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", api.ContentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

const langCookie = "rettidig_lang"

// language is ?lang=, remembered in a cookie; else the cookie; else Danish.
func (s *server) language(c *echo.Context) lang {
	if l := lang(c.QueryParam("lang")); l == danish || l == english {
		c.SetCookie(&http.Cookie{Name: langCookie, Value: string(l), Path: "/", MaxAge: 365 * 86400, HttpOnly: true, Secure: s.opt.SecureCookies, SameSite: http.SameSiteLaxMode})
		return l
	}
	if k, err := c.Cookie(langCookie); err == nil && lang(k.Value) == english {
		return english
	}
	return danish
}

// page is what every template gets.
type page struct {
	Lang        lang
	Title       string
	Who         api.Person
	In          bool
	Nav         []navItem
	Info        api.Info
	OtherLang   string // address of this page in the other language
	FieldErrors []fieldError
	Body        any
}

type navItem struct {
	Href, Key string
	Current   bool
}

// fieldError is a form field that must be mended; ID is the field's element.
type fieldError struct{ ID, Text string }

// ErrorOf returns the error of a field, empty if it has none.
func (p page) ErrorOf(id string) string {
	for _, e := range p.FieldErrors {
		if e.ID == id {
			return e.Text
		}
	}
	return ""
}

// nav lists the pages that the person may see.
func nav(r *request) []navItem {
	if !r.in {
		return nil
	}
	var items []navItem
	for _, it := range []struct {
		perm      api.Permission
		href, key string
	}{
		{api.SeeCitizens, "/citizens", "nav.citizens"},
		{api.SeeModels, "/models", "nav.models"},
		{api.SeeSavings, "/savings", "nav.savings"},
		{api.SeeAudit, "/audit", "nav.audit"},
	} {
		if r.who.May(it.perm) {
			path := formPage(r.c.Request().URL.Path)
			items = append(items, navItem{it.href, it.key, path == it.href || strings.HasPrefix(path, it.href+"/")})
		}
	}
	return items
}

// render writes a page. The template runs into a buffer first, so a failing one never leaves half a page.
func (s *server) render(r *request, code int, name, title string, body any, errs ...fieldError) error {
	p := page{Lang: r.lang, Title: title, Who: r.who, In: r.in, Nav: nav(r), Info: s.app.Info(), OtherLang: otherLanguage(r), FieldErrors: errs, Body: body}
	var b bytes.Buffer
	if err := s.pages[r.lang].ExecuteTemplate(&b, name, p); err != nil {
		return err
	}
	return r.c.HTMLBlob(code, b.Bytes())
}

// otherLanguage is the address of the same page in the other language. After a form that was refused it
// is the page with the form.
func otherLanguage(r *request) string {
	u := *r.c.Request().URL
	if r.c.Request().Method != http.MethodGet {
		u = url.URL{Path: formPage(u.Path)}
	}
	q := u.Query()
	q.Set("lang", string(r.lang.other()))
	return u.Path + "?" + q.Encode()
}

// formPage is the page that has the form which posts to path; any other path is itself.
func formPage(path string) string {
	switch {
	case path == "/find":
		return "/citizens"
	case path == "/logout":
		return "/login"
	}
	path = strings.TrimSuffix(path, "/judgement")
	return strings.TrimSuffix(path, "/decision")
}

type errorBody struct {
	Status      int
	Heading, Do string
	Detail      string // the service's own words, where it has some
	Login       bool
	Citizen     string // the citizen's page, if the failure was about one
}

// fail is the only place that turns an error into a page, and the only one that logs it.
func (s *server) fail(r *request, err error) error {
	f := api.Explain(err)
	if f.Status >= http.StatusInternalServerError {
		s.opt.Log.Error("page failed", "method", r.c.Request().Method, "route", r.c.Path(), "code", f.Code, "error", err)
	}
	return s.failed(r, f)
}

// failed shows a failure that somebody has already explained and logged.
func (s *server) failed(r *request, f api.Failure) error {
	body := errorBody{Status: f.Status, Login: !r.in}
	key := "error." + itoa(f.Status)
	switch {
	case f.Code == "judgement-first":
		key = "error.judgement-first"
	case texts[key].da == "" && f.Status < http.StatusInternalServerError:
		key = "error.400"
	case texts[key].da == "":
		key = "error.500"
	}
	if path := formPage(r.c.Request().URL.Path); r.in && f.Status != http.StatusNotFound && path != r.c.Request().URL.Path && strings.HasPrefix(path, "/citizens/") {
		body.Citizen = path
	}
	if f.Status != http.StatusInternalServerError { // of ours, our words say enough
		body.Detail = r.lang.pick(f.DA, f.EN)
	}
	if f.RetryAfter > 0 {
		r.c.Response().Header().Set("Retry-After", itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	body.Heading, body.Do = r.lang.text(key), r.lang.text(key+".do")
	return s.render(r, f.Status, "error.html", body.Heading, body)
}

// pages holds one parsed template set per language.
type pages map[lang]*template.Template
