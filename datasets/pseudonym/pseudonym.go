// Package pseudonym turns a CPR number or a care system's citizen number into a citizen's id: a keyed
// HMAC-SHA-256 that nobody can undo or try out without the key.
//
// It decides how keys are made, kept and named, and how an id is spelled. It leaves to datasets/cpr what
// a well-formed number is, and to the commands where the key lies and when the demo key is allowed. The
// result is still personal data: whoever has the key can test a number against it.
package pseudonym

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/rettidig/rettidig"
	"github.com/rettidig/rettidig/datasets/cpr"
)

const (
	keySize  = 32
	fileHead = "rettidig-pseudonym-key/1"
	redacted = "[key]"

	// The purposes are part of the hashed text, so a BorgerID that looks like a CPR number gives another id.
	cprPurpose      = "cpr:v1|"
	borgerIDPurpose = "borgerid:v1|"
)

// Key is a secret of 256 bits. Copies share the secret. The zero Key is none, and using it panics. A Key
// prints as "[key]".
type Key struct{ secret *secret }

// secret holds the key behind a second pointer. fmt cannot call Key's methods when a Key sits in an
// unexported field; it then follows the first pointer under a verb such as %s, and never the second.
type secret struct {
	bytes *[keySize]byte
	id    string
}

func newKey(b [keySize]byte) Key {
	sum := sha256.Sum256(append([]byte("rettidig key id|"), b[:]...))
	return Key{&secret{bytes: &b, id: hex.EncodeToString(sum[:4])}}
}

// NewKey makes a key from 32 bytes of a random source, which outside tests is crypto/rand's Reader.
func NewKey(random io.Reader) (Key, error) {
	var b [keySize]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return Key{}, fmt.Errorf("make a pseudonym key: %w", err)
	}
	if weak(b) {
		return Key{}, errors.New("make a pseudonym key: the random source gives the same few bytes again and again")
	}
	return newKey(b), nil
}

// weak finds keys that no random source gives: 32 random bytes have 30 distinct values on average, and
// fewer than 16 less often than once in 10^14.
func weak(b [keySize]byte) bool {
	distinct := map[byte]bool{}
	for _, v := range b {
		distinct[v] = true
	}
	return len(distinct) < 16
}

// DemoKey is a key that everybody knows. It is for synthetic data only: with real data it protects nobody.
func DemoKey() Key {
	return newKey(sha256.Sum256([]byte("rettidig demo key: everybody knows it, so it protects nothing")))
}

// Demo tells whether k is the demo key.
func (k Key) Demo() bool {
	return *k.get().bytes == *DemoKey().get().bytes
}

// ID is the short name of the key, eight hexadecimal digits that do not help to guess it. Ids made under
// different keys cannot be joined; the name says so.
func (k Key) ID() string { return k.get().id }

// IsZero tells whether k is no key.
func (k Key) IsZero() bool { return k.secret == nil }

func (k Key) get() *secret {
	if k.secret == nil {
		panic("pseudonym: use of a zero Key")
	}
	return k.secret
}

// OfCPR returns the id of a citizen known by CPR number.
func (k Key) OfCPR(n cpr.Number) rettidig.CitizenID {
	return k.of(n.AppendTo(append(make([]byte, 0, 32), cprPurpose...)))
}

// OfBorgerID returns the id of a citizen known by a care system's own number. Surrounding blanks are
// dropped; nothing else is changed.
func (k Key) OfBorgerID(id string) rettidig.CitizenID {
	return k.of([]byte(borgerIDPurpose + strings.TrimSpace(id)))
}

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func (k Key) of(text []byte) rettidig.CitizenID {
	s := k.get()
	mac := hmac.New(sha256.New, s.bytes[:])
	mac.Write(text)
	return rettidig.CitizenID("p" + s.id + "_" + encoding.EncodeToString(mac.Sum(nil)))
}

// WriteFile writes the key to a new file that only its owner can read. It refuses to overwrite a file: a
// lost key cannot be made again, and with it goes the way from a CPR number to a stored citizen.
func (k Key) WriteFile(path string) error {
	s := k.get()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("write pseudonym key %s: the file exists and keys are never overwritten; give another name", path)
	}
	if err != nil {
		return fmt.Errorf("write pseudonym key: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s\n%s\n", fileHead, hex.EncodeToString(s.bytes[:]))
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(path) // half a key is worse than none
		return fmt.Errorf("write pseudonym key: %w", err)
	}
	return nil
}

// ReadKey reads a key file. It refuses a file that is not one, a weak key, and a file that everybody on
// the machine may read or change. Errors never show what the file holds.
func ReadKey(path string) (Key, error) {
	fail := func(why string) (Key, error) { return Key{}, fmt.Errorf("read pseudonym key %s: %s", path, why) }
	f, err := os.Open(path)
	if err != nil {
		return Key{}, fmt.Errorf("read pseudonym key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Key{}, fmt.Errorf("read pseudonym key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o007 != 0 {
		return fail(fmt.Sprintf("everybody on this machine can use it (mode %04o); run chmod 600 on it, and make a new key if others have been here", mode))
	}
	text, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return Key{}, fmt.Errorf("read pseudonym key: %w", err)
	}
	head, rest, _ := strings.Cut(string(text), "\n")
	if strings.TrimSpace(head) != fileHead {
		return fail("not a key file; its first line must be " + fileHead + " (make one with train keygen)")
	}
	raw, err := hex.DecodeString(strings.TrimSpace(rest))
	if err != nil || len(raw) != keySize {
		return fail("damaged; the second line must be 64 hexadecimal digits")
	}
	b := [keySize]byte(raw)
	if weak(b) {
		return fail("too weak: the same few bytes again and again (make one with train keygen)")
	}
	return newKey(b), nil
}

// String hides the key.
func (Key) String() string { return redacted }

// GoString hides the key.
func (Key) GoString() string { return redacted }

// Format hides the key under every verb.
func (Key) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redacted)) }

// MarshalText hides the key, in JSON too.
func (Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the key.
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }
