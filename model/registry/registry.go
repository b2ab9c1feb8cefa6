package registry

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rettidig/rettidig/internal/strictjson"
	"github.com/rettidig/rettidig/model"
)

// Format names the version of the manifest.
const Format = "rettidig-registry/1"

// Registered is the status of every model that is kept here.
const Registered = "registered"

// ErrNotFound is wrapped by errors about a model that is not in the registry.
var ErrNotFound = errors.New("no such model")

// ErrDamaged is wrapped by the error for a newest model that is not whole.
var ErrDamaged = errors.New("is damaged")

// Manifest identifies the content of a model folder. It holds no time, so that the same model gives the
// same bytes.
type Manifest struct {
	Format           string `json:"format"`
	ID               string `json:"id"` // the folder's name, such as benefit-7
	Target           string `json:"target"`
	Number           int    `json:"number"`
	Content          string `json:"content_sha256"` // over the names and hashes of the files
	Status           string `json:"status"`
	Learner          string `json:"learner"`
	Seed             uint64 `json:"seed"`
	CodeVersion      string `json:"code_version"`
	TrainingManifest string `json:"training_manifest"`
	Protocol         string `json:"protocol"`
	Files            []File `json:"files"`           // by name
	Self             string `json:"manifest_sha256"` // over the manifest with this field empty
}

// self returns the hash that covers every field of the manifest.
func (m Manifest) self() string {
	m.Self = ""
	return hash(m.bytes())
}

// bytes returns the manifest as it is written. There is only this one way of writing it, so that a changed
// byte is noticed even where JSON gives it no meaning.
func (m Manifest) bytes() []byte {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		panic(err) // strings and numbers only
	}
	return append(b, '\n')
}

// File is one file of a model folder.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Entry is one model folder as List sees it. Damage says what is wrong with it; the manifest is then as
// far as it could be read.
type Entry struct {
	Manifest
	Damage string `json:"damage,omitempty"`
}

// ModelSHA256 returns the hash of model.json, by which scores name the model.
func (e *Entry) ModelSHA256() string {
	for _, f := range e.Files {
		if f.Name == modelFile {
			return f.SHA256
		}
	}
	return ""
}

const (
	modelFile    = "model.json"
	reportFile   = "report.json"
	cardFile     = "card.json"
	manifestFile = "manifest.json"
	beside       = ".adding-" // folders that are being written
)

// Registry is a directory of model folders.
type Registry struct{ dir string }

// Open returns the registry in dir, which need not exist yet.
func Open(dir string) *Registry { return &Registry{dir} }

// Add stores a model with its report and returns its entry. If the newest free number is taken meanwhile
// by another process, the next is used. A model whose content is there already is not stored again: its
// entry is returned.
func (r *Registry) Add(m *model.Model, rep *model.Report) (Entry, error) {
	if !targetOK(m.Target) {
		return Entry{}, fmt.Errorf("registry: target %q: want small letters, digits and _", m.Target)
	}
	files, err := contents(m, rep)
	if err != nil {
		return Entry{}, err
	}
	man := Manifest{Format: Format, Target: m.Target, Status: Registered, Learner: m.Learner, Seed: m.Seed,
		CodeVersion: m.CodeVersion, TrainingManifest: m.TrainingManifest, Protocol: m.Protocol, Files: list(files)}
	man.Content = contentHash(man.Files)

	if err := os.MkdirAll(r.dir, 0o755); err != nil {
		return Entry{}, fmt.Errorf("registry: %w", err)
	}
	for range 100 {
		there, err := r.List()
		if err != nil {
			return Entry{}, err
		}
		man.Number = 1
		for _, e := range there {
			if e.Target == m.Target && e.Content == man.Content && e.Damage == "" {
				return e, nil
			}
			if e.Target == m.Target {
				man.Number = max(man.Number, e.Number+1)
			}
		}
		man.ID = fmt.Sprintf("%s-%d", man.Target, man.Number)
		man.Self = man.self()
		switch err := r.place(man, files); {
		case err == nil:
			return Entry{Manifest: man}, nil
		case !errors.Is(err, fs.ErrExist):
			return Entry{}, fmt.Errorf("registry: add %s: %w", man.ID, err)
		}
	}
	return Entry{}, fmt.Errorf("registry: others keep taking the next number of %s", m.Target)
}

