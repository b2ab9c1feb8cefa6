//go:build browser

package web

import (
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig"
)

// The browser tests need a chromium: `apt-get install chromium`. Run them with
//
//	go test -tags browser ./api/web
//
// and write a picture of every page and state with -shots DIR.
var shots = flag.String("shots", "", "folder for pictures of every page and state")

//go:embed testdata/axe-core/axe.min.js
var axeSource string

// browser is one tab on a running site.
type browser struct {
	*testing.T
	site *site
	base string
	ctx  context.Context

	mu       sync.Mutex
	problems []string // console errors, violations of the policy, failed and foreign requests
}

func openBrowser(t *testing.T) *browser {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	require.NotEmpty(t, path, "no chromium in PATH; install it with: apt-get install -y chromium")
	b := &browser{T: t, site: newSite(t)}
	srv := httptest.NewServer(b.site.echo)
	t.Cleanup(srv.Close)
	b.base = srv.URL
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	for _, f := range []string{"disable-background-networking", "disable-component-update", "disable-sync", "disable-quic", "no-first-run", "force-prefers-reduced-motion"} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(stop)
	tab, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(tab, 5*time.Minute)
	t.Cleanup(cancelTime)
	t.Cleanup(func() { _ = chromedp.Cancel(tab) }) // waits for the browser to end
	b.ctx = ctx
	chromedp.ListenTarget(ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := ev.(type) {
		case *log.EventEntryAdded:
			if !strings.Contains(e.Entry.Text, "Failed to load resource") || !strings.Contains(e.Entry.URL, b.base) {
				b.problems = append(b.problems, e.Entry.Text)
			}
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, b.base) && !strings.HasPrefix(e.Request.URL, "about:") {
				b.problems = append(b.problems, "request to "+e.Request.URL)
			}
		case *network.EventResponseReceived:
			if e.Response.Status >= 400 && e.Type != network.ResourceTypeDocument {
				b.problems = append(b.problems, fmt.Sprintf("%d for %s", e.Response.Status, e.Response.URL))
			}
		}
	})
	b.run(network.Enable(), log.Enable())
	return b
}

func (b *browser) run(actions ...chromedp.Action) {
	b.Helper()
	require.NoError(b, chromedp.Run(b.ctx, actions...))
}

// open logs in as somebody and opens a page at a width.
func (b *browser) open(who, path string, width int64) {
	b.Helper()
	b.run(emulation.SetDeviceMetricsOverride(width, 900, 1, false), network.ClearBrowserCookies())
	if who != nobody {
		b.run(network.SetCookie("test_session", who).WithURL(b.base))
	}
	b.run(chromedp.Navigate(b.base + path))
}

// state is a page in one of its states.
type state struct {
	name, who, path string
	prepare         func(*browser)
	act             func(*browser) // after the page is open
}

func judged(citizen string, t rettidig.Target) func(*browser) {
	return func(b *browser) { b.site.judge(citizen, t) }
}

func with(prepare ...func(*browser)) func(*browser) {
	return func(b *browser) {
		for _, p := range prepare {
			p(b)
		}
	}
}

func submit(selector string) func(*browser) {
	return func(b *browser) {
		b.run(chromedp.Click(selector, chromedp.ByQuery), chromedp.Sleep(200*time.Millisecond), chromedp.WaitReady("main"))
	}
}

func openDetails(b *browser) {
	b.run(chromedp.Evaluate(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil))
}

