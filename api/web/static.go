package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"strings"
)

// assetTags maps each embedded file to a hash of its content. A page links to "rettidig.css?v=hash", so a
// browser may keep the file for a year and still gets the new one with the next release.
var assetTags = hashFiles(mustSub(staticFiles, "static"))

func hashFiles(f fs.FS) map[string]string {
	tags := map[string]string{}
	err := fs.WalkDir(f, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(f, path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		tags[path] = hex.EncodeToString(sum[:8])
		return nil
	})
	if err != nil {
		panic("web: embedded files: " + err.Error())
	}
	return tags
}

// asset returns the address of an embedded file; it panics if there is none, so a wrong name in a
// template fails in the first test that renders it.
func asset(path string) string {
	tag, ok := assetTags[path]
	if !ok {
		panic("web: no embedded file " + path)
	}
	return "/static/" + path + "?v=" + tag
}

// staticHandler serves the embedded files, and only files: no folder listings. A path with an encoded
// separator or a parent folder is refused before the file server sees it.
func staticHandler() http.Handler {
	files := http.StripPrefix("/static/", http.FileServerFS(mustSub(staticFiles, "static")))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := strings.CutPrefix(r.URL.Path, "/static/")
		tag := assetTags[path]
		if !ok || tag == "" || (r.URL.RawPath != "" && r.URL.RawPath != r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("ETag", `"`+tag+`"`)
		h.Set("X-Content-Type-Options", "nosniff")
		if r.URL.Query().Get("v") == tag || strings.HasPrefix(path, "vendor/") { // vendored paths carry their version
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		files.ServeHTTP(w, r)
	})
}