func targetOK(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// contents returns the files of a model folder but for the manifest.
func contents(m *model.Model, rep *model.Report) (map[string][]byte, error) {
	files := map[string][]byte{}
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		return nil, err
	}
	files[modelFile] = bytes.Clone(b.Bytes())
	b.Reset()
	if err := rep.Write(&b); err != nil {
		return nil, err
	}
	files[reportFile] = bytes.Clone(b.Bytes())
	if rep.Card != nil && rep.Card.Rule != nil {
		c, err := json.MarshalIndent(rep.Card.Rule, "", " ")
		if err != nil {
			return nil, fmt.Errorf("registry: %w", err)
		}
		files[cardFile] = append(c, '\n')
	}
	return files, nil
}

func list(files map[string][]byte) []File {
	var out []File
	for name, b := range files {
		out = append(out, File{name, int64(len(b)), hash(b)})
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func hash(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func contentHash(files []File) string {
	var b []byte
	for _, f := range files {
		b = fmt.Appendf(b, "%s %s\n", f.SHA256, f.Name)
	}
	return hash(b)
}

// List returns all models by target and number. A damaged folder is listed with its damage; only the
// manifest and the sizes of the files are looked at, Verify looks at every byte.
func (r *Registry) List() ([]Entry, error) {
	dir, err := os.ReadDir(r.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	var out []Entry
	for _, d := range dir {
		target, n, ok := parseID(d.Name())
		if !ok || !d.IsDir() {
			continue
		}
		out = append(out, r.entry(target, n))
	}
	slices.SortFunc(out, func(a, b Entry) int {
		return cmp.Or(strings.Compare(a.Target, b.Target), cmp.Compare(a.Number, b.Number))
	})
	return out, nil
}

// parseID splits benefit-7.
func parseID(id string) (target string, n int, ok bool) {
	i := strings.LastIndexByte(id, '-')
	if i < 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(id[i+1:])
	if err != nil || n < 1 || strconv.Itoa(n) != id[i+1:] || !targetOK(id[:i]) {
		return "", 0, false
	}
	return id[:i], n, true
}

func (r *Registry) entry(target string, n int) Entry {
	e := Entry{Manifest: Manifest{ID: fmt.Sprintf("%s-%d", target, n), Target: target, Number: n}}
	b, err := os.ReadFile(filepath.Join(r.dir, e.ID, manifestFile))
	if err != nil {
		e.Damage = manifestFile + " cannot be read: " + reason(err)
		return e
	}
	var m Manifest
	if err := strictjson.Decode(b, "manifest", &m); err != nil {
		e.Damage = fmt.Sprintf("%s is damaged: %v", manifestFile, err)
		return e
	}
	if m.Format != Format || m.ID != e.ID || m.Target != target || m.Number != n || m.Content != contentHash(m.Files) {
		e.Damage = fmt.Sprintf("%s is damaged: it does not describe %s in format %s", manifestFile, e.ID, Format)
		return e
	}
	switch {
	case m.Self == "":
		e.Damage = manifestFile + " is damaged: it has no manifest_sha256, so nothing shows that its status, seed and protocol are those that were registered; train the model again"
		return e
	case m.Self != m.self():
		e.Damage = fmt.Sprintf("%s is damaged: its manifest_sha256 is %.12s, its fields give %.12s", manifestFile, m.Self, m.self())
		return e
	case !bytes.Equal(b, m.bytes()):
		e.Damage = manifestFile + " is damaged: it is not as it was written"
		return e
	}
	e.Manifest = m
	for _, f := range m.Files {
		if filepath.Base(f.Name) != f.Name {
			e.Damage = fmt.Sprintf("%s is damaged: file name %q", manifestFile, f.Name)
			return e
		}
		if i, err := os.Stat(filepath.Join(r.dir, e.ID, f.Name)); err != nil {
			e.Damage = f.Name + " cannot be read: " + reason(err)
			return e
		} else if i.Size() != f.Bytes {
			e.Damage = fmt.Sprintf("%s has %d bytes, want %d", f.Name, i.Size(), f.Bytes)
			return e
		}
	}
	return e
}

// reason is an error without the path, which belongs to the machine and not in a list.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// Show returns one entry.
func (r *Registry) Show(id string) (Entry, error) {
	target, n, ok := parseID(id)
	if !ok {
		return Entry{}, fmt.Errorf("registry: %q: %w", id, ErrNotFound)
	}
	if _, err := os.Stat(filepath.Join(r.dir, id)); errors.Is(err, fs.ErrNotExist) {
		return Entry{}, fmt.Errorf("registry: %s: %w", id, ErrNotFound)
	}
	return r.entry(target, n), nil
}

// Newest returns the model with the highest number of a target. Where that one is damaged, it is an error
// and not the model before it: an older model would answer in its name and nobody would know.
func (r *Registry) Newest(target string) (Entry, error) {
	all, err := r.List()
	if err != nil {
		return Entry{}, err
	}
	for _, e := range slices.Backward(all) {
		if e.Target != target {
			continue
		}
		if e.Damage != "" {
			return e, fmt.Errorf("registry: %s %w: %s; remove it or restore it", e.ID, ErrDamaged, e.Damage)
		}
		return e, nil
	}
	return Entry{}, fmt.Errorf("registry: a model for %s: %w", target, ErrNotFound)
}

// Verify reads every file of the models with these ids, or of all models if none is given, and returns
// an error that names each file whose content is not what was registered.
func (r *Registry) Verify(ids ...string) error {
	entries, err := r.List()
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		if !slices.ContainsFunc(entries, func(e Entry) bool { return e.ID == id }) {
			errs = append(errs, fmt.Errorf("registry: %s: %w", id, ErrNotFound))
		}
	}
	for _, e := range entries {
		if len(ids) == 0 || slices.Contains(ids, e.ID) {
			errs = append(errs, r.verify(e))
		}
	}
	return errors.Join(errs...)
}

func (r *Registry) verify(e Entry) error {
	if e.Damage != "" {
		return fmt.Errorf("registry: %s: %s", e.ID, e.Damage)
	}
	for _, f := range e.Files {
		if _, err := r.read(e, f.Name); err != nil {
			return err
		}
	}
	if _, err := r.model(e); err != nil {
		return err
	}
	return nil
}

// read returns a file whose hash is right.
func (r *Registry) read(e Entry, name string) ([]byte, error) {
	i := slices.IndexFunc(e.Files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("registry: %s has no %s", e.ID, name)
	}
	b, err := os.ReadFile(filepath.Join(r.dir, e.ID, name))
	if err != nil {
		return nil, fmt.Errorf("registry: %s: %s cannot be read: %w", e.ID, name, err)
	}
	if hash(b) != e.Files[i].SHA256 {
		return nil, fmt.Errorf("registry: %s: %s is not what was registered: its sha256 is %.12s, want %.12s", e.ID, name, hash(b), e.Files[i].SHA256)
	}
	return b, nil
}

func (r *Registry) model(e Entry) (*model.Model, error) {
	b, err := r.read(e, modelFile)
	if err != nil {
		return nil, err
	}
	m, err := model.Read(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("registry: %s: %w", e.ID, err)
	}
	return m, nil
}

// Load reads a model and its report, and refuses them if a byte differs from what was registered.
func (r *Registry) Load(id string) (*model.Model, *model.Report, Entry, error) {
	e, err := r.Show(id)
	if err != nil {
		return nil, nil, e, err
	}
	if e.Damage != "" {
		return nil, nil, e, fmt.Errorf("registry: %s: %s", e.ID, e.Damage)
	}
	m, err := r.model(e)
	if err != nil {
		return nil, nil, e, err
	}
	rep, err := r.Report(e)
	if err != nil {
		return nil, nil, e, err
	}
	return m, rep, e, nil
}

// Report reads the report of a model that is whole by its manifest, without the model, which may be large.
func (r *Registry) Report(e Entry) (*model.Report, error) {
	b, err := r.read(e, reportFile)
	if err != nil {
		return nil, err
	}
	rep, err := model.ReadReport(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("registry: %s: %w", e.ID, err)
	}
	return rep, nil
}