// states lists every page in every state that a person can meet.
var states = []state{
	{name: "login", who: nobody, path: "/login"},
	{name: "find", who: assessor, path: "/citizens"},
	{name: "find-decline-page2", who: assessor, path: "/citizens?kind=decline&cursor=x"},
	{name: "find-empty", who: assessor, path: "/citizens", prepare: func(b *browser) { b.site.app.emptyLists = true }},
	{name: "find-invalid", who: assessor, path: "/citizens", act: submit(".find button")},
	{name: "citizen-before", who: assessor, path: "/citizens/" + rich},
	{name: "citizen-before-error", who: assessor, path: "/citizens/" + rich, act: submit("form[action$=judgement] button")},
	{name: "citizen-answer", who: assessor, path: "/citizens/" + rich, prepare: judged(rich, rettidig.Completion)},
	{name: "citizen-answer-details", who: assessor, path: "/citizens/" + rich, prepare: judged(rich, rettidig.Completion), act: openDetails},
	{name: "citizen-decide-error", who: assessor, path: "/citizens/" + rich, prepare: judged(rich, rettidig.Completion), act: submit("form[action$=decision] button")},
	{name: "citizen-receipt", who: assessor, path: "/citizens/" + rich, prepare: judged(rich, rettidig.Completion), act: func(b *browser) {
		b.run(chromedp.Click("#action-offer + label"), chromedp.Click("#reason-citizens-wish + label"))
		submit("form[action$=decision] button")(b)
	}},
	{name: "citizen-rare", who: assessor, path: "/citizens/" + rare + "?target=decline", prepare: judged(rare, rettidig.Decline)},
	{name: "citizen-withheld", who: assessor, path: "/citizens/" + strange, prepare: judged(strange, rettidig.Completion)},
	{name: "citizen-down", who: assessor, path: "/citizens/" + rich, prepare: with(judged(rich, rettidig.Completion), func(b *browser) {
		b.site.app.scoreErr = rettidig.E(rettidig.Unavailable, "scoring-failed", "Modellen kan ikke svare lige nu.", nil)
	})},
	{name: "citizen-shadow", who: assessor, path: "/citizens/" + rich, prepare: with(judged(rich, rettidig.Completion), func(b *browser) {
		b.site.app.info.Mode = "shadow"
	})},
	{name: "citizen-ineligible-empty", who: assessor, path: "/citizens/" + empty},
	{name: "models", who: dataTeam, path: "/models"},
	{name: "models-details", who: assessor, path: "/models", act: openDetails},
	{name: "models-card-chance", who: dataTeam, path: "/models", prepare: func(b *browser) { b.site.app.mutModel = cardAndChance }},
	{name: "citizen-old-data", who: assessor, path: "/citizens/" + rich, prepare: func(b *browser) { b.site.now = asOf.Time().AddDate(0, 5, 0) }},
	{name: "models-none", who: dataTeam, path: "/models", prepare: func(b *browser) { b.site.app.emptyLists = true }},
	{name: "savings", who: management, path: "/savings"},
	{name: "savings-none", who: management, path: "/savings", prepare: func(b *browser) { b.site.app.emptyLists = true }},
	{name: "audit", who: auditor, path: "/audit"},
	{name: "audit-broken-none", who: auditor, path: "/audit", prepare: func(b *browser) { b.site.app.emptyLists, b.site.app.chainBad = true, true }},
	{name: "error-403", who: auditor, path: "/citizens"},
	{name: "error-404", who: assessor, path: "/nowhere"},
	{name: "error-409", who: assessor, path: "/citizens/" + rich, prepare: with(judged(rich, rettidig.Completion), func(b *browser) {
		b.site.app.scoreErr = rettidig.E(rettidig.Conflict, "judgement-first", "Skriv din egen vurdering først.", nil)
	})},
	{name: "error-500", who: assessor, path: "/citizens", prepare: func(b *browser) { b.site.app.listErr = fmt.Errorf("the list is broken") }},
}

// enter brings the browser into a state.
func (b *browser) enter(st state, lang string, width int64) {
	b.Helper()
	b.site.app.reset()
	b.site.now = asOf.Time()
	if st.prepare != nil {
		st.prepare(b)
	}
	path := st.path
	if lang != "" {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		path += sep + "lang=" + lang
	}
	b.open(st.who, path, width)
	if st.act != nil {
		st.act(b)
	}
}

// checkAxe runs axe-core on the open page, without colour rules being left out.
func (b *browser) checkAxe(name string) {
	b.Helper()
	var out string
	script := `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}, resultTypes: ["violations", "incomplete"]})
		.then(r => JSON.stringify({violations: r.violations, incomplete: r.incomplete, passes: r.passes.length}))`
	b.run(chromedp.Evaluate(axeSource, nil), chromedp.Evaluate(script, &out, chromedp.EvalAsValue, awaitPromise))
	var r struct {
		Violations, Incomplete []struct {
			ID    string
			Help  string
			Nodes []struct{ HTML, FailureSummary string }
		}
		Passes int
	}
	require.NoError(b, json.Unmarshal([]byte(out), &r))
	for _, v := range r.Violations {
		for _, n := range v.Nodes {
			b.Errorf("%s: axe %s (%s): %s\n%s", name, v.ID, v.Help, n.HTML, n.FailureSummary)
		}
	}
	assert.Positive(b, r.Passes, "%s: axe checked nothing", name)
	for _, v := range r.Incomplete {
		for _, n := range v.Nodes {
			b.Logf("%s: axe could not decide %s: %s", name, v.ID, n.HTML)
		}
	}
}

