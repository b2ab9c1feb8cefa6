// Package usage says what this process has used, for the benchmark programs: processor time and the largest
// memory since a moment. Linux only.
package usage

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
)

// CPU returns the seconds of processor the process has had, in all threads.
func CPU() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return math.NaN()
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BeginPeak gives back what memory is free, lets PeakKB count from here and returns what the process holds
// now, in KiB. Where the system will not, PeakKB counts from the start of the process.
func BeginPeak() (int64, error) {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	return status("VmRSS:")
}

// PeakKB returns the most memory the process has held since BeginPeak, in KiB. Unlike the peak that
// getrusage tells, it knows nothing of the process that started this one.
func PeakKB() (int64, error) { return status("VmHWM:") }

func status(key string) (int64, error) {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), key); ok {
			var kb int64
			_, err := fmt.Sscan(rest, &kb)
			return kb, err
		}
	}
	return 0, fmt.Errorf("usage: /proc/self/status has no %s", key)
}
