package ledger

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestHashesAreThoseOfAnotherProgram: the values are printed by testdata/hash.py. A ledger must verify for
// as long as it is kept, so they never change.
func TestHashesAreThoseOfAnotherProgram(t *testing.T) {
	require.Equal(t, "2fff76118d59d504708775b8c40ed4ea340bdf290e3cb3296f46c174f4e21375", genesis)
	e := Event{Seq: 1, At: time.Date(2026, 11, 20, 9, 0, 0, 1, time.FixedZone("", 3600)), Actor: "anne", Role: "assessor", Action: "view", Citizen: "c", Detail: "æ",
		PayloadSHA256: noPayload, EnteredSHA256: noPayload, PrevHash: genesis}
	require.Equal(t, "adb3e988f97fdd929e0bb75dc59e75288cfd47f5683173ea558dc95f24402609", e.hash())
	require.Equal(t, "65575d16f46db4ba125b79539dd39d88f7e6ab7d2a77cf4a4e821d9c1b6f8a9b", citizensPayload([]string{"b", "a"}))
	require.Equal(t, "eca00b48325befc70933c70067846df34524ecf973505d477bb38bf9e14a5ed7", enteredPayload([]string{citizenPayload("b", "pk1_b", "k1", "2026-11-20T08:00:00.000000001Z", []byte("salt"))}))
	d := Decision{Citizen: "c", Target: "benefit", Action: "offer", Note: "n", Actor: "not part of it", Key: "nor this"}
	require.Equal(t, "fd7e912bc469ed6af449a7e494a8186e59f4cda06bb205c7c2ab39c11b058285", d.fingerprint())
}

func TestTheFilesAreForTheOwnerOnly(t *testing.T) {
	l := full(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	_, err := l.Backup(t.Context(), backup)
	require.NoError(t, err)
	for _, path := range []string{l.Path(), l.Path() + "-wal", l.Path() + "-shm", backup} {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), path)
	}
}

func TestWhoeverLooksCreatesNoLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	_, err := OpenExisting(t.Context(), path, nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoFileExists(t, path)
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err = OpenExisting(t.Context(), path, nil)
	require.ErrorContains(t, err, "empty")
	l, err := OpenExisting(t.Context(), full(t).Path(), nil)
	require.NoError(t, err)
	require.NoError(t, l.Close())
}