func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// TestEveryStateIsAccessible runs axe on every page and state in both languages, and finds no request to
// elsewhere, no missing file and no break of the content security policy.
func TestEveryStateIsAccessible(t *testing.T) {
	b := openBrowser(t)
	for _, st := range states {
		for _, lang := range []string{"da", "en"} {
			b.enter(st, lang, 1280)
			b.checkAxe(st.name + " " + lang)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	assert.Empty(t, b.problems)
}

// TestNoStateScrollsSideways opens every state at 320 px, the width of 1280 px at 400 %, and at 768 px, the
// narrowest at which tables are not stacked.
func TestNoStateScrollsSideways(t *testing.T) {
	b := openBrowser(t)
	for _, st := range states {
		for _, most := range []int64{320, 768} {
			b.enter(st, "da", most)
			var width int64
			var widest string
			b.run(chromedp.Evaluate(`document.documentElement.scrollWidth`, &width),
				chromedp.Evaluate(`[...document.querySelectorAll("main *, header *, footer *, aside *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("[role=region], .sr-only, svg")).map(e => e.tagName + "." + e.className).slice(0, 5).join(" ")`, &widest))
			assert.LessOrEqual(t, width, most, "%s is wider than the screen: %s", st.name, widest)
		}
	}
}

// TestPictures writes a picture of every state when asked to with -shots; without, it only checks that the
// first can be taken.
func TestPictures(t *testing.T) {
	b := openBrowser(t)
	for i, st := range states {
		for _, width := range []int64{1280, 768} {
			if *shots == "" && i > 0 {
				return
			}
			b.enter(st, "da", width)
			var png []byte
			b.run(chromedp.FullScreenshot(&png, 100))
			require.NotEmpty(t, png)
			if *shots != "" {
				require.NoError(t, os.MkdirAll(*shots, 0o755))
				require.NoError(t, os.WriteFile(filepath.Join(*shots, fmt.Sprintf("%s-%d.png", st.name, width)), png, 0o644))
			}
		}
	}
}

// focused describes the element that has the focus.
func (b *browser) focused() (out struct {
	Tag, ID, Name, Text string
	Order               int
	Visible             bool
}) {
	b.Helper()
	b.run(chromedp.Evaluate(`(() => {
		const e = document.activeElement, all = [...document.querySelectorAll("*")];
		const ring = e.matches(".form-radio") ? e.nextElementSibling : e;
		const s = getComputedStyle(ring);
		return {Tag: e.tagName, ID: e.id, Name: e.name || "", Text: (e.textContent || "").trim().slice(0, 60), Order: all.indexOf(e),
			Visible: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || e.matches(".skipnav")};
	})()`, &out))
	return out
}

// TestTabReachesEveryControlInOrder walks each page with the Tab key: what can be operated is reached, in
// the order of the document, and one sees where one is.
func TestTabReachesEveryControlInOrder(t *testing.T) {
	b := openBrowser(t)
	for _, st := range states {
		if st.act != nil {
			continue // the act has moved the focus
		}
		b.enter(st, "da", 1280)
		var want int
		b.run(chromedp.Evaluate(`(() => {
			const radios = new Set();
			return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(e => {
				if (e.type === "hidden" || !e.checkVisibility()) return false;
				if (e.type === "radio") { const k = e.form.action + e.name; if (radios.has(k)) return false; radios.add(k); }
				return true;
			}).length;
		})()`, &want))
		b.run(chromedp.Navigate(b.url())) // a fresh page: Tab starts at the top
		last, reached := -1, 0
		for range want + 1 {
			b.run(chromedp.KeyEvent(kb.Tab))
			f := b.focused()
			if f.Tag == "BODY" || f.Order <= last {
				break
			}
			last = f.Order
			reached++
			assert.True(t, f.Visible, "%s: the focus on %+v cannot be seen", st.name, f)
		}
		assert.Equal(t, want, reached, "%s: Tab reaches so many of the controls", st.name)
	}
}

func (b *browser) url() string {
	b.Helper()
	var u string
	b.run(chromedp.Location(&u))
	return u
}

// tabTo presses Tab until the focus is on the element with this id or text.
func (b *browser) tabTo(what string) {
	b.Helper()
	for range 80 {
		b.run(chromedp.KeyEvent(kb.Tab))
		if f := b.focused(); f.ID == what || f.Text == what || strings.HasPrefix(f.ID, what+"-") {
			return
		}
	}
	b.Fatalf("Tab does not reach %q", what)
}

func (b *browser) press(keys string) {
	b.Helper()
	b.run(chromedp.KeyEvent(keys), chromedp.Sleep(300*time.Millisecond), chromedp.WaitReady("main"))
}

func (b *browser) text() string {
	b.Helper()
	var s string
	b.run(chromedp.Evaluate(`document.body.innerText`, &s))
	return s
}

// TestFromLoginToReceiptByKeyboardAlone chooses a person, finds a citizen by CPR number, judges, reads the
// answer, decides and gets a receipt without a mouse.
func TestFromLoginToReceiptByKeyboardAlone(t *testing.T) {
	b := openBrowser(t)
	b.open(nobody, "/login", 1280)
	b.tabTo("Fortsæt som Karen Holm (demo)")
	b.press(kb.Enter)
	require.Contains(t, b.text(), "Find en borger")
	b.tabTo("cpr")
	b.run(chromedp.KeyEvent(fakeCPR))
	b.press(kb.Enter)
	require.Contains(t, b.text(), "Kvinde, 84 år")
	require.Contains(t, b.text(), "Svaret vises, når du selv har svaret")
	b.tabTo("answer") // the group is reached at its first choice
	b.press(" ")
	b.press(kb.ArrowDown) // no
	b.tabTo("Gem min vurdering, og vis svaret")
	b.press(kb.Enter)
	require.Contains(t, b.text(), "4 ud af 10")
	require.Contains(t, b.text(), "Du svarede: nej.")
	b.tabTo("action")
	b.press(" ")
	b.tabTo("reason")
	b.press(kb.ArrowDown)
	b.tabTo("Gem min beslutning")
	b.press(kb.Enter)
	require.Contains(t, b.text(), "Beslutningen er gemt")
	require.Len(t, b.site.app.decisions, 1)
	d := b.site.app.decisions[0]
	assert.Equal(t, []string{"offer", "new-information", "s-4711"}, []string{d.Action, d.Reason, d.ScoreID})
	assert.NotContains(t, b.url(), fakeCPR)
}

// TestAxeFindsWhatIsSeeded shows that the tests above can fail: on a page that is spoiled, axe complains.
func TestAxeFindsWhatIsSeeded(t *testing.T) {
	b := openBrowser(t)
	b.open(assessor, "/citizens", 1280)
	b.run(chromedp.Evaluate(`document.querySelector("label[for=cpr]").remove(), document.querySelector("h1").appendChild(new Image()), 0`, nil), chromedp.Evaluate(axeSource, nil))
	var ids string
	b.run(chromedp.Evaluate(`axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa"]}}).then(r => r.violations.map(v => v.id).sort().join(" "))`, &ids, awaitPromise))
	assert.Equal(t, "image-alt label", ids)
}

// TestThePolicyStopsInlineScriptsAndStyles shows that the pages' own policy is in force in the browser.
func TestThePolicyStopsInlineScriptsAndStyles(t *testing.T) {
	b := openBrowser(t)
	b.open(assessor, "/citizens", 1280)
	var ran bool
	b.run(chromedp.Evaluate(`(() => {
		const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s);
		document.querySelector("h1").insertAdjacentHTML("beforeend", "<b style='position:fixed'>x</b>");
		return window.ran === true || getComputedStyle(document.querySelector("h1 b")).position === "fixed";
	})()`, &ran))
	assert.False(t, ran)
}
