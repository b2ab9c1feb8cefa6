package pseudonym

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rettidig/rettidig/datasets/cpr"
)

func number(t testing.TB, s string) cpr.Number {
	t.Helper()
	n, err := cpr.Parse(s)
	require.NoError(t, err)
	return n
}

// fixed is 00 01 02 ... 1f.
func fixed(t testing.TB) Key {
	t.Helper()
	b := make([]byte, keySize)
	for i := range b {
		b[i] = byte(i)
	}
	k, err := NewKey(bytes.NewReader(b))
	require.NoError(t, err)
	return k
}

// The expected ids come from testdata/ids.py (Python's hmac, hashlib and base64).
func TestIDsAreTheKeyedHMACThatPythonGives(t *testing.T) {
	k := fixed(t)
	assert.Equal(t, "f6385ab6", k.ID())
	assert.Equal(t, "pf6385ab6_jk2iqfuvkukmqglsgpgk4k5o43gestgmjkh4zn4x5dvvkaogctua", string(k.OfCPR(number(t, "030338-1239"))))
	assert.Equal(t, "pf6385ab6_fl4krq4ye6gb4rz6fw4op4ib2sqnnzszxscsg4nanv7smiyjdkra", string(k.OfBorgerID(" 100000000017 ")))
}

func TestSpellingsOfOneNumberGiveOneIDAndKeysDoNotMix(t *testing.T) {
	a, err := NewKey(rand.Reader)
	require.NoError(t, err)
	b, err := NewKey(rand.Reader)
	require.NoError(t, err)
	with, without := number(t, "030338-1239"), number(t, "0303381239")
	assert.Equal(t, a.OfCPR(with), a.OfCPR(without))
	assert.NotEqual(t, a.OfCPR(with), b.OfCPR(with))
	assert.NotEqual(t, a.ID(), b.ID())
	assert.NotEqual(t, a.OfCPR(with), a.OfBorgerID("0303381239"), "the purposes are kept apart")
	assert.True(t, strings.HasPrefix(string(a.OfCPR(with)), "p"+a.ID()+"_"))
}

func TestKeyFileIsPrivateAndReadsBack(t *testing.T) {
	k, err := NewKey(rand.Reader)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, k.WriteFile(path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	back, err := ReadKey(path)
	require.NoError(t, err)
	n := number(t, "0303381239")
	assert.Equal(t, k.OfCPR(n), back.OfCPR(n))
	assert.False(t, back.Demo())

	err = k.WriteFile(path)
	require.ErrorContains(t, err, "never overwritten")
	again, err := ReadKey(path)
	require.NoError(t, err)
	assert.Equal(t, k.ID(), again.ID(), "the file was left alone")
}

func TestReadKeyRefusesWhatIsNoKey(t *testing.T) {
	good := hex.EncodeToString(DemoKey().secret.bytes[:])
	for _, c := range []struct {
		name, text, want string
		mode             os.FileMode
	}{
		{"empty", "", "not a key file", 0o600},
		{"something else", "Personnummer,\n", "not a key file", 0o600},
		{"no key", fileHead + "\n", "damaged", 0o600},
		{"short", fileHead + "\n" + good[:62] + "\n", "damaged", 0o600},
		{"long", fileHead + "\n" + good + "00\n", "damaged", 0o600},
		{"not hexadecimal", fileHead + "\n" + strings.Repeat("zz", 32) + "\n", "damaged", 0o600},
		{"zeros", fileHead + "\n" + strings.Repeat("00", 32) + "\n", "too weak", 0o600},
		{"open to all", fileHead + "\n" + good + "\n", "chmod 600", 0o604},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			require.NoError(t, os.WriteFile(path, []byte(c.text), c.mode))
			require.NoError(t, os.Chmod(path, c.mode))
			_, err := ReadKey(path)
			require.ErrorContains(t, err, c.want)
			assert.NotContains(t, err.Error(), good[:16])
		})
	}
	_, err := ReadKey(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestNewKeyRefusesABrokenRandomSource(t *testing.T) {
	_, err := NewKey(bytes.NewReader(make([]byte, keySize)))
	assert.ErrorContains(t, err, "again and again")
	_, err = NewKey(bytes.NewReader([]byte("short")))
	assert.Error(t, err)
}

func TestDemoKeySaysSo(t *testing.T) {
	assert.True(t, DemoKey().Demo())
	assert.False(t, fixed(t).Demo())
	assert.Panics(t, func() { Key{}.ID() })
	assert.True(t, Key{}.IsZero())
}

func TestNoPrintedFormShowsTheKey(t *testing.T) {
	k := fixed(t)
	type hidden struct{ k Key }
	js, err := json.Marshal(map[string]any{"k": k})
	require.NoError(t, err)
	all := string(js)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		all += fmt.Sprintf(verb+verb+verb+"\n", k, &k, hidden{k})
	}
	assert.NotContains(t, all, "000102")
	assert.NotContains(t, all, "0 1 2 3")
	assert.NotContains(t, all, "0x0, 0x1, 0x2")
}

func BenchmarkOfCPR(b *testing.B) {
	k, n := DemoKey(), number(b, "0303381239")
	for b.Loop() {
		k.OfCPR(n)
	}
}
